import type { Variant } from '../../index.js';

// The most that the engine's wasm can compute: a loop of multiply-adds on registers alone, without a memory access.

/** GFLOP/s that one thread reaches on registers alone, with the instructions of each variant. */
export type Peaks = Partial<Record<Variant, number>>;

/** Independent chains: enough to fill the pipelines, and with the two factors they fit 16 registers. */
const CHAINS = 12;
const LANES = 4;

const F32X4_SPLAT = [0xfd, 0x13];
const F32X4_EXTRACT_LANE_0 = [0xfd, 0x1f, 0];
const F32X4_ADD = [0xfd, 0xe4, 1];
const F32X4_MUL = [0xfd, 0xe6, 1];
const F32X4_RELAXED_MADD = [0xfd, 0x85, 2];

// Locals: the parameters of `run(count, factor, summand)`, then their vectors, then the chains.
const [COUNT, FACTOR, SUMMAND, FACTORS, SUMMANDS, FIRST_CHAIN] = [0, 1, 2, 3, 4, 5];
const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];

/** A section or a function body: its bytes after their number. */
function sized(bytes: readonly number[]): number[] {
  const low = bytes.length % 128;
  const high = Math.floor(bytes.length / 128);
  return high === 0 ? [low, ...bytes] : [low + 128, high, ...bytes];
}

/** One function `run(count: i32, factor: f32, summand: f32) → f32` that makes `count` steps in every chain. */
function peakModule(isFused: boolean): Uint8Array<ArrayBuffer> {
  const chains = Array.from({ length: CHAINS }, (_, i) => FIRST_CHAIN + i);
  // Different start values: engines would compute equal chains once.
  const start = (chain: number) => [0x41, chain, 0xb2, ...F32X4_SPLAT, ...set(chain)];
  // Fused: into the summand, as in a matrix product. In two: into a factor, or the product would be made once.
  const step = (chain: number) =>
    isFused
      ? [...get(FACTORS), ...get(SUMMANDS), ...get(chain), ...F32X4_RELAXED_MADD, ...set(chain)]
      : [
          ...get(chain),
          ...get(FACTORS),
          ...F32X4_MUL,
          ...get(SUMMANDS),
          ...F32X4_ADD,
          ...set(chain),
        ];
  const addLane = (chain: number) => [...get(chain), ...F32X4_EXTRACT_LANE_0, 0x92];
  const body = [
    ...[1, CHAINS + 2, 0x7b],
    ...[...get(FACTOR), ...F32X4_SPLAT, ...set(FACTORS)],
    ...[...get(SUMMAND), ...F32X4_SPLAT, ...set(SUMMANDS)],
    ...chains.flatMap(start),
    ...[0x03, 0x40, ...chains.flatMap(step)],
    ...[...get(COUNT), 0x41, 1, 0x6b, 0x22, COUNT, 0x0d, 0, 0x0b],
    ...[...get(FACTOR), ...chains.flatMap(addLane), 0x0b],
  ];
  return new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[1, ...sized([1, 0x60, 3, 0x7f, 0x7d, 0x7d, 1, 0x7d])],
    ...[3, ...sized([1, 0])],
    ...[7, ...sized([1, 3, 0x72, 0x75, 0x6e, 0, 0])],
    ...[10, ...sized([1, ...sized(body)])],
  ]);
}

/**
 * GFLOP/s of one thread, two operations per multiply-add: the best of calls within `ms` milliseconds.
 * @param isFused with relaxed SIMD's fused multiply-add, which the engine must accept, not with two instructions
 */
export function measurePeak(isFused: boolean, ms = 60): number {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(peakModule(isFused)));
  const run = exports.run as (count: number, factor: number, summand: number) => number;
  const steps = 20_000;
  const end = performance.now() + ms;
  let fastest = Infinity;
  while (performance.now() < end) {
    const begin = performance.now();
    run(steps, 0.5, 0.5);
    fastest = Math.min(fastest, performance.now() - begin);
  }
  return (2 * steps * CHAINS * LANES) / fastest / 1e6;
}
