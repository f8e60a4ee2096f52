import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { causes, decided } from '../../../../test/support/decided.ts'
import { file, symbolicLink, type LayerItem } from '../../../../test/support/layers.ts'
import { madeElf } from '../../../../test/support/made-elf.ts'
import { extensionsIn, scanPhp } from './scan-php.ts'

describe('what PHP code names', () => {
  test('is found however it is written', () => {
    const { qualified, global, included, isOpen } = scanPhp(String.raw`<?php
namespace App;
use Twig\Environment;
use Psr\Log\{LoggerInterface, Sub\NullLogger as Nothing};
use function FastRoute\simpleDispatcher;
$name = 'App\\Formats\\Csv';
new \Monolog\Logger('x'); class A extends Base implements Countable {}
Parsedown::instance(); $this->x::class; new Foo;
require __DIR__ . '/lib/a.php'; include_once('b.php'); require $computed;
`)
    const names = ['Twig\\Environment', 'Psr\\Log\\LoggerInterface', 'Psr\\Log\\Sub\\NullLogger', 'App\\Formats\\Csv']
    for (const name of [...names, 'FastRoute\\simpleDispatcher', 'Monolog\\Logger'])
      assert.ok(qualified.has(name), name)
    for (const name of ['Base', 'Countable', 'Parsedown', 'Foo']) assert.ok(global.has(name), name)
    assert.deepEqual(included, [
      { path: '/lib/a.php', isOwn: true },
      { path: 'b.php', isOwn: false },
    ])
    assert.equal(isOpen, false)
  })

  test('is told to be computed', () => {
    for (const text of ['new $class()', 'new ($x)', '$writer::TYPE', 'class_exists($name)', 'call_user_func($f)'])
      assert.ok(scanPhp(text).isOpen, text)
    for (const text of ['new Foo()', '$this->x()', '$a::class', "class_exists('A')"])
      assert.ok(!scanPhp(text).isOpen, text)
  })

  test('are the extensions of its settings, where they are on', () => {
    const text = '; extension=off\nextension=curl\n zend_extension = "opcache.so" ; fast\n;zend_extension=xdebug\n'
    assert.deepEqual(extensionsIn(text), ['curl', 'opcache.so'])
  })
})

const program = { mode: 0o755 }
const config = { WorkingDir: '/app', Cmd: ['php', '-S', '0.0.0.0:8000', 'index.php'] }
const input = { command: config.Cmd }
const interpreter = file('usr/local/bin/php', madeElf(), program)

interface Package {
  readonly files: Readonly<Record<string, string>>
  readonly requires?: readonly string[]
}

/** A vendor folder as Composer makes it: each package `acme/NAME` with the namespace `NAME`. */
function vendor(packages: Readonly<Record<string, Package>>): readonly LayerItem[] {
  const names = Object.keys(packages)
  const installed = names.map((name) => ({
    name: `acme/${name}`,
    version: '1.0.0',
    'install-path': `../acme/${name}`,
    require: Object.fromEntries((packages[name]?.requires ?? []).map((each) => [each, '*'])),
  }))
  const lines = names.map((name) => String.raw`    '${name}\\' => array($vendorDir . '/acme/${name}/src'),`)
  const loader = ['ClassLoader.php', 'autoload_real.php', 'autoload_static.php', 'LICENSE', 'installed.php']
  return [
    file('app/vendor/autoload.php', "<?php require_once __DIR__ . '/composer/autoload_real.php';"),
    file('app/vendor/composer/installed.json', JSON.stringify({ packages: installed })),
    file('app/vendor/composer/autoload_psr4.php', ['<?php', 'return array(', ...lines, ');', ''].join('\n')),
    // It has all names: nothing stays for that.
    ...loader.map((name) => file(`app/vendor/composer/${name}`, names.map((each) => `${each}\\Main`).join(' '))),
    ...names.flatMap((name) =>
      Object.entries(packages[name]?.files ?? {}).map(([path, text]) => file(`app/vendor/acme/${name}/${path}`, text)),
    ),
  ]
}

const inPackage = (name: string, path: string): string => `/app/vendor/acme/${name}/${path}`

describe('an app of PHP', () => {
  test('keeps the packages whose classes its code names, whole, and loses the others', async () => {
    const packages = {
      Web: { files: { 'src/Main.php': 'x', 'src/Late.php': String.raw`new \Log\Main`, 'views/a.twig': 'x' } },
      Log: { files: { 'src/Main.php': 'x', 'src/Test/Case.php': 'x', 'tests/a.php': 'x', 'README.md': 'x' } },
      Cache: { files: { 'src/Main.php': 'x' } },
      Idle: { files: { 'src/Main.php': 'x' } },
    }
    const app = [
      file('app/index.php', String.raw`<?php require __DIR__ . '/vendor/autoload.php'; $x = 'Web\\Main';`),
      file('app/tests/a.php', String.raw`new \Idle\Main`),
      file('app/config/services.yaml', String.raw`services: { cache: { class: Cache\Main } }`),
      file('app/vendor/bin/tool', '#!/usr/bin/env php\n<?php', program),
      ...vendor(packages),
    ]
    await decided({ base: [interpreter], app, config }, input, (ledger) => {
      const kept = [
        ...['src/Main.php', 'src/Late.php', 'views/a.twig'].map((path) => inPackage('Web', path)),
        ...['src/Main.php', 'src/Test/Case.php'].map((path) => inPackage('Log', path)),
        inPackage('Cache', 'src/Main.php'),
        ...['autoload.php', 'composer/installed.json', 'composer/ClassLoader.php'].map((path) => `/app/vendor/${path}`),
      ]
      assert.deepEqual(
        causes(ledger, ...kept),
        kept.map(() => 'needed'),
      )
      const lost = [inPackage('Log', 'tests/a.php'), inPackage('Log', 'README.md'), inPackage('Idle', 'src/Main.php')]
      assert.deepEqual(causes(ledger, ...lost, '/app/vendor/bin/tool'), ['test', 'documentation', 'unused', 'unused'])
    })
  })

  test('keeps what a package requires where that makes objects of computed classes', async () => {
    const app = [
      file('app/index.php', String.raw`<?php use Web\Main; require 'vendor/autoload.php';`),
      ...vendor({
        Web: { files: { 'src/Main.php': 'new $class' }, requires: ['php', 'acme/Plugin'] },
        Plugin: { files: { 'src/Any.php': 'x' } },
        Idle: { files: { 'src/Main.php': 'x' } },
      }),
    ]
    await decided({ base: [interpreter], app, config }, input, (ledger) =>
      assert.deepEqual(causes(ledger, inPackage('Plugin', 'src/Any.php'), inPackage('Idle', 'src/Main.php')), [
        ...['needed', 'unused'],
      ]),
    )
  })

  test('finds classes by a map of all of them, and files by the place of the one that includes them', async () => {
    const map = String.raw`<?php
return array(
    'Legacy_Parser' => $vendorDir . '/acme/Old/parser.php',
    'App\\Deep\\Thing' => $baseDir . '/lib/thing.php',
);
`
    const app = [
      file(
        'app/index.php',
        '<?php require "vendor/autoload.php"; new Legacy_Parser; include __DIR__ . "/../shared/x.php";',
      ),
      file('shared/x.php'),
      ...vendor({ Old: { files: { 'parser.php': 'x', 'rules.dat': 'x' } } }),
      file('app/vendor/composer/autoload_classmap.php', map),
    ]
    await decided({ base: [interpreter], app, config }, input, (ledger) =>
      assert.deepEqual(causes(ledger, inPackage('Old', 'parser.php'), inPackage('Old', 'rules.dat'), '/shared/x.php'), [
        ...['needed', 'needed', 'needed'],
      ]),
    )
  })

  test('keeps the extensions that its settings load, and no others', async () => {
    const folder = 'usr/lib/php/20240924'
    const base = [
      interpreter,
      ...['curl', 'intl'].map((name) => file(`${folder}/${name}.so`, madeElf(), program)),
      ...['curl', 'intl'].map((name) => file(`etc/php/8.4/mods-available/${name}.ini`, `extension=${name}.so\n`)),
      symbolicLink('etc/php/8.4/cli/conf.d/20-curl.ini', '/etc/php/8.4/mods-available/curl.ini'),
    ]
    const opened = new Set(['/etc/php/8.4/mods-available/curl.ini'])
    await decided({ base, app: [file('app/index.php')], config }, { ...input, opened }, (ledger) => {
      const paths = [`/${folder}/curl.so`, '/etc/php/8.4/cli/conf.d/20-curl.ini', `/${folder}/intl.so`]
      assert.deepEqual(causes(ledger, ...paths), ['needed', 'way', 'unused'])
    })
  })

  test('is one too where a web server runs it', async () => {
    const module = '/usr/lib/apache2/modules/libphp8.4.so'
    const base = [file('usr/sbin/apache2', madeElf(), program), file(module.slice(1), madeElf(), program)]
    const app = [file('app/index.php'), file('app/other.rb')]
    const seen = { command: ['/usr/sbin/apache2'], opened: new Set([module]) }
    await decided({ base, app, config: { WorkingDir: '/app' } }, seen, (ledger) =>
      assert.deepEqual(causes(ledger, '/app/index.php', '/app/other.rb'), ['app', 'source']),
    )
  })
})

test('of any packages those stay whose classes are reached, and no others', async () => {
  const names = ['A', 'B', 'C', 'D', 'E']
  const uses = fc.record(Object.fromEntries(['app', ...names].map((name) => [name, fc.subarray(names)])))
  await fc.assert(
    fc.asyncProperty(uses, async (graph) => {
      const text = (name: string): string => (graph[name] ?? []).map((each) => `use ${each}\\Main;`).join('\n')
      const packages = names.map((name) => [
        name,
        { files: { 'src/Main.php': 'x', 'src/More.php': text(name), 'data/x': 'x' } },
      ])
      const app = [
        file('app/index.php', `<?php require 'vendor/autoload.php';\n${text('app')}`),
        ...vendor(Object.fromEntries(packages)),
      ]
      const reached = new Set<string>()
      const waiting = [...(graph['app'] ?? [])]
      for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
        if (reached.has(name)) continue
        reached.add(name)
        waiting.push(...(graph[name] ?? []))
      }
      await decided({ base: [interpreter], app, config }, input, (ledger) => {
        for (const name of names) {
          const expected = reached.has(name) ? 'needed' : 'unused'
          assert.deepEqual(
            causes(ledger, ...['src/Main.php', 'src/More.php', 'data/x'].map((path) => inPackage(name, path))),
            [1, 2, 3].map(() => expected),
          )
        }
      })
    }),
    { numRuns: 10 },
  )
})
