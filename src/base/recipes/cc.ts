import type { Recipe } from '../recipe-schema.ts'

/** For programs in C++, and all others that need the libraries of GCC. */
export const ccRecipe: Recipe = {
  description: 'base, with the libraries of C and C++ compilers',
  extends: 'base',
  packages: ['libgcc-s1', 'libstdc++6'],
  // What debuggers show containers with.
  exclude: { paths: ['/usr/share/gcc'] },
}
