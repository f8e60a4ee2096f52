/**
 * What changes from one run to the next and may by chance be the same in two: times, durations, amounts of memory. (What is drawn at
 * random, such as an id, differs in any two runs, and is found by comparing them.) Only the value is taken out: the form of a date, its zone
 * and the names of days stay, so that a lost locale or time zone shows.
 */
const rules: readonly (readonly [RegExp, string | ((match: string) => string)])[] = [
  // RFC 3339 and the like. How many digits a fraction has differs from one moment to the next.
  [
    /\b(?:19|20)\d{2}([-/])[01]\d\1[0-3]\d[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?/g,
    (date) => hashed(withoutFraction(date)),
  ],
  [/\b(?:19|20)\d{2}-[01]\d-[0-3]\d\b/g, hashed],
  // RFC 9110, 5.6.7.
  [/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2}/g, 'Day, ## Mon #### ##:##:##'],
  // asctime(3), date(1).
  [/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} +\d{1,2} (?:\d{4} )?\d{2}:\d{2}:\d{2}/g, 'Day Mon ## ##:##:##'],
  // Access logs.
  [/\b\d{2}\/[A-Z][a-z]{2}\/\d{4}[: ]\d{2}:\d{2}:\d{2}/g, '##/Mon/####:##:##:##'],
  [/\b\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?/g, '##:##:##'],
  // Since 1970, in seconds, or thousandths and less: from 2020 to 2033.
  [/\b1[6-9]\d{8}(?:\d{3}|\d{6}|\d{9})?(?:\.\d+)?\b/g, '#epoch'],
  [/\b(?:\d+h)?(?:\d+m)?\d+(?:\.\d+)?\s?(?:ns|µs|μs|us|ms|s|secs?|seconds?)\b/g, '#duration'],
  [
    /\b(uptime|memory|heap\w*|rss|elapsed|duration|took|latency|pid|goroutines)((?:\s*[=:]\s*|\s+)["']?)\d+(?:\.\d+)?/gi,
    '$1$2#',
  ],
  // A daemon's name with its process, in logs.
  [/\b([a-z][\w-]*)\[\d+\]/g, '$1[#]'],
]

/** A text in which the values of what may change at any time are taken out. */
export function steadyText(text: string): string {
  let steady = text
  for (const [pattern, by] of rules) {
    steady = typeof by === 'string' ? steady.replace(pattern, by) : steady.replace(pattern, by)
  }
  return steady
}

/** Names of values that change at any time, in JSON. */
const volatileName =
  /^(?:now|date|time|timestamp|pid|load|cpu)$|uptime|memory|heap|rss|elapsed|duration|latency|took|goroutine|epoch|timestamp/i

/** Whether a number is one that may change at any time, from the name that it has and from what it is. */
export function isVolatileNumber(name: string, value: number): boolean {
  return volatileName.test(name) || (value > 1.6e9 && value < 2e9) || (value > 1.6e12 && value < 2e12)
}

function hashed(text: string): string {
  return text.replaceAll(/\d/g, '#')
}

function withoutFraction(date: string): string {
  return date.replace(/[.,]\d+$/, '')
}
