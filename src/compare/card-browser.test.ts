import assert from 'node:assert/strict'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { cardHtml, type CardPage } from './card-html.ts'
import { diffImages } from './diff-images.ts'
import type { FileFate } from './file-fate.ts'
import { imageFiles } from './image-files.ts'
import { imageHtml } from './image-html.ts'
import { layerSizes } from './layer-sizes.ts'
import { measureImages } from './measure-images.ts'
import { measurable } from './testing/measurable.ts'
import { sampleCard } from './testing/sample-card.ts'
import { largestWaste, layerInstructions } from './waste.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { browserSkipReason, faintTexts, startBrowser, type FileBrowser } from '../../test/support/browser.ts'
import { file, type LayerItem } from '../../test/support/layers.ts'

/** A page with everything that one can have, and no more files than a glance holds. */
async function smallPage(): Promise<CardPage> {
  const compiler = file('usr/lib/gcc/cc1', 'c'.repeat(4000))
  const base = [file('usr/bin/server', 's'.repeat(900)), compiler, file('usr/share/doc/copyright', 'd'.repeat(300))]
  await using one = await measurable([base, [file('etc/motd', 'hello')]], { Env: ['PATH=/bin', 'MODE=test'] })
  await using other = await measurable([[file('usr/bin/server', 's'.repeat(900))]], { User: '65532' })
  const fates: readonly FileFate[] = [
    { path: '/usr/lib/gcc/cc1', fate: 'dropped', why: 'compiler', sizeBytes: 4000 },
    { path: '/usr/bin/server', fate: 'kept', why: 'executed', sizeBytes: 900 },
    { path: '/usr/share/doc/copyright', fate: 'dropped', why: 'documentation', sizeBytes: 300 },
    { path: '/etc/motd', fate: 'dropped', why: 'unused', sizeBytes: 5 },
  ]
  const breaks = [{ limit: 'size=2MB', name: 'image, compressed', reason: '2.88MB is more than 2MB' }]
  const earlier = { host: undefined, machine: undefined }
  const card = { ...sampleCard, differences: diffImages(one, other), breaks, earlier }
  return { card, layers: { before: layerSizes(one, other.image), after: layerSizes(other, one.image) }, fates }
}

/** One image, with all that its page can have. */
async function imagePage(): Promise<string> {
  const waste = [file('usr/bin/server', 's'.repeat(900)), file('usr/lib/old', 'o'.repeat(500))]
  await using image = await measurable([waste, [file('usr/bin/server', 'new'), file('etc/motd', 'hello')]])
  return imageHtml({
    image: { name: 'app:1', digest: `sha256:${'a'.repeat(64)}` },
    facts: [['platform', 'linux/amd64']],
    ...{ measures: measureImages(image, image), tellsMeasures: true, layers: layerSizes(image, undefined) },
    waste: { files: largestWaste(image.tree), instructions: layerInstructions(image.image) },
    files: imageFiles(image, { path: '/', kind: 'directory' }),
  })
}

/** An image of 30,000 files beside one that has half of them, some of them changed. */
async function largePage(): Promise<CardPage> {
  const items = (count: number, content: string): readonly LayerItem[] =>
    Array.from({ length: count }, (_, number) => {
      const folder = `usr/lib/package-${number % 700}/a-longer-name-of-a-folder/${number % 7}`
      return file(`${folder}/a-longer-file-name-${number}`, number % 5 === 0 ? content : 'the same')
    })
  await using one = await measurable([items(30_000, 'before')])
  await using other = await measurable([items(15_000, 'after')])
  const card = {
    ...{ before: { name: 'large:1', digest: undefined }, after: { name: 'large:2', digest: undefined } },
    measures: measureImages(one, other),
    differences: diffImages(one, other),
  }
  const layers = { before: layerSizes(one, other.image), after: layerSizes(other, one.image) }
  return { card, layers, fates: undefined }
}

describe('the page of a card, in a browser', { skip: browserSkipReason }, () => {
  const opened = new AsyncDisposableStack()
  const paths = new Map<string, string>()
  let browser: FileBrowser

  before(async () => {
    browser = opened.use(await startBrowser())
    const folder = opened.use(await temporaryDirectory())
    for (const [name, page] of [
      ['small', cardHtml(await smallPage())],
      ['large', cardHtml(await largePage())],
      ['image', await imagePage()],
    ] as const) {
      const path = join(folder.path, `${name}.html`)
      await writeFile(path, page)
      paths.set(name, path)
    }
  })
  after(() => opened.disposeAsync())

  const show = (name: 'small' | 'large' | 'image', look?: Parameters<FileBrowser['show']>[1]) =>
    browser.show(paths.get(name) ?? '', look)

  for (const name of ['small', 'large', 'image'] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1400, 390]) {
        test(`of ${name === 'image' ? 'one image' : `${name} images`} can be read, ${colorScheme}, ${width} pixels wide, without a network`, async () => {
          await using shown = await show(name, { colorScheme, width })
          const { page, requests, complaints } = shown
          assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width)
          assert.deepEqual(await faintTexts(page), [])
          assert.deepEqual([requests, complaints], [[], []])
        })
      }
    }
  }

  test('has less than 1 MB for 30,000 files', async () => {
    const { size } = await stat(paths.get('large') ?? '')
    assert.ok(size < 1e6, `${size} bytes`)
  })

  test('is dark for those who have it dark', async () => {
    const grounds = []
    for (const colorScheme of ['light', 'dark'] as const) {
      await using shown = await show('small', { colorScheme, width: 800 })
      grounds.push(await shown.page.evaluate('getComputedStyle(document.body).backgroundColor'))
    }
    assert.deepEqual(grounds, ['rgb(244, 245, 247)', 'rgb(15, 19, 23)'])
  })

  test('finds files by their paths, reasons and fates', async () => {
    await using shown = await show('small')
    const { page } = shown
    const paths = () => page.locator('#files tbody tr:visible td:first-child').allTextContents()
    const [find, said] = [page.getByRole('searchbox', { name: 'Search paths and reasons' }), page.getByRole('status')]
    assert.equal(await said.textContent(), '4 rows, 4 paths')
    await find.fill('DOC')
    assert.deepEqual(await paths(), ['/usr/share/doc/copyright'])
    assert.equal(await said.textContent(), '1 row, 1 path')
    await find.fill('')
    await page.getByRole('combobox', { name: 'Which fate' }).selectOption('kept')
    assert.deepEqual(await paths(), ['/usr/bin/server'])
    await page.getByRole('button', { name: 'compiler' }).click()
    assert.deepEqual(await paths(), ['/usr/lib/gcc/cc1'])
    assert.equal(await find.inputValue(), 'compiler')
    await find.fill('no such file')
    assert.equal(await said.textContent(), '0 rows, 0 paths')
  })

  test('sorts files by each column, up and down', async () => {
    await using shown = await show('small')
    const { page } = shown
    const sizes = () => page.locator('#files tbody td:nth-child(4)').allTextContents()
    const header = (name: string) => page.locator('#files').getByRole('columnheader', { name, exact: true })
    assert.deepEqual(await sizes(), ['4kB', '900B', '300B', '5B'])
    assert.equal(await header('size').getAttribute('aria-sort'), 'descending')
    await header('size').getByRole('button').click()
    assert.deepEqual(await sizes(), ['5B', '300B', '900B', '4kB'])
    assert.equal(await header('size').getAttribute('aria-sort'), 'ascending')
    await header('path').getByRole('button').focus()
    await page.keyboard.press('Enter')
    assert.deepEqual(await sizes(), ['5B', '900B', '4kB', '300B'])
    await page.keyboard.press('Enter')
    assert.deepEqual(await sizes(), ['300B', '4kB', '900B', '5B'])
    assert.equal(await page.locator('[aria-sort]').count(), 1)
  })

  test('says how a row was measured', async () => {
    await using shown = await show('small')
    const how = shown.page.getByText('how image, compressed is measured')
    assert.equal(await how.isVisible(), false)
    await shown.page.getByText('image, compressed', { exact: true }).last().click()
    assert.equal(await how.isVisible(), true)
  })

  test('is walked through by the tabulator, in order, and always shows where it is', async () => {
    await using shown = await show('small')
    const stops: string[] = []
    for (;;) {
      await shown.page.keyboard.press('Tab')
      const stop = await shown.page.evaluate<string>(focusScript)
      if (stop === '') break
      stops.push(stop)
      assert.ok(stops.length < 100, stops.join('\n'))
    }
    assert.deepEqual(
      stops.filter((stop) => !stop.endsWith(' in order, outlined')),
      [],
    )
    const kinds = ['SUMMARY', 'BUTTON', 'INPUT', 'SELECT', 'DIV']
    for (const kind of kinds)
      assert.ok(
        stops.some((stop) => stop.startsWith(kind)),
        `${kind} of ${stops.join('\n')}`,
      )
  })

  for (const width of [1400, 390]) {
    test(`tells readers of screens what it shows, ${width} pixels wide`, async () => {
      await using shown = await show('small', { colorScheme: 'light', width })
      const tree = await shown.page.locator('main').ariaSnapshot()
      for (const expected of [
        /- heading "app:1 → app:1-slim" \[level=1\]/,
        /- heading "Size by layer" \[level=2\]/,
        /- row "image, compressed 241MB 2.88MB 84x smaller"/,
        /img "before: .* in 2 layers, compressed"/,
        /img "Folders before, .*B"/,
        /- searchbox "Search paths and reasons"/,
        /- region "Files"/,
        /- columnheader "size"/,
        /- cell "\/usr\/bin\/server"/,
      ]) {
        assert.match(tree, expected)
      }
      // What can be pressed or filled in has a name.
      assert.doesNotMatch(tree, /- (?:button|searchbox|combobox|img|region)(?: \[[^\]]*\])*:?\n/)
    })
  }
})

/** What has the focus, whether it comes behind what had it before, and whether that can be seen. Empty at the end of the page. */
const focusScript = `(() => {
  const element = document.activeElement
  if (element === null || element === document.body) return ''
  const isBehind = window.last === undefined || (window.last.compareDocumentPosition(element) & 4) !== 0
  window.last = element
  const { outlineStyle, outlineWidth } = getComputedStyle(element)
  return element.tagName + ' ' + element.textContent.slice(0, 20) + (isBehind ? ' in order' : ' back') +
    (outlineStyle === 'solid' && parseFloat(outlineWidth) >= 2 ? ', outlined' : ', not to be seen')
})()`
