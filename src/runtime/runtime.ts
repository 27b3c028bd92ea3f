import { instantiate } from '@assemblyscript/loader';
import { InitError } from '../errors.js';
import { Heap } from './heap.js';
import { compileModule, type ModuleSource } from './source.js';
import { acceptsRelaxedSimd, type Variant, VARIANT_URLS } from './variant.js';

const PAGE = 65536;
const DEFAULT_MAX_MEMORY_BYTES = 2 ** 31;

/** The functions that the wasm module exports; pointers are byte offsets into linear memory. @internal */
export type Kernels = Awaited<
  ReturnType<
    typeof import('../../build/release.js', { with: { 'resolution-mode': 'import' } }).instantiate
  >
>;

export interface InitOptions {
  /** The wasm module, or where it is, instead of the one beside the library's JavaScript that `variant` names. */
  source?: ModuleSource;
  /**
   * `simd`: the same bits on every engine. `relaxed`: fused multiply-add, faster, with bits that depend on the
   * processor. `auto`: relaxed where the engine accepts it. Default `simd`.
   */
  variant?: Variant | 'auto';
  /** `exact` leaves out the fast convolution whose rounding error is larger (docs/accuracy.md). Default `fast`. */
  precision?: Precision;
  /** Upper limit of linear memory in bytes, up to 4 GiB. Default 2 GiB. */
  maxMemoryBytes?: number;
  /** Guard words around every tensor, checked when it is freed; fresh memory is filled with NaN. */
  debug?: boolean;
}

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
  readonly reasons: readonly string[];
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
  const { heap, variant, precision, reasons } = runtime();
  const memory = { bytes: heap.bytes, bytesInUse: heap.bytesInUse, maxBytes: heap.maxBytes };
  return { variant, precision, threads: 1, reasons, memory };
}

/** @throws InitError before `init()` has finished. @internal */
export function runtime(): Runtime {
  if (!current) throw new InitError('simdgrad is not initialised: call `await init()` first');
  return current;
}

async function start(options: InitOptions): Promise<void> {
  const { maxMemoryBytes: maxBytes = DEFAULT_MAX_MEMORY_BYTES, precision = 'fast' } = options;
  checkOptions(options, maxBytes, precision);
  const { module, reasons } = await loadModule(options);
  const memory = new WebAssembly.Memory({ initial: 16, maximum: Math.floor(maxBytes / PAGE) });
  const kernels = await instantiateKernels(module, memory);
  const heap = new Heap(memory, { maxBytes, guard: options.debug ?? false });
  const variant = kernels.usesRelaxedSimd() ? 'relaxed' : 'simd';
  current = { kernels, heap, variant, precision, reasons };
}

function checkOptions({ source, variant }: InitOptions, maxBytes: number, precision: string): void {
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 16 * PAGE || maxBytes > 2 ** 32) {
    throw new RangeError(
      `init: maxMemoryBytes: expected an integer from ${16 * PAGE} to ${2 ** 32}, got ${maxBytes}`,
    );
  }
  if (precision !== 'fast' && precision !== 'exact') {
    throw new RangeError(`init: precision: expected 'fast' or 'exact', got ${String(precision)}`);
  }
  if (variant !== undefined && !['simd', 'relaxed', 'auto'].includes(variant)) {
    throw new RangeError(
      `init: variant: expected 'simd', 'relaxed' or 'auto', got ${String(variant)}`,
    );
  }
  if (variant !== undefined && source !== undefined) {
    throw new TypeError('init: variant: the module given as source decides, leave one of them out');
  }
}

/** The module that the options ask for, with the reasons where it is not the fastest. */
async function loadModule({
  source,
  variant = 'simd',
}: InitOptions): Promise<{ module: WebAssembly.Module; reasons: string[] }> {
  if (source !== undefined) return { module: await compileModule(source), reasons: [] };
  if (variant === 'simd') {
    const reasons = ["variant: init({ variant: 'auto' }) was not asked for"];
    return { module: await compileModule(VARIANT_URLS.simd()), reasons };
  }
  if (acceptsRelaxedSimd()) {
    return { module: await compileModule(VARIANT_URLS.relaxed()), reasons: [] };
  }
  const refused = 'variant: this engine does not accept relaxed SIMD';
  if (variant === 'relaxed') throw new InitError(`init: ${refused}; use 'auto' to fall back`);
  return { module: await compileModule(VARIANT_URLS.simd()), reasons: [refused] };
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
