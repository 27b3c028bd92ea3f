// Bundles the package's entries into dist/, with what they share in chunks, and puts the kernels beside them.
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { minify } from 'terser';
import pkg from '../package.json' with { type: 'json' };

const common = {
  bundle: true,
  minifySyntax: true,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  outdir: 'dist',
  external: ['node:*', '*.wasm', '*.wasm?module', ...Object.keys(pkg.dependencies)],
  logLevel: 'warning',
  metafile: true,
  write: false,
};

/** esbuild turns `class A` into `A = class`, or `A = class _A` where it names itself: the name goes into the class. */
function withClassNames(code) {
  const own = new Set(Array.from(code.matchAll(/\b(\w+) = class _\1\b/g), ([, name]) => name));
  return code
    .replace(/\b_(\w+)\b/g, (word, name) => (own.has(name) ? name : word))
    .replace(/(?<![.\w])(\w+) = class(?= extends| \{)/g, '$1 = class $1');
}

/** Files that nearly every entry needs. */
const SHARED = ['check', 'describe', 'options', 'random', 'shape', 'runtime/worker-thread'];

/** Puts them into one chunk: whatever needs src/errors.ts, and all does, has them. */
const sharedInOneChunk = {
  name: 'shared-in-one-chunk',
  setup({ onLoad }) {
    onLoad({ filter: /src.errors\.ts$/ }, async ({ path }) => {
      const imports = SHARED.map((file) => `import './${file}.js';\n`);
      return { contents: imports.join('') + (await readFile(path, 'utf8')), loader: 'ts' };
    });
  },
};

/** What is one file loads nothing later: `await import` becomes an import, lest each of its modules be a function. */
const nothingLater = {
  name: 'nothing-later',
  setup({ onLoad }) {
    onLoad({ filter: /src.data.\w+\.ts$/ }, async ({ path }) => {
      const imports = [];
      const text = await readFile(path, 'utf8');
      const contents = text.replace(
        /const (\{ \w+ \}) = await import\((.+)\);/g,
        (_, name, file) => {
          imports.push(`import ${name} from ${file};\n`);
          return '';
        },
      );
      return { contents: imports.join('') + contents, loader: 'ts' };
    });
  },
};

/** For readable stacks (docs/decisions/0017): classes and the functions of the API keep their names, lines are short. */
function minifierThatKeeps(functions) {
  const names = {
    keep_classnames: true,
    // A 2 follows a name that another function of the file has, too.
    keep_fnames: new RegExp(`^(${functions.join('|')})2?$`),
    toplevel: true,
  };
  return {
    ecma: 2020,
    parse: { module: true },
    mangle: names,
    // Functions stay functions, of their own frame, made once.
    compress: { ...names, inline: false, reduce_funcs: false, passes: 2 },
    format: { max_line_len: 500 },
  };
}

const kernels = 'build/release.wasm';
const bundles = await Promise.all([
  build({
    ...common,
    splitting: true,
    plugins: [sharedInOneChunk],
    // Those of SHARED: a file without side effects may be imported for its place only.
    logOverride: { 'ignored-bare-import': 'silent' },
    // Flat: `new URL('./simdgrad.wasm', import.meta.url)` stands in a chunk.
    chunkNames: 'chunk-[hash]',
    entryPoints: {
      index: 'src/index.ts',
      ops: 'src/entries/ops.ts',
      data: 'src/data/index.ts',
      onnx: 'src/onnx/index.ts',
      tfjs: 'src/tfjs/index.ts',
      tflite: 'src/tflite/index.ts',
      workerd: 'src/entries/workerd.ts',
      'workerd-ops': 'src/entries/workerd-ops.ts',
      'edge-light': 'src/entries/edge-light.ts',
      'edge-light-ops': 'src/entries/edge-light-ops.ts',
      infer: 'src/entries/infer.ts',
      'workerd-infer': 'src/entries/workerd-infer.ts',
      'edge-light-infer': 'src/entries/edge-light-infer.ts',
      worker: 'src/worker/index.ts',
      node: 'src/node/index.ts',
      cli: 'src/cli/index.ts',
      'bench-worker': 'src/cli/bench/worker.ts',
    },
  }),
  build({
    ...common,
    plugins: [nothingLater],
    // One file each: bundlers copy the workers' as they are.
    entryPoints: {
      inline: 'src/entries/inline.ts',
      'pool-worker': 'src/runtime/pool-worker.ts',
      'model-worker': 'src/worker/model-worker.ts',
      'onnx-worker': 'src/worker/onnx-worker.ts',
      'tfjs-worker': 'src/worker/tfjs-worker.ts',
      'tflite-worker': 'src/worker/tflite-worker.ts',
    },
    define: { KERNELS_BASE64: JSON.stringify(await readFile(kernels, 'base64')) },
  }),
]);
const outputs = bundles.flatMap(({ metafile }) => Object.values(metafile.outputs));
const exported = outputs.filter(({ entryPoint }) => entryPoint).flatMap((output) => output.exports);
const minifier = minifierThatKeeps([...new Set(exported)]);

await rm('dist', { recursive: true, force: true });
await mkdir('dist');
for (const { path, text } of bundles.flatMap(({ outputFiles }) => outputFiles)) {
  const { code } = await minify(withClassNames(text), minifier);
  await writeFile(path, code);
}
await copyFile(kernels, 'dist/simdgrad.wasm');
await copyFile('build/relaxed.wasm', 'dist/simdgrad-relaxed.wasm');
await copyFile('build/inference.wasm', 'dist/simdgrad-infer.wasm');
await copyFile('build/inference-relaxed.wasm', 'dist/simdgrad-infer-relaxed.wasm');
