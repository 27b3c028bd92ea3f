import type { ModuleSource } from './source.js';
import { isCompiled, type VariantSources } from './variant.js';

/** Threads for `auto`: more gain little in nets of the usual sizes. */
const MOST_AUTOMATIC = 8;

/** A linear memory that threads can share, or why there is none. */
export type SharedMemory = { readonly memory: WebAssembly.Memory } | { readonly reason: string };

/** @param maximum in pages of 64 KiB */
export function createSharedMemory(
  source: ModuleSource | VariantSources,
  initial: number,
  maximum: number,
): SharedMemory {
  if (isCompiled(source)) {
    return {
      reason: 'the module given as source is compiled without shared memory; give its bytes',
    };
  }
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean };
  if (crossOriginIsolated === false) {
    const headers =
      'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp';
    return { reason: `the page is not cross-origin isolated; serve it with ${headers}` };
  }
  if (typeof SharedArrayBuffer === 'undefined') {
    return { reason: 'this engine has no SharedArrayBuffer' };
  }
  try {
    return { memory: new WebAssembly.Memory({ initial, maximum, shared: true }) };
  } catch (error) {
    return { reason: `no shared memory of up to ${maximum * 65536} bytes: ${String(error)}` };
  }
}

/** Number of threads, the calling one included, that `init({ threads })` asks for. */
export function countThreads(threads: number | 'auto'): number {
  return threads === 'auto' ? Math.min(MOST_AUTOMATIC, availableParallelism()) : threads;
}

function availableParallelism(): number {
  const { navigator } = globalThis as { navigator?: { hardwareConcurrency?: number } };
  if (navigator?.hardwareConcurrency) return navigator.hardwareConcurrency;
  if (typeof process === 'undefined') return 1;
  // Not imported: bundlers for the web refuse Node's modules.
  return process.getBuiltinModule('node:os').availableParallelism();
}
