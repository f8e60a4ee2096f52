import type { RecordedBuild } from './build-answers.ts'
import type { ReducedImage } from './build-reduce.ts'

/** Something in which wherry means to differ from BuildKit. */
interface BuildDifference {
  readonly reason: string
  /** What wherry makes where BuildKit made this, by the names of cases. */
  readonly cases: Readonly<Record<string, (recorded: RecordedBuild) => RecordedBuild>>
}

/** Every allowed difference. A case that is named here and that wherry builds as BuildKit does fails its test. */
export const buildDifferences: readonly BuildDifference[] = [
  {
    reason: 'A step that changes no file makes no layer. BuildKit makes an empty one.',
    cases: {
      'arguments-of-proxies': withoutLayers(1),
      'comments-and-continuations': withoutLayers(3),
      'copy-link-flag-in-workdir-of-a-base': withoutLayers(0),
      'mount-cache-shared': withoutLayers(0),
      'mount-leaves-targets': withoutLayers(0, 1),
      'mount-secret': withoutLayers(3),
      'mount-target-relative': withoutLayers(3),
      'run-changes-modes': withoutLayers(3),
      'run-changes-nothing': withoutLayers(0, 1),
      'run-deletes-what-it-made': withoutLayers(0),
      'run-exec-environment': withoutLayers(1),
      'run-writes-hosts': withoutLayers(0),
      'stage-inherits': withoutLayers(2),
      'workdir-there': withoutLayers(0),
      'workdir-through-links': withoutLayers(3),
    },
  },
  {
    reason: 'A name that the image does not know is a mistake. BuildKit takes the owner for root.',
    cases: { 'copy-chown-unknown-name': fails },
  },
  {
    reason: 'A file of the name of a whiteout would delete files of the image, so an archive cannot have one.',
    cases: { 'add-archive-with-whiteouts': fails },
  },
  {
    reason:
      'A pivot of --parents may stand at the end. BuildKit does not send such a folder, and then does not find it.',
    cases: {
      'copy-parents-pivot-at-the-end': succeeds({
        history: ['COPY --parents ./docs/./ /y/ # buildkit'],
        files: [
          '/y directory 0755 0:0',
          '/y/deep directory 0755 0:0',
          '/y/deep/x.md file 0644 0:0 "# X\\n"',
          '/y/notes.txt file 0644 0:0 "notes\\n"',
          '/y/readme.md file 0644 0:0 "# Read me\\n"',
          '/y/up symbolic-link 0:0 -> ../a.txt',
        ],
      }),
    },
  },
  {
    reason: 'Links that lead nowhere are copied as they are with --exclude too. BuildKit looks for what they lead to.',
    cases: {
      'copy-exclude-beside-dangling-link': succeeds({
        history: ['COPY . /one # buildkit'],
        files: [
          '/one directory 0755 0:0',
          '/one/Dockerfile file 0644 0:0 "FROM localhost/base:1\\nCOPY --exclude=*.txt . /one\\n"',
          '/one/b file 0644 0:0 "b\\n"',
          '/one/dangling symbolic-link 0:0 -> nowhere',
        ],
      }),
    },
  },
  {
    reason: 'Layers have all extended attributes of files. Those of containerd have capabilities only.',
    cases: {
      'add-archive-special': replaced('/d/noted file 0644 0:0 "n\\n"', '/d/noted file 0644 0:0 "n\\n" user.note=6869'),
    },
  },
  {
    reason:
      'A hard link to a file of a lower layer is one: both names are in the layer. BuildKit writes the new one alone.',
    cases: { 'run-hard-links': inserted('/data/z file', '/data/one.txt file 0644 0:0 "one\\n" = /data/linked') },
  },
  {
    reason:
      'A directory that is deleted and made anew is opaque in the layer. BuildKit deletes what was in it, name by name.',
    cases: {
      'run-deletes': ofLayer(2, ['directory /data/private opaque']),
      'run-opaque-directory': ofLayer(0, ['directory /data/sub opaque', 'file /data/sub/new']),
    },
  },
  {
    reason: 'An image that begins with nothing is for the platform of its FROM. BuildKit says that of the build.',
    cases: { 'from-platform-fixed': changed(() => ({ platform: 'linux/arm64' })) },
  },
  {
    reason:
      'The history tells of the layer that a named context is as a base. BuildKit leaves it out, and then names layers wrongly.',
    cases: {
      'named-context-as-the-base': changed(() => ({
        history: ['FROM files', 'COPY a.txt / # buildkit', 'COPY /sub/own /copied # buildkit'],
      })),
    },
  },
  {
    reason: 'What RUN changes of the root folder itself is in the layer. BuildKit does not look at that folder.',
    cases: {
      'run-changes-the-root-folder': changed(({ files }) => ({ files: ['/ directory 0711 5:6', ...files] })),
    },
  },
  {
    reason:
      'A working directory is told as the clean path that it comes to. BuildKit keeps an absolute one as it is written.',
    cases: {
      'workdir-that-is-not-clean': changed(({ config, history }) => ({
        config: { ...config, WorkingDir: '/f' },
        history: history.map((line) => line.replace('/a//b/', '/a/b').replace('/e/../f', '/f')),
      })),
    },
  },
  {
    reason: 'RUN has the date of the build in SOURCE_DATE_EPOCH: programs that know it write the same bytes each time.',
    cases: {
      'run-environment': replaced('SHLVL=1\\n', 'SHLVL=1\\nSOURCE_DATE_EPOCH=1603146436\\n'),
      'run-exec-environment': replaced('SHLVL=1\\n', 'SHLVL=1\\nSOURCE_DATE_EPOCH=1580343218\\n'),
    },
  },
  {
    reason: 'SSH_AUTH_SOCK is set where there is an agent only.',
    cases: { 'mount-ssh-optional': replaced('[/run/buildkit/ssh_agent.0]', '[]') },
  },
  {
    reason: 'What is mounted for RUN leaves no directories behind in an image that lacks them.',
    cases: {
      'run-on-scratch-with-a-program': changed(({ files }) => ({
        files: files.filter((line) => !/^\/(?:dev|proc|sys) /.test(line)),
      })),
    },
  },
]

/** What wherry must make of a case of which a peer made this. */
export function expectedOfWherry(name: string, recorded: RecordedBuild): RecordedBuild {
  return buildDifferences.reduce((expected, { cases }) => cases[name]?.(expected) ?? expected, recorded)
}

type Change = (recorded: RecordedBuild) => RecordedBuild

function changed(change: (image: ReducedImage) => Partial<ReducedImage>): Change {
  return (recorded) => {
    const { image } = recorded
    return image === undefined ? recorded : { ...recorded, image: { ...image, ...change(image) } }
  }
}

function fails(recorded: RecordedBuild): RecordedBuild {
  return { ...recorded, image: undefined }
}

/** On the base image, which changes nothing but files. */
function succeeds(made: Pick<ReducedImage, 'history' | 'files'>): Change {
  return (recorded) => {
    const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
    const config = { Cmd: ['/bin/sh'], Env: [path] }
    return { ...recorded, image: { platform: 'host', config, layers: made.history.length, deleted: [], ...made } }
  }
}

/** @param lines of the history whose steps change nothing */
function withoutLayers(...lines: readonly number[]): Change {
  return changed((image) => {
    const layers = image.history.flatMap((line, index) => (line.startsWith('empty: ') ? [] : [index]))
    const layerPaths = image.layerPaths?.filter((_, layer) => !lines.includes(layers[layer] ?? -1))
    return {
      history: image.history.map((line, index) => (lines.includes(index) ? `empty: ${line}` : line)),
      layers: image.layers - lines.length,
      ...(layerPaths === undefined ? {} : { layerPaths }),
    }
  })
}

/** In lines about files. */
function replaced(text: string, by: string): Change {
  return changed(({ files }) => ({ files: files.map((line) => line.replace(text, by)) }))
}

/** Puts a line about a file before the one that begins so. */
function inserted(before: string, line: string): Change {
  return changed(({ files }) => ({ files: files.flatMap((each) => (each.startsWith(before) ? [line, each] : [each])) }))
}

function ofLayer(layer: number, paths: readonly string[]): Change {
  return changed(({ layerPaths }) => ({
    layerPaths: layerPaths?.map((each, index) => (index === layer ? paths : each)) ?? [],
  }))
}
