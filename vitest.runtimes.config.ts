import { defineConfig } from 'vitest/config';

/** The packed library in every runtime and browser: dist/ must be there (`npm run build`). */
export default defineConfig({
  test: { include: ['tests/runtimes/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
});
