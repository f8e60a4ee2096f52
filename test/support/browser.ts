import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Page } from 'playwright-core'
import { skipUnlessInstalled } from './engines.ts'

/** Why nothing can be shown here, as the `skip` option of a test; false where it can. */
export const browserSkipReason = skipUnlessInstalled('chromium')

/** How a page is to be shown. */
export interface Look {
  readonly colorScheme: 'light' | 'dark'
  /** In CSS pixels. */
  readonly width: number
}

/** A page as somebody looks at it, and what it did meanwhile. */
export interface ShownPage extends AsyncDisposable {
  readonly page: Page
  /** Every address that was asked for but the file's own. */
  readonly requests: readonly string[]
  /** What it wrote to the console, and errors of its script. */
  readonly complaints: readonly string[]
}

/** A browser that shows files. */
export interface FileBrowser extends AsyncDisposable {
  show(path: string, look?: Look): Promise<ShownPage>
}

/** A machine with much else to do takes its time. */
const timeoutMs = 120_000

/** Starts the system's Chromium: no browser is downloaded. */
export async function startBrowser(): Promise<FileBrowser> {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const executablePath = folders.map((folder) => join(folder, 'chromium')).find(existsSync) ?? 'chromium'
  const browser = await chromium.launch({ executablePath, timeout: timeoutMs })
  return {
    async show(path, { colorScheme, width } = { colorScheme: 'light', width: 1400 }) {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } })
      context.setDefaultTimeout(timeoutMs)
      const page = await context.newPage()
      const address = pathToFileURL(path).href
      const [requests, complaints]: [string[], string[]] = [[], []]
      page.on('request', (request) => request.url() === address || requests.push(request.url()))
      page.on('console', (message) => complaints.push(message.text()))
      page.on('pageerror', (error) => complaints.push(error.message))
      await page.goto(address)
      return { page, requests, complaints, [Symbol.asyncDispose]: () => context.close() }
    },
    [Symbol.asyncDispose]: () => browser.close(),
  }
}

/** Texts of a page that somebody may not be able to read: WCAG 2.2, 1.4.3, level AA. */
export async function faintTexts(page: Page): Promise<readonly string[]> {
  return await page.evaluate<readonly string[]>(faintTextsScript)
}

/** Luminance and contrast as WCAG 2.2 defines them. A colour that shines through counts as faint: nobody knows what is behind it. */
const faintTextsScript = `(() => {
  const channel = (value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  const parse = (text) => text.match(/[\\d.]+/g).map(Number)
  const luminance = ([red, green, blue]) => 0.2126 * channel(red / 255) + 0.7152 * channel(green / 255) + 0.0722 * channel(blue / 255)
  const behind = (element) => {
    for (let each = element; each !== null; each = each.parentElement) {
      const colour = parse(getComputedStyle(each).backgroundColor)
      if (colour.length === 3 || colour[3] === 1) return colour
    }
    return parse(getComputedStyle(document.documentElement).backgroundColor)
  }
  const faint = []
  for (const element of document.body.querySelectorAll('*')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '')
    if (!own || ['SCRIPT', 'OPTION'].includes(element.tagName) || !element.checkVisibility()) continue
    const style = getComputedStyle(element)
    const [colour, ground] = [parse(style.color), behind(element)]
    const lights = [luminance(colour), luminance(ground)].toSorted((one, other) => other - one)
    const contrast = (lights[0] + 0.05) / (lights[1] + 0.05)
    const size = parseFloat(style.fontSize)
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5
    if (contrast < least || colour.length > 3) faint.push(element.tagName + ' ' + element.className + ' ' + contrast.toFixed(2) + ': ' + element.textContent.slice(0, 40))
  }
  return faint
})()`
