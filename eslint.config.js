import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Each folder or file of src/ with all that it may import: imports point one way. */
const foundation = [
  'errors',
  'describe',
  'check',
  'options',
  'shape',
  'math',
  'memo',
  'random',
  'evaluating',
  'generator',
];
const tensors = [...foundation, 'runtime', 'tensor-data', 'tensor'];
const recorded = [...tensors, 'autograd'];
const operations = [...recorded, 'ops', 'creation', 'initializers', 'schedules'];
const models = [...operations, 'layers', 'optimizers', 'formats', 'graph', 'data'];
const mayImport = {
  errors: [],
  describe: [],
  check: ['errors', 'describe'],
  options: ['errors', 'describe', 'check'],
  shape: ['errors', 'describe', 'check'],
  math: [],
  memo: [],
  random: ['errors', 'math', 'describe', 'check', 'options'],
  evaluating: ['random'],
  generator: ['errors', 'random', 'evaluating', 'describe', 'check', 'options'],
  data: foundation,
  runtime: foundation,
  init: [...foundation, 'runtime'],
  'tensor-data': foundation,
  tensor: [...foundation, 'runtime', 'tensor-data'],
  autograd: tensors,
  'check-gradients': [...recorded, 'ops'],
  creation: tensors,
  ops: recorded,
  initializers: [...recorded, 'ops', 'creation'],
  schedules: [...foundation, 'ops'],
  layers: operations,
  imported: [...operations, 'layers'],
  tfjs: [...operations, 'layers', 'imported', 'formats'],
  tflite: [...operations, 'layers', 'imported', 'formats'],
  optimizers: [...operations, 'formats'],
  formats: [...operations, 'layers', 'data'],
  graph: [...operations, 'layers', 'data'],
  onnx: [...operations, 'layers', 'imported', 'formats', 'graph'],
  training: models,
  worker: [...models, 'imported', 'onnx', 'tfjs', 'tflite', 'training', 'init'],
  entries: [...models, 'core', 'init', 'check-gradients'],
  node: [...foundation, 'index'],
  cli: ['index', 'node', 'onnx', 'tfjs', 'tflite'],
};
const parts = Object.keys(mayImport);

/** Rules for the file src/PART.ts and for the files in the folder src/PART. */
function importDirection([part, allowed]) {
  const forbidden = [...parts, 'index'].filter(
    (other) => other !== part && !allowed.includes(other),
  );
  const message = `src/${part} may import only: ${allowed.join(', ') || 'nothing'}`;
  const restrict = (files, up) => {
    const group = forbidden.flatMap((other) => [`${up}${other}.js`, `${up}${other}/**`]);
    return {
      files: [files],
      rules: { 'no-restricted-imports': ['error', { patterns: [{ group, message }] }] },
    };
  };
  return [
    restrict(`src/${part}.ts`, './'),
    restrict(`src/${part}/*.ts`, '../'),
    restrict(`src/${part}/*/*.ts`, '../../'),
  ];
}

const inexact = [
  'exp',
  'expm1',
  'log',
  'log1p',
  'log2',
  'log10',
  'pow',
  'sin',
  'cos',
  'tan',
  'sinh',
  'cosh',
  'tanh',
  'asin',
  'acos',
  'atan',
  'atan2',
  'cbrt',
  'hypot',
  'random',
];

export default tseslint.config(
  {
    ignores: [
      'build/',
      'dist/',
      'dist-web/',
      'coverage/',
      'runs/',
      'node_modules/',
      'assembly/',
      'tests/bundlers/work/',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      eqeqeq: 'error',
      'no-control-regex': 'off',
      'no-console': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 320 }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      // Engines round these differently: src/math.ts has exact versions.
      'no-restricted-properties': [
        'error',
        ...inexact.map((property) => ({ object: 'Math', property })),
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "BinaryExpression[operator='**']:not([left.type='Literal'][left.value=2])",
          message: 'Engines round powers differently, but for those of 2.',
        },
        {
          selector: "AssignmentExpression[operator='**=']",
          message: 'Engines round powers differently.',
        },
      ],
    },
  },
  {
    files: ['web/**/*.{ts,tsx,js}'],
    rules: {
      'max-lines': ['error', { max: 320 }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['src/cli/**/*.ts'],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-syntax': 'off' },
  },
  ...Object.entries(mayImport).flatMap(importDirection),
  {
    files: ['scripts/**', 'bench/**', 'examples/**', 'src/cli/**', 'tests/runtimes/hosts/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['tests/bundlers/app/*.js', 'tests/bundlers/fixtures/worker/*.js'],
    languageOptions: {
      globals: {
        document: 'readonly',
        location: 'readonly',
        URLSearchParams: 'readonly',
        Worker: 'readonly',
      },
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: {
        URL: 'readonly',
        TextEncoder: 'readonly',
        Response: 'readonly',
        crypto: 'readonly',
        postMessage: 'readonly',
        process: 'readonly',
        console: 'readonly',
      },
    },
  },
  {
    files: ['examples/**'],
    languageOptions: {
      globals: {
        AbortController: 'readonly',
        Bun: 'readonly',
        clearInterval: 'readonly',
        Deno: 'readonly',
        document: 'readonly',
        OffscreenCanvas: 'readonly',
        Response: 'readonly',
        setInterval: 'readonly',
        setTimeout: 'readonly',
      },
    },
  },
);
