import { defineCommand } from '../command.ts'
import { wrongUsage } from '../errors.ts'
import { formatRules } from '../lint/rule-list.ts'
import { lintFiles } from '../lint/lint-files.ts'
import { severities } from '../severities.ts'
import { reportFormats } from '../lint/print-reports.ts'

export const definition = defineCommand(
  {
    arguments: {
      files: {
        kind: 'any',
        name: 'FILE',
        completes: 'file',
        summary: 'Dockerfiles, folders that hold one, or - for standard input; by default the one of this folder',
      },
    },
    options: {
      fix: {
        kind: 'choice',
        value: 'LEVEL',
        choices: ['safe', 'unsafe'],
        implied: 'safe',
        summary: 'Mend what can be mended; unsafe also where the image may change',
      },
      diff: { kind: 'flag', summary: 'Show what --fix would change, and change nothing' },
      severity: {
        kind: 'choice',
        value: 'LEVEL',
        choices: severities,
        summary: 'Report findings from here on, by default warnings',
      },
      format: { kind: 'choice', value: 'FORMAT', choices: reportFormats, summary: 'How to print findings' },
      context: {
        kind: 'text',
        value: 'DIR',
        completes: 'directory',
        summary: 'The build context, if it is not the folder that it seems to be',
      },
      'build-arg': {
        kind: 'list',
        value: 'NAME=VALUE',
        summary: 'A build argument; without =VALUE from the environment',
      },
      target: { kind: 'text', value: 'STAGE', summary: 'The stage that is built, if not the last' },
      platform: { kind: 'text', value: 'PLATFORM', summary: 'What is built for, if not linux/amd64' },
      experimental: { kind: 'flag', summary: "Also BuildKit's experimental checks" },
      config: {
        kind: 'text',
        value: 'FILE',
        completes: 'file',
        summary: 'Settings of the project, if not the nearest .wherry.yaml',
      },
      rules: { kind: 'flag', summary: 'List all rules' },
    },
    notes: [
      'The exit status is 1 where something was found at or above the severity, and where "# check=error=true" in the file ' +
        "asks for it and one of BuildKit's checks found something.",
      'A rule is left out by "# check=skip=RULE" at the top of the file or above an instruction, or by "RULE: off" under ' +
        'lint, rules in .wherry.yaml. docs/rules has a page for each.',
      'With --fix and standard input, the mended text goes to standard output and findings to standard error.',
      'With --format json: a list of objects with file, findings and hidden (how many are below the severity). A finding has ' +
        'rule, category, severity, message, cost, hint, line, column, endLine, endColumn, start, end, related and fix.',
    ],
    examples: [
      { line: 'wherry lint', summary: 'Judge the Dockerfile of this folder' },
      { line: 'wherry lint --diff', summary: 'Show what would be mended' },
      { line: 'wherry lint --fix=unsafe --severity information', summary: 'Mend all that can be mended' },
      { line: 'wherry lint --format github docker/*.Dockerfile', summary: 'Annotate a pull request' },
      { line: 'git show HEAD~1:Dockerfile | wherry lint -', summary: 'Judge what a pipe holds' },
    ],
  },
  async (context, { files }, options) => {
    if (options.rules) {
      if (files.length > 0) return wrongUsage('--rules takes no files')
      await context.output.write(formatRules(options.format === 'json'))
      return 0
    }
    const words = files.length === 0 ? ['.'] : files
    if (words.filter((word) => word === '-').length > 1) return wrongUsage('standard input can be read once')
    return lintFiles(context, words, options)
  },
)
