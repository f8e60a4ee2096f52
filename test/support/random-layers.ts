import fc from 'fast-check'
import { device, directory, fifo, file, hardLink, opaque, symbolicLink, whiteout, type LayerItem } from './layers.ts'

const name = fc.constantFrom('a', 'b', 'c', 'd')
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'))
const linkTarget = fc.oneof(
  { weight: 4, arbitrary: path },
  { weight: 1, arbitrary: path.map((text) => `/${text}`) },
  { weight: 1, arbitrary: path.map((text) => `../${text}`) },
  { weight: 1, arbitrary: fc.constantFrom('..', '../..', '/', 'a/..', '.') },
)
const attributes = fc.record({
  mode: fc.constantFrom(0o600, 0o644, 0o755, 0o4755),
  uid: fc.constantFrom(0, 1, 1000),
  modified: fc.record({ seconds: fc.integer({ min: 1, max: 2 ** 31 }), nanoseconds: fc.nat(999_999_999) }),
})

/** What two layers have in one place, now and then also what no runtime takes. Few names, so that they meet. */
const item: fc.Arbitrary<LayerItem> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(path, fc.string(), attributes).map(([path, content, more]) => file(path, content, more)),
  },
  { weight: 5, arbitrary: fc.tuple(path, attributes).map(([path, more]) => directory(path, more)) },
  {
    weight: 2,
    arbitrary: fc.tuple(path, linkTarget).map(([path, target]) => symbolicLink(path, target)),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(path, linkTarget).map(([path, target]) => hardLink(path, target)),
  },
  { weight: 2, arbitrary: path.map(whiteout) },
  { weight: 1, arbitrary: path.map(opaque) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      path.map(fifo),
      path.map((text) => device(text, 1, 3)),
    ),
  },
)

/** Layers, lowest first. */
export const randomLayers: fc.Arbitrary<readonly (readonly LayerItem[])[]> = fc.array(
  fc.array(item, { maxLength: 8 }),
  { minLength: 1, maxLength: 5 },
)
