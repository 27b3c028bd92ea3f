import { defineConfig } from 'vitest/config';

/** The page of web/ in Chromium (`npm run build` and `npm run build:web` first). */
export default defineConfig({
  test: {
    include: ['tests/web/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
