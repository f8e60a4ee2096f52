/** Whether a URL's host name is this machine: `localhost`, 127.0.0.0/8 and ::1. Other names are never looked up for this. */
export function isLoopback(hostname: string): boolean {
  const name = hostname.toLowerCase()
  return name === 'localhost' || name === '[::1]' || name === '::1' || /^127(?:\.\d{1,3}){3}$/.test(name)
}
