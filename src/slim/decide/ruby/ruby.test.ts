import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { causes, decided } from '../../../../test/support/decided.ts'
import { file, type LayerItem } from '../../../../test/support/layers.ts'
import { madeElf } from '../../../../test/support/made-elf.ts'
import { scanRuby } from './scan-ruby.ts'

describe('what Ruby code loads', () => {
  test('is found however it is written', () => {
    const found = scanRuby(`
require 'json'
require("set"); require "net/http" if x
autoload :Moon, 'tides/moon'
autoload(:Sun, "tides/sun")
require_relative 'formats/csv'
load 'tasks.rb'
def later = require('late')
`)
    assert.deepEqual([...found.features], ['json', 'set', 'net/http', 'tasks.rb', 'late', 'tides/moon', 'tides/sun'])
    assert.deepEqual([...found.relative], ['formats/csv'])
    assert.deepEqual([...found.beginnings], [])
  })

  test('is not what a comment says, nor what only development needs', () => {
    const { features, beginnings } = scanRuby(
      "# require 'webrick'\n#   require this\nrequire 'irb'\nrequire 'minitest/mock'\n",
    )
    assert.deepEqual([...features, ...beginnings], [])
  })

  test('begins in a way that is known, or in none, where the name is computed', () => {
    const beginnings = (text: string): readonly string[] => [...scanRuby(text).beginnings]
    assert.deepEqual(beginnings('require "rack/handler/#{name}"'), ['rack/handler/'])
    assert.deepEqual(beginnings("require 'formats/' + name"), ['formats/'])
    for (const text of ['  require name', 'names.each { |name| require name }', 'names.each(&method(:require))'])
      assert.deepEqual(beginnings(text), [''], text)
    for (const text of ['require "#{__dir__}/x"', 'puts "do not require this"', "require 'a'"])
      assert.deepEqual(beginnings(text), [], text)
  })
})

const program = { mode: 0o755 }
const interpreter = file('usr/local/bin/ruby', madeElf(), program)
const config = { WorkingDir: '/app', Cmd: ['ruby', 'app.rb'] }
const command = ['ruby', 'app.rb']
const library = '/usr/local/lib/ruby/3.4.0'
const home = '/usr/local/bundle'

/** As RubyGems writes it. */
function gemspec(name: string, dependencies: readonly string[] = [], requirePath = 'lib'): string {
  const lines = dependencies.map((each) => `  s.add_runtime_dependency(%q<${each}>.freeze, [">= 0".freeze])`)
  return [`# stub: ${name} 1.0 ruby ${requirePath}`, `  s.require_paths = ["${requirePath}".freeze]`, ...lines].join(
    '\n',
  )
}

function gem(name: string, files: Readonly<Record<string, string>>, dependencies: readonly string[] = []): LayerItem[] {
  return [
    file(`${home.slice(1)}/specifications/${name}-1.0.gemspec`, gemspec(name, dependencies)),
    ...Object.entries(files).map(([path, text]) => file(`${home.slice(1)}/gems/${name}-1.0/${path}`, text)),
  ]
}

const inGem = (name: string, path: string): string => `${home}/gems/${name}-1.0/${path}`
const specification = (name: string): string => `${home}/specifications/${name}-1.0.gemspec`

describe('an app of Ruby', () => {
  test('keeps the gems that its code reaches, whole, with their gemspecs, and loses the others', async () => {
    const base = [
      interpreter,
      ...gem(
        'web',
        { 'lib/web.rb': "require 'rack'\nautoload :Late, 'web/late'", 'lib/web/late.rb': 'x', 'web.json': '{}' },
        ['rack', 'idle'],
      ),
      ...gem('rack', { 'lib/rack.rb': 'x', 'README.md': 'x', 'test/rack_test.rb': 'x', 'sig/rack.rbs': 'x' }),
      ...gem('idle', { 'lib/idle.rb': 'x' }),
      ...gem('lint', { 'lib/lint.rb': 'x' }),
      file('usr/local/bundle/cache/rack-1.0.gem', 'x'),
    ]
    const app = [
      file('app/app.rb', "def later = require('web')"),
      file('app/spec/app_spec.rb', "require 'lint'"),
      file('app/vendor/cache/rack-1.0.gem', 'x'),
    ]
    // RubyGems looks at all of them when it starts.
    const opened = new Set(['web', 'rack', 'idle', 'lint'].map(specification))
    await decided({ base, app, config }, { command, opened }, (ledger) => {
      const kept = ['lib/web.rb', 'lib/web/late.rb', 'web.json'].map((path) => inGem('web', path))
      const needed = [...kept, inGem('rack', 'lib/rack.rb'), ...['web', 'rack', 'idle'].map(specification)]
      assert.deepEqual(
        causes(ledger, ...needed),
        needed.map(() => 'needed'),
      )
      const lost = ['README.md', 'test/rack_test.rb', 'sig/rack.rbs'].map((path) => inGem('rack', path))
      assert.deepEqual(causes(ledger, ...lost, inGem('idle', 'lib/idle.rb'), inGem('lint', 'lib/lint.rb')), [
        ...['documentation', 'test', 'source', 'unused', 'unused'],
      ])
      const packed = ['/app/vendor/cache/rack-1.0.gem', `${home}/cache/rack-1.0.gem`]
      assert.deepEqual(causes(ledger, specification('lint'), ...packed), ['unused', 'cache', 'cache'])
    })
  })

  test('keeps an extension where Ruby looks for it first, with the mark that it is built, and not its source', async () => {
    const elf = madeElf({ text: 'tides' })
    const extension = `${home}/extensions/x86_64-linux/3.4.0/tides-1.0`
    const base = [
      interpreter,
      ...gem('tides', { 'lib/tides.rb': "require 'tides/tides'", 'ext/tides/extconf.rb': "require 'mkmf'" }),
      file(`usr/local/bundle/gems/tides-1.0/lib/tides/tides.so`, elf, program),
      file(`usr/local/bundle/gems/tides-1.0/lib/tides/other.so`, madeElf(), program),
      file(`${extension.slice(1)}/tides/tides.so`, elf, program),
      file(`${extension.slice(1)}/gem.build_complete`),
      file(`${extension.slice(1)}/mkmf.log`),
      file(`${library.slice(1)}/rubygems.rb`),
      file(`${library.slice(1)}/mkmf.rb`),
    ]
    await decided({ base, app: [file('app/app.rb', "require 'tides'")], config }, { command }, (ledger) => {
      const kept = [
        `${extension}/tides/tides.so`,
        `${extension}/gem.build_complete`,
        inGem('tides', 'lib/tides/other.so'),
      ]
      assert.deepEqual(causes(ledger, ...kept), ['needed', 'needed', 'needed'])
      const lost = [
        inGem('tides', 'lib/tides/tides.so'),
        inGem('tides', 'ext/tides/extconf.rb'),
        `${extension}/mkmf.log`,
      ]
      assert.deepEqual(causes(ledger, ...lost, `${library}/mkmf.rb`), ['unused', 'source', 'cache', 'unused'])
    })
  })

  test('keeps all that its Gemfile names where it loads by computed names, and what Bundler looks for', async () => {
    const lock =
      'GEM\n  specs:\n    one (1.0)\n      two\n    two (1.0)\n    three (1.0)\n\nDEPENDENCIES\n  one\n  three!\n'
    const base = [
      interpreter,
      ...['one', 'two', 'three', 'four'].flatMap((name) => gem(name, { [`lib/${name}.rb`]: 'x' })),
    ]
    const app = [file('app/app.rb', 'plugins.each { |name| require name }'), file('app/Gemfile.lock', lock)]
    await decided({ base, app, config }, { command, opened: new Set(['/app/Gemfile.lock']) }, (ledger) => {
      const names = ['one', 'two', 'three', 'four']
      assert.deepEqual(causes(ledger, ...names.map((name) => inGem(name, `lib/${name}.rb`))), [
        ...['needed', 'unused', 'needed', 'unused'],
      ])
      assert.deepEqual(causes(ledger, ...names.map(specification)), ['needed', 'needed', 'needed', 'unused'])
    })
  })

  test('keeps of the gem of which there are two the one that was loaded, and both where that was not seen', async () => {
    const newer = file('usr/local/bundle/specifications/rack-2.0.gemspec', gemspec('rack'))
    const base = [
      interpreter,
      ...gem('rack', { 'lib/rack.rb': 'x', 'lib/rack/utils.rb': 'x' }),
      newer,
      ...['lib/rack.rb', 'lib/rack/utils.rb'].map((path) => file(`usr/local/bundle/gems/rack-2.0/${path}`)),
    ]
    const app = [file('app/app.rb', "def later = require('rack/utils')")]
    const places = [inGem('rack', 'lib/rack/utils.rb'), `${home}/gems/rack-2.0/lib/rack/utils.rb`]
    const opened = new Set([`${home}/gems/rack-2.0/lib/rack.rb`])
    await decided({ base, app, config }, { command, opened }, (ledger) =>
      assert.deepEqual(causes(ledger, ...places), ['unused', 'needed']),
    )
    await decided({ base, app, config }, { command }, (ledger) =>
      assert.deepEqual(causes(ledger, ...places), ['needed', 'needed']),
    )
  })

  test('keeps the standard library without its tools, and the package managers only as far as they run', async () => {
    const paths = ['set.rb', 'net/http.rb', 'irb.rb', 'rdoc/rdoc.rb', 'bundler.rb', 'bundler/setup.rb']
    const managers = [
      'rubygems.rb',
      'rubygems/version.rb',
      'rubygems/commands/push_command.rb',
      'rubygems/installer.rb',
    ]
    const base = [
      interpreter,
      ...[...paths, ...managers].map((path) => file(`${library.slice(1)}/${path}`, "require 'irb'")),
      file(`${library.slice(1)}/x86_64-linux/rbconfig.rb`),
      file(`${library.slice(1)}/x86_64-linux/json/parser.so`, madeElf(), program),
    ]
    const opened = new Set([`${library}/rubygems.rb`])
    await decided({ base, app: [file('app/app.rb')], config }, { command, opened }, (ledger) => {
      const std = (...names: readonly string[]): readonly string[] =>
        causes(ledger, ...names.map((name) => `${library}/${name}`))
      assert.deepEqual(std(...paths), ['needed', 'needed', 'unused', 'unused', 'unused', 'unused'])
      assert.deepEqual(std(...managers), ['read', 'needed', 'unused', 'unused'])
      assert.deepEqual(std('x86_64-linux/rbconfig.rb', 'x86_64-linux/json/parser.so'), ['needed', 'needed'])
    })
  })

  test('keeps an encoding with a large table where its code names it', async () => {
    const tables = ['enc/windows_1252.so', 'enc/trans/japanese_sjis.so', 'enc/trans/big5.so']
    const base = [
      interpreter,
      file(`${library.slice(1)}/rubygems.rb`),
      ...tables.map((path) => file(`${library.slice(1)}/x86_64-linux/${path}`, madeElf(), program)),
    ]
    const kept = (text: string): Promise<readonly string[]> =>
      decided({ base, app: [file('app/app.rb', text)], config }, { command }, (ledger) =>
        causes(ledger, ...tables.map((path) => `${library}/x86_64-linux/${path}`)),
      )
    assert.deepEqual(await kept("x.encode('UTF-8')"), ['needed', 'unused', 'unused'])
    assert.deepEqual(await kept("x.encode('Shift_JIS')"), ['needed', 'needed', 'unused'])
    assert.deepEqual(await kept('x.encode(params)'), ['needed', 'needed', 'needed'])
  })

  test("keeps what lies in a system's own folders by the names below them", async () => {
    const vendor = 'usr/lib/ruby/vendor_ruby'
    const base = [
      interpreter,
      ...['racc.rb', 'racc/parser.rb', 'xmlrpc.rb', 'xmlrpc/client.rb'].map((path) => file(`${vendor}/${path}`)),
      file('usr/lib/x86_64-linux-gnu/ruby/vendor_ruby/3.3.0/racc/cparse.so', madeElf(), program),
      file('usr/share/rubygems-integration/all/specifications/racc-1.8.gemspec', gemspec('racc')),
    ]
    await decided({ base, app: [file('app/app.rb', "require 'racc/parser'")], config }, { command }, (ledger) => {
      const kept = [
        `/${vendor}/racc.rb`,
        '/usr/lib/x86_64-linux-gnu/ruby/vendor_ruby/3.3.0/racc/cparse.so',
        '/usr/share/rubygems-integration/all/specifications/racc-1.8.gemspec',
      ]
      assert.deepEqual(causes(ledger, ...kept), ['needed', 'needed', 'needed'])
      assert.deepEqual(causes(ledger, `/${vendor}/xmlrpc/client.rb`), ['unused'])
    })
  })
})

test('of any gems those stay that are reached, and no others', async () => {
  const names = ['a', 'b', 'c', 'd', 'e']
  const requires = fc.record(Object.fromEntries(['app', ...names].map((name) => [name, fc.subarray(names)])))
  await fc.assert(
    fc.asyncProperty(requires, async (graph) => {
      const text = (name: string): string => (graph[name] ?? []).map((each) => `require '${each}/part'`).join('\n')
      const base = [
        interpreter,
        ...names.flatMap((name) =>
          gem(name, { [`lib/${name}/part.rb`]: 'x', [`lib/${name}/more.rb`]: text(name), 'data/x': 'x' }),
        ),
      ]
      const reached = new Set<string>()
      const waiting = [...(graph['app'] ?? [])]
      for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
        if (reached.has(name)) continue
        reached.add(name)
        waiting.push(...(graph[name] ?? []))
      }
      await decided({ base, app: [file('app/app.rb', text('app'))], config }, { command }, (ledger) => {
        for (const name of names) {
          const expected = reached.has(name) ? 'needed' : 'unused'
          const paths = [`lib/${name}/part.rb`, `lib/${name}/more.rb`, 'data/x'].map((path) => inGem(name, path))
          assert.deepEqual(
            causes(ledger, ...paths, specification(name)),
            [1, 2, 3, 4].map(() => expected),
          )
        }
      })
    }),
    { numRuns: 10 },
  )
})
