import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Solver } from './solver.ts'

/** Variables count from 1; clauses are lists of literals. */
interface Problem {
  readonly variables: number
  readonly clauses: readonly (readonly number[])[]
}

function holds(clauses: Problem['clauses'], isTrue: (variable: number) => boolean): boolean {
  return clauses.every((literals) => literals.some((literal) => isTrue(Math.abs(literal)) === literal > 0))
}

function isSolvable({ variables, clauses }: Problem): boolean {
  return Array.from({ length: 2 ** variables }).some((_, bits) =>
    holds(clauses, (variable) => ((bits >> (variable - 1)) & 1) === 1),
  )
}

/** Gives each clause to the solver when its first negated variable becomes true, and the others at the beginning. */
function solve({ variables, clauses }: Problem): {
  readonly core: readonly (readonly number[])[] | undefined
  readonly isTrue: (variable: number) => boolean
} {
  const add = (literals: readonly number[]): void => {
    const owner = literals.find((literal) => literal < 0)
    const rest = literals.filter((literal) => literal !== owner)
    if (rest.every((literal) => literal > 0)) {
      solver.addChoice(owner === undefined ? root : -owner, rest, rest.length % 2 === 0 ? 'plain' : 'open', literals)
    } else solver.addClause(literals, literals)
  }
  const ownerOf = (literals: readonly number[]): number => -(literals.find((literal) => literal < 0) ?? -root)
  const solver = new Solver<readonly number[]>((variable) => {
    for (const literals of clauses) if (ownerOf(literals) === variable) add(literals)
  })
  const root = variables + 1
  for (let variable = 1; variable <= root; variable += 1) solver.newVariable()
  return { core: solver.solve(root), isTrue: (variable) => solver.isTrue(variable) }
}

const problem: fc.Arbitrary<Problem> = fc.integer({ min: 1, max: 7 }).chain((variables) => {
  const literal = fc.integer({ min: 1, max: variables }).chain((variable) => fc.constantFrom(variable, -variable))
  const clause = fc.uniqueArray(literal, { minLength: 1, maxLength: 3, selector: Math.abs })
  return fc.array(clause, { maxLength: 24 }).map((clauses) => ({ variables, clauses }))
})

describe('Solver', () => {
  test('finds a solution where there is one, and otherwise clauses that cannot all hold', () => {
    fc.assert(
      fc.property(problem, (given) => {
        const { core, isTrue } = solve(given)
        assert.equal(core === undefined, isSolvable(given))
        if (core === undefined) assert.ok(holds(given.clauses, isTrue))
        else assert.ok(!isSolvable({ variables: given.variables, clauses: core }))
      }),
      { numRuns: 5000 },
    )
  })

  test('takes the first candidate that is possible, and none where one is chosen already', () => {
    const solver = new Solver<string>(() => undefined)
    const [root = 0, a = 0, b = 0, c = 0] = [1, 2, 3, 4].map(() => solver.newVariable())
    solver.addChoice(root, [a, b], 'open', 'a or b')
    solver.addChoice(root, [c, b], 'plain', 'c or b')
    solver.addClause([-root, -c], 'no c')
    assert.equal(solver.solve(root), undefined)
    assert.deepEqual(
      [a, b, c].map((one) => solver.isTrue(one)),
      [false, true, false],
    )
  })

  test('a wish that cannot be granted is left', () => {
    const solver = new Solver<string>(() => undefined)
    const [root = 0, a = 0, b = 0, c = 0] = [1, 2, 3, 4].map(() => solver.newVariable())
    solver.addChoice(root, [a], 'wish', 'a')
    solver.addChoice(root, [b], 'wish', 'b')
    solver.addClause([-a, c], 'a needs c')
    solver.addClause([-c, -root], 'no c')
    assert.equal(solver.solve(root), undefined)
    assert.deepEqual(
      [a, b, c].map((one) => solver.isTrue(one)),
      [false, true, false],
    )
  })

  test('pigeons that do not fit are refused, with the clauses that say so', () => {
    const holes = 5
    const place = (pigeon: number, hole: number): number => pigeon * holes + hole + 1
    const pigeons = Array.from({ length: holes + 1 }, (_, pigeon) =>
      Array.from({ length: holes }, (__, hole) => place(pigeon, hole)),
    )
    const apart = Array.from({ length: holes }, (_, hole) =>
      pigeons.flatMap((__, one) => pigeons.slice(0, one).map((___, other) => [-place(one, hole), -place(other, hole)])),
    ).flat()
    const { core } = solve({ variables: holes * (holes + 1), clauses: [...pigeons, ...apart] })
    assert.equal(core?.filter((literals) => literals.length === holes).length, holes + 1)
  })
})
