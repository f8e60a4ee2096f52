import type { Recipe } from '../recipe-schema.ts'

/** Python with its whole standard library. */
export const pythonRecipe: Recipe = {
  description: 'cc, with Python and its standard library, and without pip',
  extends: 'cc',
  packages: ['python3'],
  exclude: {
    packages: [
      // For the scripts that compile modules when they are installed.
      'dpkg',
    ],
    paths: [
      // Tests of the interpreter itself, and the texts of its help.
      '/usr/lib/python3*/lib-dynload/_test*',
      '/usr/lib/python3*/lib-dynload/_xxtestfuzz*',
      '/usr/lib/python3*/pydoc_data',
    ],
  },
  // As most images of Python have it.
  links: { '/usr/bin/python': 'python3' },
  environment: { PYTHONUNBUFFERED: '1' },
  command: ['python3'],
}
