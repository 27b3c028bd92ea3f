import { defineConfig } from 'vitest/config';

/** The examples with the packed library (`npm run build`) in the runtimes of tests/runtimes (`npm ci` there). */
export default defineConfig({
  test: { include: ['tests/examples/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
});
