import { defineConfig } from 'vitest/config';

/** The built package as its users get it: dist/ must be there (`npm run build`). */
export default defineConfig({
  test: { include: ['tests/package/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 120_000 },
});
