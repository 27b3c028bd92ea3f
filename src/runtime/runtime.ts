import { checkBoolean, wrongKind } from '../check.js';
import { describe } from '../describe.js';
import { InitError } from '../errors.js';
import { checkOptions } from '../options.js';
import { Heap } from './heap.js';
import { Pool } from './pool.js';
import { type Kernel, MAX_WORKERS } from './pool-protocol.js';
import { withSharedMemory } from './shared-memory.js';
import { isForInference, type ModuleSource } from './source.js';
import { countThreads, createSharedMemory } from './threads.js';
import { checkSimd, loadModule, type Variant, type VariantSources } from './variant.js';

const PAGE = 65536;
const DEFAULT_MAX_MEMORY_BYTES = 2 ** 31;
/** 48 MB at first: most programs never grow it, which would slow their typed arrays (docs/decisions/0011). */
const INITIAL_PAGES = 768;

/** The functions that the wasm module exports; pointers are byte offsets into linear memory. @internal */
export type Kernels = Awaited<
  ReturnType<
    typeof import('../../build/release.js', { with: { 'resolution-mode': 'import' } }).instantiate
  >
>;

/** Options of `init`. */
export interface InitOptions {
  /** The wasm module, or where it is, or those of the variants, instead of the files beside the library's JavaScript. */
  source?: ModuleSource | VariantSources;
  /**
   * `simd`: the same bits on every engine. `relaxed`: fused multiply-add, faster, with bits that depend on the
   * processor. `auto`: relaxed where the engine accepts it. Default `simd`.
   */
  variant?: Variant | 'auto';
  /** `exact` leaves out the fast convolutions whose rounding errors are larger (docs/accuracy.md). Default `fast`. */
  precision?: Precision;
  /**
   * Threads that kernels run in, the calling one included: `auto` is one for each core, 8 at most. The bits do not
   * depend on it. Where there can be no more than one, `capabilities().reasons` says why. Default 1.
   */
  threads?: number | 'auto';
  /** Where the script of a worker thread is, if not beside the library's JavaScript: `simdgrad/pool-worker.js`. */
  workerScript?: URL;
  /** Upper limit of linear memory in bytes, up to 4 GiB. Default 2 GiB. */
  maxMemoryBytes?: number;
  /**
   * Guard words around every tensor, checked when it is freed; fresh memory is filled with NaN; threads share the
   * smallest kernels.
   */
  debug?: boolean;
}

/** Which convolutions may run: all of them, or only those with the smallest rounding errors. */
export type Precision = 'fast' | 'exact';

/** What the library runs on. */
export interface Capabilities {
  variant: Variant;
  precision: Precision;
  threads: number;
  /** Why it is not more. */
  reasons: readonly string[];
  /** Bytes of linear memory now, in use and at most. */
  memory: { bytes: number; bytesInUse: number; maxBytes: number };
}

/** The instantiated module and the memory that it works on. @internal */
export interface Runtime {
  readonly kernels: Kernels;
  readonly heap: Heap;
  readonly variant: Variant;
  readonly precision: Precision;
  /** False: the kernels are those for inference. */
  readonly hasGradients: boolean;
  /** Undefined: there is one thread. */
  readonly pool: Pool | undefined;
  readonly debug: boolean;
  readonly reasons: readonly string[];
}

let current: Runtime | undefined;
let pending: Promise<void> | undefined;

/** The options with the kernels that they name, or those of the platform. */
type StartOptions = InitOptions & Required<Pick<InitOptions, 'source'>>;

/** What an entry is for: all, gradients too, or inference alone. */
type Purpose = 'all' | 'inference';

/**
 * `init` on a platform.
 * @param kernels gives those of the platform, where the options name none
 * @param purpose For inference the kernels may be those of inference, which the other entries refuse.
 * @internal
 */
export async function initialise(
  options: InitOptions,
  kernels: () => StartOptions['source'],
  purpose: Purpose = 'all',
): Promise<void> {
  checkInitOptions(options);
  const source = options.source ?? kernels();
  pending ??= start({ ...options, source }, purpose).catch((error: unknown) => {
    pending = undefined;
    throw error;
  });
  await pending;
  if (purpose === 'all' && !hasGradients()) {
    throw new InitError("init: the init of 'simdgrad/infer' was called before, without gradients");
  }
}

/** What runs now. @throws InitError before `init()` has finished. */
export function capabilities(): Capabilities {
  const { heap, variant, precision, pool, reasons } = runtime();
  const memory = { bytes: heap.bytes, bytesInUse: heap.bytesInUse, maxBytes: heap.maxBytes };
  const threads = pool?.threads ?? 1;
  return { variant, precision, threads, reasons: [...reasons, ...(pool?.reasons ?? [])], memory };
}

/**
 * Ends the worker threads that `init({ threads })` started; what follows runs in the calling thread. Programs end
 * without it.
 */
export async function terminate(): Promise<void> {
  await current?.pool?.terminate();
}

/** @throws InitError before `init()` has finished. @internal */
export function runtime(): Runtime {
  if (!current) throw new InitError('simdgrad is not initialised: call `await init()` first');
  return current;
}

/** Runs `body` with another precision in the place of that of `init`. @internal */
export function atPrecision<T>(precision: Precision, body: () => T): T {
  const before = runtime();
  current = { ...before, precision };
  try {
    return body();
  } finally {
    current = before;
  }
}

/** Whether gradients can be computed: not with the kernels for inference. @internal */
export function hasGradients(): boolean {
  return current?.hasGradients ?? true;
}

async function start(options: StartOptions, purpose: Purpose): Promise<void> {
  const { precision = 'fast', debug = false } = options;
  const { maxMemoryBytes: maxBytes = DEFAULT_MAX_MEMORY_BYTES } = options;
  checkSimd();
  const threads = countThreads(options.threads ?? 1);
  const { memory, reason } = createMemory(options.source, Math.floor(maxBytes / PAGE), threads);
  const shared = reason === undefined && threads > 1;
  const adapt = shared ? withSharedMemory : undefined;
  const { module, reasons } = await loadModule(options.source, options.variant, adapt);
  const isInference = isForInference(module);
  if (isInference && purpose === 'all') {
    const got = "those for inference, which 'simdgrad/infer' is for";
    throw new InitError(`init: source: expected all kernels, got ${got}`);
  }
  const kernels = instantiateKernels(module, memory);
  const heap = new Heap(memory, { maxBytes, guard: debug });
  const variant = kernels.usesRelaxedSimd() ? 'relaxed' : 'simd';
  if (reason !== undefined) reasons.push(`threads: ${reason}`);
  const pool = shared
    ? await startPool(options, threads, module, memory, kernels, reasons)
    : undefined;
  const hasGradients = !isInference;
  current = { kernels, heap, variant, precision, hasGradients, pool, debug, reasons };
}

/** Linear memory, shared where there are to be several threads and nothing speaks against it. */
function createMemory(
  source: StartOptions['source'],
  maximum: number,
  threads: number,
): { memory: WebAssembly.Memory; reason?: string } {
  const initial = Math.min(INITIAL_PAGES, maximum);
  const shared = threads > 1 ? createSharedMemory(source, initial, maximum) : undefined;
  if (shared && 'memory' in shared) return shared;
  return { memory: new WebAssembly.Memory({ initial, maximum }), ...shared };
}

async function startPool(
  { workerScript }: InitOptions,
  threads: number,
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  kernels: Kernels,
  reasons: string[],
): Promise<Pool | undefined> {
  try {
    const functions = kernels as unknown as Record<string, Kernel>;
    return await Pool.start(threads - 1, workerScript, module, memory, functions);
  } catch (error) {
    reasons.push(`threads: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

const OPTIONS = [
  'source',
  'variant',
  'precision',
  'threads',
  'workerScript',
  'maxMemoryBytes',
  'debug',
];

function checkInitOptions(options: InitOptions): void {
  checkOptions('init', options, OPTIONS);
  const { variant, precision = 'fast', threads = 1, debug = false, workerScript } = options;
  const { maxMemoryBytes: maxBytes = DEFAULT_MAX_MEMORY_BYTES } = options;
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 16 * PAGE || maxBytes > 2 ** 32) {
    throw new RangeError(
      `init: maxMemoryBytes: expected an integer from ${16 * PAGE} to ${2 ** 32}, got ${describe(maxBytes)}`,
    );
  }
  const most = MAX_WORKERS + 1;
  const isCount =
    Number.isInteger(threads) && (threads as number) >= 1 && (threads as number) <= most;
  if (threads !== 'auto' && !isCount) {
    throw new RangeError(
      `init: threads: expected 'auto' or an integer from 1 to ${most}, got ${describe(threads)}`,
    );
  }
  if (precision !== 'fast' && precision !== 'exact') {
    throw new RangeError(`init: precision: expected 'fast' or 'exact', got ${describe(precision)}`);
  }
  if (variant !== undefined && !['simd', 'relaxed', 'auto'].includes(variant)) {
    throw new RangeError(
      `init: variant: expected 'simd', 'relaxed' or 'auto', got ${describe(variant)}`,
    );
  }
  checkBoolean('init', 'debug', debug);
  if (workerScript !== undefined && typeof workerScript.href !== 'string') {
    throw wrongKind('init', 'workerScript', 'a URL', workerScript);
  }
}

function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
}
