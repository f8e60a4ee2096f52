import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import { findOption } from './command-options.ts'
import { dependencyCommand, optionValues, type DependencyCommand, type DependencyTool } from './dependency-commands.ts'
import { projectCommand, type ProjectCommand, type ProjectTool } from './project-commands.ts'

/** A command that installs what the files of a project ask for. */
export interface ProjectInstall {
  readonly tool: DependencyTool | ProjectTool
  /** As people say it: `npm ci`. */
  readonly name: string
  readonly actionWord: ShellWord
  /** The file that names what the project depends on, and others that it reads for it where they are there. */
  readonly manifest: string
  readonly others: readonly string[]
  /** Whether it does the same without the project's other files. */
  readonly isComplete: boolean
  /** What brings the dependencies in before the source where the command itself cannot. */
  readonly first: string | undefined
}

type Parts = Pick<ProjectInstall, 'manifest' | 'others' | 'isComplete' | 'first'>

const manifests: { readonly [Tool in DependencyTool]?: readonly [manifest: string, ...others: string[]] } = {
  npm: ['package.json', 'package-lock.json', 'npm-shrinkwrap.json', '.npmrc'],
  yarn: ['package.json', 'yarn.lock', '.npmrc', '.yarnrc'],
  pnpm: ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc'],
  bun: ['package.json', 'bun.lock', 'bun.lockb', 'bunfig.toml'],
  pipenv: ['Pipfile', 'Pipfile.lock'],
  poetry: ['pyproject.toml', 'poetry.lock', 'poetry.toml'],
  uv: ['pyproject.toml', 'uv.lock'],
  composer: ['composer.json', 'composer.lock'],
  bundler: ['Gemfile', 'Gemfile.lock'],
}

/** Undefined where a command installs what it names itself, or nothing. */
export function projectInstall(command: ShellCommand): ProjectInstall | undefined {
  const build = projectCommand(command)
  if (build !== undefined) {
    const parts = ofProject(build)
    return parts === undefined
      ? undefined
      : { ...parts, tool: build.tool, name: build.name, actionWord: build.actionWord }
  }
  const asked = dependencyCommand(command)
  const parts = asked === undefined || asked.isGlobal ? undefined : ofTool(asked)
  if (asked === undefined || parts === undefined) return undefined
  const { tool, action, actionWord } = asked
  return { ...parts, tool, name: `${tool === 'bundler' ? 'bundle' : tool} ${action}`, actionWord }
}

function ofTool(asked: DependencyCommand): Parts | undefined {
  const { tool, action, packages } = asked
  if (packages.length > 0) return undefined
  const files = optionValues(asked, '-r', '--requirement', '--requirements')
  if (tool === 'pip' || (tool === 'uv' && action === 'pip install') || files.length > 0) {
    const [manifest, ...others] = files
    const isPlain =
      findOption(asked, '-e', '--editable') === undefined && files.every((file) => /^(?:\.\/)?[\w.@+-]+$/.test(file))
    return manifest === undefined || !isPlain ? undefined : { manifest, others, isComplete: true, first: undefined }
  }
  const [manifest, ...others] = manifests[tool] ?? []
  if (manifest === undefined || /^(?:add|require|create-project|tool install|update)$/.test(action)) return undefined
  const has = (...names: readonly string[]): boolean => findOption(asked, ...names) !== undefined
  const later: { readonly [Tool in DependencyTool]?: string | undefined } = {
    poetry: has('--no-root') ? undefined : 'poetry install --no-root',
    uv: has('--no-install-project', '--no-install-workspace') ? undefined : 'uv sync --no-install-project',
    composer:
      has('--no-scripts') && has('--no-autoloader') ? undefined : 'composer install --no-scripts --no-autoloader',
  }
  const first = later[tool]
  return { manifest, others, isComplete: first === undefined, first }
}

function ofProject({ tool, kind, name }: ProjectCommand): Parts | undefined {
  if (kind === 'other' || name === 'go mod tidy' || name === 'go mod vendor') return undefined
  if (tool === 'go') {
    return {
      manifest: 'go.mod',
      others: ['go.sum'],
      isComplete: name === 'go mod download',
      first: name === 'go mod download' ? undefined : 'go mod download',
    }
  }
  const parts: Readonly<Record<Exclude<ProjectTool, 'go'>, readonly [manifest: string, first: string]>> = {
    cargo: ['Cargo.toml', 'cargo chef cook'],
    maven: ['pom.xml', 'mvn dependency:go-offline'],
    gradle: ['build.gradle', 'gradle dependencies'],
    dotnet: ['', 'dotnet restore'],
    sbt: ['build.sbt', 'sbt update'],
  }
  const [manifest, first] = parts[tool]
  return { manifest, others: [], isComplete: false, first }
}
