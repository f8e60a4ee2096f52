/** What `--format json` prints: indented, one document, a line break at the end. C1 control characters are escaped too. */
export function formatJson(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2)
  return `${text.replace(/[\u007f-\u009f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`
}
