import { defineConfig } from 'vitest/config';

const kernels = [
  'tests/{runtime,kernels,autograd,ops,layers,losses,optimizers,training,formats,lecture,conformance}/**/*.test.ts',
  'tests/{arguments,creation,initializers}.test.ts',
];
/** What depends on no build of the kernels is tested on two of them. */
const hostOnly = [
  'tests/formats/**',
  'tests/training/{arguments,checkpoint,resume-everywhere}.test.ts',
  'tests/arguments.test.ts',
];
const onKernels = (build: 'debug' | 'release' | 'relaxed') => ({
  extends: true as const,
  test: {
    name: build,
    include: kernels,
    exclude: build === 'relaxed' ? hostOnly : [],
    setupFiles: ['tests/support/setup.ts'],
    env: { SIMDGRAD_BUILD: build },
  },
});

export default defineConfig({
  test: {
    testTimeout: 60_000,
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'host',
          include: ['tests/**/*.test.ts'],
          exclude: [...kernels, 'tests/{package,bundlers,runtimes,examples}/**'],
        },
      },
      onKernels('debug'),
      onKernels('release'),
      onKernels('relaxed'),
    ],
    coverage: { provider: 'v8', include: ['src/**'], reporter: ['text', 'text-summary'] },
  },
});
