import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { formatReference } from '../image/reference.ts'
import { OperationError } from '../std/errors.ts'
import { parseOutput, plainOutput } from './build-output.ts'

describe('outputs are written as with buildx', () => {
  test('- is a tar of the files on standard output, and a word is a folder', () => {
    const files = { platformSplit: undefined, attestationPrefix: '' }
    assert.deepEqual(parseOutput('-'), { ...files, type: 'tar', destination: '-' })
    assert.deepEqual(parseOutput('out'), { ...files, type: 'local', destination: 'out' })
    assert.deepEqual(parseOutput('type=local,dest=out'), parseOutput('out'))
  })

  test('type=registry is an image that is pushed, --push and --load are short for outputs', () => {
    assert.deepEqual(parseOutput('type=registry'), parseOutput('type=image,push=true'))
    assert.deepEqual(plainOutput('push'), parseOutput('type=registry'))
    assert.deepEqual(plainOutput('load'), parseOutput('type=docker'))
    assert.equal(plainOutput('load').type, 'load')
    assert.equal(parseOutput('type=docker,dest=a.tar').type, 'docker')
  })

  test('a field with commas stands in quotes', () => {
    const output = parseOutput('type=image,"name=localhost/a:1,localhost/b:2","annotation.a=x,y"')
    assert.equal(output.type, 'image')
    assert.deepEqual(output.names?.map(formatReference), ['localhost/a:1', 'localhost/b:2'])
    assert.deepEqual(output.annotations, [{ place: 'manifest', platform: undefined, name: 'a', value: 'x,y' }])
  })

  test('annotations are for manifests, indexes and the entries that point to them', () => {
    const output = parseOutput('type=oci,annotation-index.a=1,annotation-manifest-descriptor[linux/arm64].org.b=2')
    assert.equal(output.type, 'oci')
    assert.deepEqual(
      output.annotations.map(({ place, platform, name }) => [place, platform?.architecture, name]),
      [
        ['index', undefined, 'a'],
        ['manifest-descriptor', 'arm64', 'org.b'],
      ],
    )
  })

  test('layers are compressed as asked, those of the base image only by force', () => {
    const layersOf = (text: string) => {
      const output = parseOutput(text)
      return 'layers' in output ? output.layers : undefined
    }
    assert.deepEqual(layersOf('type=image'), { format: undefined, level: undefined, force: false })
    assert.deepEqual(layersOf('type=image,compression=uncompressed'), {
      ...{ format: 'none', level: undefined, force: false },
    })
    assert.deepEqual(layersOf('type=image,compression=zstd,compression-level=22,force-compression=1'), {
      ...{ format: 'zstd', level: 19, force: true },
    })
  })
})

test('whatever is written is an output or an error that says what is wrong', () => {
  const word = fc.constantFrom(
    'type',
    'oci',
    'local',
    'dest',
    'name',
    '=',
    ',',
    '"',
    '-',
    'annotation.',
    '[',
    ']',
    ' ',
    'é',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(word).map((words) => words.join('')),
      ),
      (text) => {
        try {
          parseOutput(text)
        } catch (error) {
          assert.ok(error instanceof OperationError, String(error))
        }
      },
    ),
  )
})

describe('wrong outputs are refused with what is near', () => {
  for (const [text, message, hint] of [
    ['', /--output is empty/, undefined],
    ['typ=oci', /type=… is missing/, /Did you mean type=…\?/],
    ['type=ocy', /there is no type "ocy"/, /Did you mean oci\?/],
    ['type=oci,dst=a', /there is no key "dst"/, /Did you mean dest\?/],
    ['type=local', /dest=… is missing/, undefined],
    ['type=local,dest=-', /a folder cannot go to standard output/, /type=tar/],
    ['type=oci,tar=false', /a folder is written to dest=…, which is missing/, undefined],
    ['type=docker,tar=false,dest=a', /only type=oci can be a folder/, undefined],
    ['type=image,push=yes', /push is true or false, not "yes"/, undefined],
    ['type=image,push=true,push=false', /push is there twice/, undefined],
    ['type=image,compression=zst', /there is no compression "zst"/, /Did you mean zstd\?/],
    ['type=image,compression=estargz', /eStargz/, /gzip/],
    ['type=image,compression=gzip,compression-level=x', /the level is a whole number from 1 to 9/, undefined],
    ['type=image,name=Upper', /a repository is written in lower case/, /upper/],
    [`type=image,name=a@sha256:${'a'.repeat(64)}`, /cannot be named by a digest/, /by a tag/],
    ['type=image,annotation-manifst.a=b', /nothing called manifst/, /Did you mean manifest\?/],
    ['type=image,annotation-index[linux/amd64].a=b', /an index is for all platforms/, undefined],
    ['type=tar,compression=gzip', /there is no key "compression"/, undefined],
    ['type=image,"name=a', /a quotation mark/, /in quotes as a whole/],
    ['oci,dest=a', /"oci" is no key=value/, undefined],
  ] as const) {
    test(text === '' ? 'an empty one' : text, () => {
      assert.throws(
        () => parseOutput(text),
        (error: Error & { hint?: string }) => {
          assert.match(error.message, message)
          if (hint !== undefined) assert.match(error.hint ?? '', hint)
          return true
        },
      )
    })
  }
})
