import type { Recipe } from '../recipe-schema.ts'

/** Node alone. */
export const nodeRecipe: Recipe = {
  description: 'cc, with Node.js, and without npm',
  extends: 'cc',
  packages: ['nodejs'],
  exclude: {
    packages: [
      // Fetches package managers.
      'node-corepack',
    ],
  },
  environment: { NODE_ENV: 'production' },
  command: ['node'],
}
