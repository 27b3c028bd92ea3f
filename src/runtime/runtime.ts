import { instantiate } from '@assemblyscript/loader';
import { InitError } from '../errors.js';
import { Heap } from './heap.js';
import { compileModule, type ModuleSource } from './source.js';

const PAGE = 65536;
const DEFAULT_MAX_MEMORY_BYTES = 2 ** 31;

/** The functions that the wasm module exports; pointers are byte offsets into linear memory. @internal */
export type Kernels = Awaited<
  ReturnType<
    typeof import('../../build/release.js', { with: { 'resolution-mode': 'import' } }).instantiate
  >
>;

export interface InitOptions {
  /** The wasm module, or where it is. Default: `simdgrad.wasm` beside the library's JavaScript. */
  source?: ModuleSource;
  /** Upper limit of linear memory in bytes, up to 4 GiB. Default 2 GiB. */
  maxMemoryBytes?: number;
  /** Guard words around every tensor, checked when it is freed; fresh memory is filled with NaN. */
  debug?: boolean;
}

/** What the library runs on. */
export interface Capabilities {
  variant: 'simd';
  threads: number;
  /** Bytes of linear memory now, in use and at most. */
  memory: { bytes: number; bytesInUse: number; maxBytes: number };
}

/** The instantiated module and the memory that it works on. @internal */
export interface Runtime {
  readonly kernels: Kernels;
  readonly heap: Heap;
}

let current: Runtime | undefined;
let pending: Promise<void> | undefined;

/**
 * Instantiates the kernels. Call it once before anything else; further calls wait for the first and change
 * nothing. After a failure it may be called again.
 * @throws InitError when the module cannot be loaded, RangeError for a memory limit out of range.
 */
export function init(options: InitOptions = {}): Promise<void> {
  pending ??= start(options).catch((error: unknown) => {
    pending = undefined;
    throw error;
  });
  return pending;
}

/** What runs now. @throws InitError before `init()` has finished. */
export function capabilities(): Capabilities {
  const { heap } = runtime();
  const memory = { bytes: heap.bytes, bytesInUse: heap.bytesInUse, maxBytes: heap.maxBytes };
  return { variant: 'simd', threads: 1, memory };
}

/** @throws InitError before `init()` has finished. @internal */
export function runtime(): Runtime {
  if (!current) throw new InitError('simdgrad is not initialised: call `await init()` first');
  return current;
}

async function start(options: InitOptions): Promise<void> {
  const maxBytes = options.maxMemoryBytes ?? DEFAULT_MAX_MEMORY_BYTES;
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 16 * PAGE || maxBytes > 2 ** 32) {
    throw new RangeError(
      `init: maxMemoryBytes: expected an integer from ${16 * PAGE} to ${2 ** 32}, got ${maxBytes}`,
    );
  }
  const module = await compileModule(options.source);
  const memory = new WebAssembly.Memory({ initial: 16, maximum: Math.floor(maxBytes / PAGE) });
  const kernels = await instantiateKernels(module, memory);
  const heap = new Heap(memory, { maxBytes, guard: options.debug ?? false });
  current = { kernels, heap };
}

async function instantiateKernels(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): Promise<Kernels> {
  let cause: unknown = 'it exports no kernels';
  try {
    const { exports } = await instantiate(module, { env: { memory } });
    if ('conv2dForward' in exports) return exports as unknown as Kernels;
  } catch (error) {
    cause = error;
  }
  throw new InitError(
    `init: source: expected simdgrad.wasm, got another module: ${String(cause)}`,
    {
      cause,
    },
  );
}
