import { defineConfig } from 'vitest/config';

const kernels = [
  'tests/{kernels,autograd,ops,layers,losses,optimizers,training,formats,lecture,conformance,graph,imported,onnx,tfjs,tflite}/**/*.test.ts',
  'tests/{arguments,creation,initializers}.test.ts',
];
/** What depends on no build of the kernels is tested on two of them. */
const hostOnly = [
  'tests/formats/**',
  'tests/training/{arguments*,checkpoint*,mismatches,resume-everywhere}.test.ts',
  'tests/arguments.test.ts',
];
/** What calls the ops alone, whose kernels are tested on all builds: on one. */
const importers = [
  'tests/{imported,onnx,tfjs,tflite}/**',
  'tests/graph/{memory,real-models}.test.ts',
];
/** What starts the library in ways of its own. */
const starting = ['tests/runtime/**/*.test.ts'];

type Build = 'debug' | 'release' | 'relaxed';

const onKernels = (build: Build, name: string, include: string[], isolate: boolean) => ({
  extends: true as const,
  test: {
    name,
    include,
    exclude: {
      debug: importers,
      release: [],
      relaxed: [...hostOnly, ...importers],
    }[build],
    // The files that one worker runs share the library, which starts once: a third of the time.
    isolate,
    setupFiles: ['tests/support/equal-arrays.ts', 'tests/support/setup.ts'],
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
          setupFiles: ['tests/support/equal-arrays.ts'],
          include: ['tests/**/*.test.ts'],
          exclude: [
            ...kernels,
            ...starting,
            'tests/{package,bundlers,references,runtimes,examples,web}/**',
          ],
        },
      },
      ...(['debug', 'release', 'relaxed'] as const).flatMap((build) => [
        onKernels(build, build, kernels, false),
        onKernels(build, `${build}-start`, starting, true),
      ]),
    ],
    coverage: { provider: 'v8', include: ['src/**'], reporter: ['text', 'text-summary'] },
  },
});
