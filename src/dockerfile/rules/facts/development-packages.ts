import type { RuleInput } from '../rule.ts'
import { findOption } from './command-options.ts'
import { optionValues, type DependencyCommand, type DependencyTool } from './dependency-commands.ts'
import { contextPath } from './context-files.ts'
import { shippedSteps, type KnownVariable } from './shipped-steps.ts'

/** How a tool leaves out what only development needs. */
export interface DevelopmentPackages {
  /** What to add to the command. Undefined where that is not enough. */
  readonly option?: string
  /** What to set before the command, where an option is not enough: who runs the program has to know it too. */
  readonly variable?: { readonly name: string; readonly value: string }
  /** In words, where an option is not enough. */
  readonly hint: string
  /** Whether a command leaves them out. */
  readonly isLeftOut: (asked: DependencyCommand, variable: KnownVariable) => boolean
  /** The file that names them. */
  readonly file: string
  /** Whether the text of that file names some. */
  readonly names: (text: string) => boolean
}

const isProduction = (variable: KnownVariable): boolean => variable('NODE_ENV') === 'production'

/** `"devDependencies": { "jest": … }` */
function hasEntries(key: string): (text: string) => boolean {
  const pattern = new RegExp(`"${key}"\\s*:\\s*\\{\\s*"`)
  return (text) => pattern.test(text)
}

/**
 * From the tools' documentation, November 2026: npm 11 (omit), Yarn 1.22 (--production), pnpm 10 (--prod), Bun 1.3 (--production),
 * Composer 2.8 (--no-dev, COMPOSER_NO_DEV), Bundler 2.7 (BUNDLE_WITHOUT), Poetry 2 (--only), Pipenv 2025 (--dev), uv 0.9 (--no-dev).
 */
const packages: { readonly [Tool in DependencyTool]?: DevelopmentPackages } = {
  npm: {
    option: '--omit=dev',
    hint: 'Use npm ci --omit=dev.',
    isLeftOut: (asked, variable) =>
      isProduction(variable) ||
      isOn(variable('NPM_CONFIG_PRODUCTION') ?? variable('npm_config_production')) ||
      (variable('NPM_CONFIG_OMIT') ?? variable('npm_config_omit') ?? '').includes('dev') ||
      findOption(asked, '--production', '--prod') !== undefined ||
      [...optionValues(asked, '--omit')].includes('dev') ||
      optionValues(asked, '--only').some((value) => value.startsWith('prod')),
    file: 'package.json',
    names: hasEntries('devDependencies'),
  },
  yarn: {
    hint: 'Use yarn install --production, or yarn workspaces focus --production with Yarn 2 and later.',
    isLeftOut: (asked, variable) =>
      isProduction(variable) || findOption(asked, '--production', '--prod', '--immutable', '--mode') !== undefined,
    file: 'package.json',
    names: hasEntries('devDependencies'),
  },
  pnpm: {
    option: '--prod',
    hint: 'Use pnpm install --prod.',
    isLeftOut: (asked, variable) =>
      isProduction(variable) || findOption(asked, '--prod', '-P', '--production', '--no-dev') !== undefined,
    file: 'package.json',
    names: hasEntries('devDependencies'),
  },
  bun: {
    option: '--production',
    hint: 'Use bun install --production.',
    isLeftOut: (asked) => findOption(asked, '--production', '-p', '--omit') !== undefined,
    file: 'package.json',
    names: hasEntries('devDependencies'),
  },
  composer: {
    option: '--no-dev',
    hint: 'Use composer install --no-dev.',
    isLeftOut: (asked, variable) => isOn(variable('COMPOSER_NO_DEV')) || findOption(asked, '--no-dev') !== undefined,
    file: 'composer.json',
    names: hasEntries('require-dev'),
  },
  bundler: {
    variable: { name: 'BUNDLE_WITHOUT', value: 'development:test' },
    hint: 'Set ENV BUNDLE_WITHOUT="development:test" before it, so that the program does not look for them either.',
    isLeftOut: (asked, variable) =>
      (variable('BUNDLE_WITHOUT') ?? variable('BUNDLE_ONLY')) !== undefined ||
      findOption(asked, '--without') !== undefined,
    file: 'Gemfile',
    names: (text) => /^\s*group\b.*:(?:development|test)\b|\bgroups?:.*:(?:development|test)\b/m.test(text),
  },
  poetry: {
    option: '--only=main',
    hint: 'Use poetry install --only=main.',
    isLeftOut: (asked) => findOption(asked, '--only', '--without', '--no-dev', '--only-root') !== undefined,
    file: 'pyproject.toml',
    names: (text) =>
      /^\[(?:tool\.poetry\.(?:dev-dependencies|group\.[\w-]+\.dependencies)|dependency-groups)\]\s*\n\s*[\w"-]/m.test(
        text,
      ),
  },
  uv: {
    option: '--no-dev',
    hint: 'Use uv sync --no-dev.',
    isLeftOut: (asked, variable) =>
      asked.action !== 'sync' ||
      isOn(variable('UV_NO_DEV')) ||
      findOption(asked, '--no-dev', '--no-default-groups', '--only-group', '--no-group') !== undefined,
    file: 'pyproject.toml',
    names: (text) =>
      /^\[dependency-groups\]\s*\n(?:.*\n)*?\s*dev\s*=\s*\[\s*(?:\n\s*)?["{]|^\s*dev-dependencies\s*=\s*\[\s*(?:\n\s*)?"/m.test(
        text,
      ),
  },
}

/** How a tool leaves out what only development needs. Undefined where it knows no such thing. */
export function developmentPackages(tool: DependencyTool): DevelopmentPackages | undefined {
  return packages[tool]
}

const fileBytesMax = 200_000
const filesMax = 20

/** Whether a file of the project names packages for development. Undefined where there is no such file to be seen. */
export function namesDevelopmentPackages(input: RuleInput, { file, names }: DevelopmentPackages): boolean | undefined {
  const { context } = input
  if (context === undefined) return undefined
  const sources = shippedSteps(input).flatMap(({ evaluated }) =>
    (evaluated.kind === 'copy' || evaluated.kind === 'add') && evaluated.fileSource === undefined
      ? evaluated.sources
      : [],
  )
  // A project in a folder of its own, or the one that the context is.
  const named = sources.map((source) => contextPath(source)).filter((path) => path.endsWith(`/${file}`))
  const texts = (named.length === 0 ? [file] : named.slice(0, filesMax)).flatMap(
    (path) => context.read(path, fileBytesMax) ?? [],
  )
  return texts.every((text) => text === '') ? undefined : texts.some((text) => names(text))
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !/^(?:|0|false|no|off)$/i.test(value)
}
