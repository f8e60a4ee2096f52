import { hash } from 'node:crypto'
import { escapeHtml } from './escape.ts'
import { pageScript } from './script.ts'
import { pageStyle } from './style.ts'

/** A part of the page under its title. Nothing where there is nothing to show. @param lead as HTML */
export function sectionHtml(title: string, lead: string, content: string): string {
  if (content === '') return ''
  const said = lead === '' ? '' : `<p class="lead">${lead}</p>`
  return `<section aria-label="${title}"><h2>${title}</h2>${said}${content}</section>`
}

/** A whole document: it asks for nothing else, and its Content-Security-Policy allows its own script only. @param content as HTML */
export function pageHtml(title: string, content: string): string {
  const source = `'sha256-${hash('sha256', pageScript, 'base64')}'`
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src ${source}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeHtml(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
${content}
</main>
<script>${pageScript}</script>
</body>
</html>
`
}
