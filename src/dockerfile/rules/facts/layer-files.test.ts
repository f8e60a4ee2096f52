import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseDockerfile } from '../../parse.ts'
import { evaluateDockerfile } from '../../evaluate.ts'
import { runCommands } from './built-steps.ts'
import { commandFolders } from './command-folders.ts'
import { earlierFiles } from './earlier-files.ts'
import { copiedFiles, filesLeftByRun } from './layer-files.ts'
import { stageFacts } from './stage-facts.ts'

/** What the last instruction of a stage leaves, as `kind path`. */
function leftBy(instruction: string): readonly string[] {
  const { document } = parseDockerfile(`FROM debian AS a\nFROM debian\n${instruction}\n`)
  const step = stageFacts(evaluateDockerfile(document)).at(-1)?.steps.at(-1)
  const { evaluated } = step ?? {}
  if (step === undefined || evaluated === undefined) return []
  const files =
    evaluated.kind === 'run'
      ? filesLeftByRun(evaluated, runCommands(step), commandFolders(runCommands(step), '/work'))
      : evaluated.kind === 'copy' || evaluated.kind === 'add'
        ? copiedFiles(evaluated, '/work')
        : []
  return files.map(({ kind, path }) => `${kind} ${path}`)
}

describe('what an instruction leaves in its layer', () => {
  for (const [instruction, expected] of [
    ['COPY a.zip /opt/', ['context /opt/a.zip']],
    ['COPY a.zip /opt/b.zip', ['context /opt/b.zip', 'context /opt/b.zip/a.zip']],
    ['COPY src app/', ['context /work/app', 'context /work/app/src']],
    ['COPY . .', ['context /work', 'context /work']],
    ['COPY --from=a /x /', ['stage /', 'stage /x']],
    ['COPY --from=busybox /bin/sh /bin/', ['image /bin', 'image /bin/sh']],
    ['ADD https://example.com/a.tgz?x=1 /tmp/', ['url /tmp/a.tgz']],
    ['COPY <<a.conf /etc/\nx\na.conf', ['inline /etc/a.conf']],
    ['RUN curl -fsSLO https://example.com/a-$V.tgz', ['download /work/a-$V.tgz']],
    ['RUN cd /opt && wget https://example.com/a.tgz && rm a.tgz', []],
    ['RUN cd /opt && (cd x && wget https://example.com/a.tgz) && rm x/*.tgz', []],
    ['RUN wget -O ~/a https://example.com/a && rm -rf ~/a; curl -o b https://example.com', ['download /work/b']],
    ['RUN curl -o a.zip https://example.com && unzip a.zip -d x && mv a.zip /opt', ['unpacked /work/x']],
    ['RUN cd "$X" && wget https://example.com/a.tgz', []],
    ['RUN wget https://example.com/a.tgz && cd $X && rm -f a.tgz', []],
    ['RUN --mount=type=cache,target=/dl wget -P /dl https://example.com/a.tgz', []],
    [
      'RUN git clone --depth 1 https://example.com/a/b.git && git clone -b x git@example.com:c c',
      ['repository /work/b', 'repository /work/c'],
    ],
    ['RUN npm ci && composer install', ['modules /work/node_modules', 'modules /work/vendor']],
    ['RUN npm install -g x && npm install y', []],
    ['RUN echo wget https://example.com/a', []],
  ] as const) {
    test(instruction.replaceAll('\n', '⏎'), () => {
      assert.deepEqual(leftBy(instruction), expected)
    })
  }
})

describe('earlierFiles', () => {
  const range = { start: 0, end: 0 }
  const filled = (...paths: readonly string[]): ReturnType<typeof earlierFiles> => {
    const files = earlierFiles()
    for (const path of paths) files.add({ path, kind: 'context', range, source: '', isFile: false })
    return files
  }

  test('finds what a path names, and what is in it, once', () => {
    const files = filled('/a/b/c', '/a/d', '/e')
    assert.equal(files.take('/a/b')?.path, '/a/b/c')
    assert.equal(files.take('/a/b'), undefined)
    assert.equal(files.take('/a')?.path, '/a/d')
    assert.equal(files.take('/e/x'), undefined)
    assert.equal(files.take('/')?.path, '/e')
  })

  test('looks without taking', () => {
    const files = filled('/a/b', '/a/c/d')
    assert.equal(files.find('/a/c')?.path, '/a/c/d')
    assert.equal(files.find('/a/b')?.path, '/a/b')
    assert.equal(files.find('/x'), undefined)
    assert.equal(files.around('/a/b/x/y')?.path, '/a/b')
    assert.equal(files.around('/a/b'), undefined)
    files.take('/a/c/d')
    assert.equal(files.find('/a/c'), undefined)
  })

  test('finds what a pattern names', () => {
    const files = filled('/a/x.zip', '/a/y/z.txt')
    assert.equal(files.take('/a/*.tgz'), undefined)
    assert.equal(files.take('/a/*/z.txt'), undefined)
    assert.equal(files.take('/a/x.[a-z]*')?.path, '/a/x.zip')
    assert.equal(files.take('/a/*')?.path, '/a/y/z.txt')
    assert.equal(files.take('/a/*'), undefined)
  })
})
