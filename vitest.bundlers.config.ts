import { defineConfig } from 'vitest/config';

/** The built library in its users' bundlers (`npm ci --prefix tests/bundlers`); dist/ must be there (`npm run build`). */
export default defineConfig({
  test: {
    include: ['tests/bundlers/*.test.ts'],
    globalSetup: 'tests/bundlers/support/install.ts',
    // The projects lie in one folder, and two bundlers at once have no cores to share.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
