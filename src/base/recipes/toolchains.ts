import type { Recipe } from '../recipe-schema.ts'

/** What the build of nearly every project asks for, whatever its language. */
const usualTools: readonly string[] = ['ca-certificates', 'curl', 'git', 'make', 'openssh-client', 'pkg-config']

/** Go, and the C compiler that cgo needs. */
export const golangRecipe: Recipe = {
  description: 'debian, with Go and a C compiler',
  extends: 'debian',
  packages: [...usualTools, 'golang-go', 'g++', 'gcc', 'libc6-dev'],
  directories: [
    { path: '/go/bin', mode: '1777' },
    { path: '/go/src', mode: '1777' },
  ],
  environment: { GOPATH: '/go', PATH: '/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
  'working-directory': '/go',
}

/** Node with npm, and what modules in C++ are built with. */
export const nodeBuildRecipe: Recipe = {
  description: 'debian, with Node.js, npm, and what native modules are built with',
  extends: 'debian',
  packages: [...usualTools, 'nodejs', 'npm', 'g++', 'python3'],
  command: ['node'],
}

/** Python with pip and virtual environments, and what modules in C are built with. */
export const pythonBuildRecipe: Recipe = {
  description: 'debian, with Python, pip, venv, and what native modules are built with',
  extends: 'debian',
  packages: [...usualTools, 'python3', 'python3-dev', 'python3-pip', 'python3-venv', 'g++', 'libffi-dev', 'libssl-dev'],
  links: { '/usr/local/bin/python': '/usr/bin/python3' },
  command: ['python3'],
}

/** Rust with Cargo, and what crates with C in them are built with. */
export const rustRecipe: Recipe = {
  description: 'debian, with Rust, Cargo and a C compiler',
  extends: 'debian',
  packages: [...usualTools, 'cargo', 'rustc', 'gcc', 'libc6-dev', 'libssl-dev'],
}

/** The JDK with Maven. */
export const javaBuildRecipe: Recipe = {
  description: 'debian, with the JDK and Maven',
  extends: 'debian',
  packages: [...usualTools, 'default-jdk-headless', 'maven'],
  environment: { JAVA_HOME: '/usr/lib/jvm/default-java' },
}

/** Ruby with RubyGems and Bundler, and what gems in C are built with. */
export const rubyBuildRecipe: Recipe = {
  description: 'debian, with Ruby, Bundler, and what native gems are built with',
  extends: 'debian',
  packages: [...usualTools, 'ruby', 'ruby-dev', 'bundler', 'g++', 'libffi-dev', 'libssl-dev', 'libyaml-dev'],
  command: ['irb'],
}

/** PHP for the command line with Composer. */
export const phpBuildRecipe: Recipe = {
  description: 'debian, with PHP and Composer',
  extends: 'debian',
  packages: [...usualTools, 'php-cli', 'php-curl', 'php-mbstring', 'php-xml', 'composer', 'unzip'],
  command: ['php', '-a'],
}
