import { programName } from '../../script/invocation.ts'
import type { RuleInput } from '../rule.ts'
import { remembered } from './remembered.ts'
import { shippedSteps } from './shipped-steps.ts'

const stageNames =
  /^(?:(?:.*[-_.])?(?:dev|devel|develop|development|debug|test|tests|testing|e2e|ci|lint|devcontainer)(?:[-_.].*)?)$/

/** Variables whose value says what the image is for. */
const modeVariables = /^(?:(?:NODE|APP|RAILS|RACK|MIX|GO)_ENV|(?:ASPNETCORE|DOTNET)_ENVIRONMENT|ENV(?:IRONMENT)?)$/

/** Programs that start a program anew whenever its source changes, and those that test it. */
const developmentPrograms: ReadonlySet<string> = new Set([
  ...[
    'nodemon',
    'ts-node',
    'ts-node-dev',
    'tsx',
    'vite',
    'webpack-dev-server',
    'jest',
    'vitest',
    'mocha',
    'playwright',
    'cypress',
  ],
  ...[
    'air',
    'reflex',
    'dlv',
    'watchexec',
    'entr',
    'cargo-watch',
    'pytest',
    'tox',
    'nox',
    'ruff',
    'mypy',
    'rspec',
    'phpunit',
    'guard',
  ],
  ...['eslint', 'prettier', 'storybook', 'start-storybook', 'watchman', 'jupyter', 'jupyter-lab', 'jupyter-notebook'],
])

/**
 * Whether the image that is built is one for development or tests, and so has a use for their tools: by the name of its stage, by
 * variables such as `NODE_ENV=development`, or by what the container runs (`npm run dev`, `pytest`).
 */
export const isForDevelopment: (file: RuleInput) => boolean = remembered((file) => {
  const { target } = file
  if (target === undefined) return false
  const { stage } = target.evaluated
  if (stage.name !== undefined && stageNames.test(stage.name)) return true
  const modes = new Map<string, string>()
  for (const { evaluated } of shippedSteps(file)) {
    if (evaluated.kind !== 'env') continue
    for (const { name, value } of evaluated.pairs) if (modeVariables.test(name.toUpperCase())) modes.set(name, value)
  }
  if ([...modes.values()].some((value) => /^(?:dev|devel|development|local|test|testing|ci)$/i.test(value))) return true
  return shippedSteps(file)
    .filter(({ evaluated: { instruction } }) => instruction === target.end.cmd || instruction === target.end.entrypoint)
    .flatMap((step) => step.script()?.commands ?? [])
    .some(({ program, arguments: words }) => {
      const values = words.map(({ value }) => value)
      if (developmentPrograms.has(program)) return true
      if (/^(?:npx|bunx|pnpx)$/.test(program) || values[0] === 'exec') {
        return values.some((value) => developmentPrograms.has(programName(value)))
      }
      const isRunner = /^(?:npm|yarn|pnpm|bun|make|task|just)$/.test(program)
      const isWatching = /^(?:node|bun|deno|dotnet|next|nuxt|ng|gatsby|astro|flask|uvicorn|fastapi)$/.test(program)
      return (
        (isRunner &&
          values.some((value) =>
            /(?:^|[:-])(?:dev|develop|watch|test|tests|debug|e2e|lint|storybook)(?:$|[:-])/.test(value),
          )) ||
        (isWatching &&
          values.some((value) => /^(?:--watch|watch|dev|develop|serve|--reload|--debug|--inspect.*)$/.test(value)))
      )
    })
})
