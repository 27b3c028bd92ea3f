import { defineConfig } from 'vitest/config';

/** What other libraries make of the files that this one writes (`npm ci --prefix tests/references`). */
export default defineConfig({
  test: {
    include: ['tests/references/*.test.ts'],
    setupFiles: ['tests/support/equal-arrays.ts', 'tests/support/setup.ts'],
    env: { SIMDGRAD_BUILD: 'release' },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
