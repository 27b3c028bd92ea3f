import { defineConfig } from 'vitest/config';

/** The page of web/ in Chromium (`npm run build` and `npm run build:web` first). */
export default defineConfig({
  test: {
    include: ['tests/web/**/*.test.ts'],
    // Two threads, the page and the browser share two cores: once in five runs an epoch was not seen to begin.
    retry: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
