import { defineCommand } from '../command.ts'
import { wrongUsage } from '../errors.ts'
import { formatOption, platformOptions } from '../shared-options.ts'

export const definition = defineCommand(
  {
    arguments: {
      recipe: {
        kind: 'optional',
        name: 'RECIPE',
        completes: 'file',
        summary: 'One that comes with wherry (see --list), or the path of a YAML file',
      },
    },
    options: {
      tag: { kind: 'list', short: 't', value: 'NAME', completes: 'reference', summary: 'What to call the image' },
      packages: {
        kind: 'list',
        separator: ',',
        value: 'PACKAGE',
        summary: 'Put these on top of the recipe, or of base: nodejs, nodejs=18.*, nodejs/bookworm-backports',
      },
      suite: { kind: 'text', value: 'SUITE', summary: 'Which Debian, by its name or number: trixie, 12' },
      platform: { ...platformOptions.platform, summary: "Not this machine's, but these: linux/amd64,linux/arm64" },
      mirror: { kind: 'list', value: 'URL', summary: 'Fetch packages from here; several are tried in turn' },
      keyring: { kind: 'list', value: 'FILE', completes: 'file', summary: "Trust these keys beside Debian's own" },
      offline: { kind: 'flag', summary: 'Ask no mirror: all has to be in the cache' },
      lock: {
        kind: 'text',
        value: 'FILE',
        completes: 'file',
        summary: 'Take exactly the packages of this file; write it if it is not there',
      },
      update: { kind: 'flag', summary: 'Choose the packages anew, write the lock, and print what changed' },
      date: { kind: 'text', value: 'DATE', summary: 'No file is newer than this; SOURCE_DATE_EPOCH unless told' },
      sbom: { kind: 'switch', summary: 'Attach an SPDX and a CycloneDX document, as happens unless this is false' },
      list: { kind: 'flag', summary: 'List the recipes that come with wherry' },
      show: { kind: 'flag', summary: 'Print the recipe as YAML' },
      ...formatOption,
    },
    notes: [
      "Makes an image from Debian's packages, whose signatures and hashes are checked. The mirrors are those of --mirror, " +
        "the recipe, WHERRY_DEBIAN_MIRROR, the machine's apt, or Debian's public archive. What was fetched is kept in the cache.",
      'Each recipe that is extended makes a layer of its own. The same packages and recipe give the same digest. An image ' +
        'without a name is in the store by its ID.',
      'With --format json: an object with references, digest, mediaType, size, suite, images and changes. An image has ' +
        'platform, digest, size (of the layers, compressed), layers, packages, spdx and cycloneDx (digests of what is ' +
        'attached). A change has name, architectures, from, to and vulnerabilities.',
    ],
    examples: [
      { line: 'wherry base node -t node:slim', summary: 'Node.js and nothing else' },
      { line: 'wherry base --packages nodejs,tzdata -t mine', summary: 'Packages of your own on top of base' },
      {
        line: 'wherry base ./app.yaml -t app-base --lock app.lock',
        summary: 'The same image, on any machine, any day',
      },
      { line: 'wherry base ./app.yaml -t app-base --lock app.lock --update', summary: 'Move on, and see what changed' },
      { line: 'wherry base node --show > mine.yaml', summary: 'Begin a recipe of your own' },
    ],
  },
  async (context, { recipe }, options) => {
    if (options.list && (options.show || recipe !== undefined)) return wrongUsage('--list stands alone')
    if (options.list || options.show) {
      const { formatRecipe, formatRecipes } = await import('../base/recipe-list.ts')
      const shown = recipe ?? ''
      if (options.show && recipe === undefined) return wrongUsage('--show needs a recipe')
      await context.output.write(options.list ? formatRecipes(options.format === 'json') : await formatRecipe(shown))
      return 0
    }
    const { makeBase } = await import('../base/make-base.ts')
    await makeBase(recipe, options, context)
    return 0
  },
)
