import type { Adapter } from './adapter.js';
import { plainJs, tiledJs } from './js/adapter.js';
import { isInstalled } from './peers/load.js';
import { loadSimdgrad } from './simdgrad.js';

/** What all others are compared with. */
export const BASELINE = plainJs.name;

/** The peers, with the package that each needs (peers/package.json). */
const PEERS: Readonly<Record<string, string>> = {
  'tfjs-wasm': '@tensorflow/tfjs-backend-wasm',
  'ort-web': 'onnxruntime-web',
  'ort-web-1.19-training': 'onnxruntime-web-1.19',
  'jax-js': '@jax-js/jax',
  'tfjs-cpu': '@tensorflow/tfjs-backend-cpu',
  convnetjs: 'convnetjs',
  'ort-node': 'onnxruntime-node',
};

/** Those of `names` whose package is not installed. */
export function absentPeers(names: readonly string[]): string[] {
  return names.filter((name) => name in PEERS && !isInstalled(PEERS[name]!));
}

/** Everything that can be measured, by name: IMPL or IMPL:VARIANT; loaded when it is chosen. */
export const implementations: Readonly<Record<string, () => Adapter | Promise<Adapter>>> = {
  [plainJs.name]: () => plainJs,
  [tiledJs.name]: () => tiledJs,
  simdgrad: () => loadSimdgrad('simd'),
  'simdgrad:relaxed': () => loadSimdgrad('relaxed'),
  'simdgrad:exact': () => loadSimdgrad('exact'),
  'simdgrad:relaxed-exact': () => loadSimdgrad('relaxed-exact'),
  'simdgrad:threads-2': () => loadSimdgrad('threads-2'),
  'simdgrad:threads-4': () => loadSimdgrad('threads-4'),
  'simdgrad:threads-8': () => loadSimdgrad('threads-8'),
  'tfjs-wasm': async () => (await import('./peers/tfjs.js')).loadTfjs('wasm'),
  'ort-web': async () => (await import('./peers/ort.js')).loadOrtWeb(),
  'ort-web-1.19-training': async () => (await import('./peers/ort-training.js')).loadOrtTraining(),
  'jax-js': async () => (await import('./peers/jax-js.js')).loadJaxJs(),
  'tfjs-cpu': async () => (await import('./peers/tfjs.js')).loadTfjs('cpu'),
  convnetjs: async () => (await import('./peers/convnetjs.js')).loadConvnetjs(),
  'ort-node': async () => (await import('./peers/ort.js')).loadOrtNode(),
};
