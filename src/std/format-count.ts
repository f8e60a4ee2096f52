/** A number as people read it, three digits at a time: `30,412`. Much faster than to load what Node knows of languages. */
export function formatCount(count: number): string {
  const [whole = '', fraction] = String(Math.abs(Number(count.toFixed(3)))).split('.')
  const groups = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
  return `${count < 0 ? '-' : ''}${groups}${fraction === undefined ? '' : `.${fraction}`}`
}
