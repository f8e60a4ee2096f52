import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkRequests } from './resolve.ts'
import { requestsFor, sourceOf } from './testing/archive.ts'
import { refusal } from './testing/resolving.ts'

describe('refusals', () => {
  const packages = [
    { Package: 'nodejs', Version: '18', Depends: 'libnode (= 18)' },
    { Package: 'nodejs', Version: '18.1', Depends: 'libnode (= 18)' },
    { Package: 'libnode', Version: '18', Depends: 'libssl (>= 4)' },
    { Package: 'libssl', Version: '3' },
    { Package: 'exim', Provides: 'mta', Conflicts: 'mta' },
    { Package: 'mailer', Depends: 'exim' },
    { Package: 'postfix', Version: '3.7', Provides: 'mta' },
    { Package: 'new', Depends: 'libssl', Breaks: 'libssl (<< 4)' },
  ]

  test('a name that nobody has comes with the nearest one', async () => {
    const problems = checkRequests({
      sources: [await sourceOf(packages)],
      architecture: 'amd64',
      requests: requestsFor(
        'nodesj',
        'quite-another',
        'libssl=2',
        'libssl (>> 3)',
        'nodejs/testing',
        'postfix',
        'exim',
      ),
      exclude: ['exim'],
    })
    assert.deepEqual(
      problems.map(({ message, hint }) => (hint === undefined ? message : `${message}. ${hint}`)),
      [
        'there is no package nodesj for amd64. Did you mean nodejs?',
        'there is no package quite-another for amd64',
        'there is no libssl=2 for amd64. There is 3 in stable.',
        'there is no libssl (>> 3) for amd64. There is 3 in stable.',
        'there is no source testing to take nodejs from. There is stable.',
        'exim is both asked for and left out',
      ],
    )
    assert.equal(await refusal(packages, 'libsl'), 'unknown-package: there is no package libsl for amd64')
    assert.equal(
      await refusal(packages, 'libsl, zz-top'),
      'unknown-package: there is no package libsl for amd64. Did you mean libssl?\nthere is no package zz-top for amd64',
    )
  })

  test('what is missing comes with the dependencies that lead there', async () => {
    assert.equal(
      await refusal(packages, 'nodejs, postfix'),
      [
        'unsatisfiable: nodejs cannot be installed:',
        '  nodejs is asked for',
        '  nodejs 18.1 and 18 depend on libnode (= 18)',
        '  libnode 18 depends on libssl (>= 4)',
        '  but there is no libssl (>= 4) (there is libssl 3)',
      ].join('\n'),
    )
  })

  test('packages that collide come with the dependencies that lead to both', async () => {
    assert.equal(
      await refusal(packages, 'postfix, mailer, libssl'),
      [
        'unsatisfiable: mailer, postfix cannot be installed together:',
        '  mailer is asked for',
        '  mailer 1 depends on exim',
        '  postfix is asked for',
        '  exim 1 conflicts with mta: postfix 3.7 provides it',
      ].join('\n'),
    )
    assert.equal(
      await refusal(packages, 'new'),
      [
        'unsatisfiable: new cannot be installed:',
        '  new is asked for',
        '  new 1 depends on libssl',
        '  new 1 breaks libssl (<< 4): libssl is 3',
      ].join('\n'),
    )
    assert.equal(
      await refusal([...packages, { Package: 'libssl', Version: '2' }], 'libssl=2, libssl=3'),
      [
        'unsatisfiable: libssl=2, libssl=3 cannot be installed together:',
        '  libssl=2 is asked for',
        '  libssl=3 is asked for',
        '  only one version of libssl can be installed: 2 or 3',
      ].join('\n'),
    )
  })
})
