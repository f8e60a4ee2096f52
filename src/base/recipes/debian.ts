import type { Recipe } from '../recipe-schema.ts'
import { unneededPaths } from './unneeded-paths.ts'

/** A whole Debian, as small as it can be while `apt-get install` works in it. */
export const debianRecipe: Recipe = {
  description: 'Debian, minimal, with apt',
  suite: 'trixie',
  essential: true,
  packages: [
    'apt',
    // useradd and groupadd, which Dockerfiles call.
    'passwd',
  ],
  exclude: { paths: [...unneededPaths] },
  scripts: 'run',
  environment: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
  command: ['bash'],
}
