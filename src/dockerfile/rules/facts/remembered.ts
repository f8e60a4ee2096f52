/**
 * A function that computes its answer once for each object, for as long as the object is there. Many rules ask the same of the same
 * command.
 *
 * @param isQuick Objects that take no longer to look at than to look up: nothing is kept for these.
 */
export function remembered<Subject extends object, Answer>(
  compute: (subject: Subject) => Answer,
  isQuick: (subject: Subject) => boolean = () => false,
): (subject: Subject) => Answer {
  const known = new WeakMap<Subject, { readonly answer: Answer }>()
  return (subject) => {
    if (isQuick(subject)) return compute(subject)
    const found = known.get(subject)
    if (found !== undefined) return found.answer
    const answer = compute(subject)
    known.set(subject, { answer })
    return answer
  }
}
