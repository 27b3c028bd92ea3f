import { InitError } from '../errors.js';
import { type Adapt, compileModule, isModule, type ModuleSource } from './source.js';

/** The baseline, with the same bits everywhere, or the build with fused multiply-add. */
export type Variant = 'simd' | 'relaxed';

/** The kernels of each variant, or where they are; without relaxed ones there is the baseline only. */
export interface VariantSources {
  readonly simd: ModuleSource;
  readonly relaxed?: ModuleSource;
}

/** A module of one function, `i32x4.splat(0)`. Sections: type () → v128, function, code. */
const SIMD_PROBE = [
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0, 10, 8, 1, 6, 0, 0x41, 0,
  0xfd, 0x11, 0x0b,
];

/**
 * A module of one function, `f32x4.relaxed_madd` of its three arguments: engines without relaxed SIMD refuse it.
 * Sections: type (v128, v128, v128) → v128, function, code.
 */
const RELAXED_PROBE = [
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 8, 1, 0x60, 3, 0x7b, 0x7b, 0x7b, 1, 0x7b, 3, 2, 1, 0, 10, 13,
  1, 11, 0, 0x20, 0, 0x20, 1, 0x20, 2, 0xfd, 0x85, 2, 0x0b,
];

/** Whether this engine accepts relaxed SIMD. */
export function acceptsRelaxedSimd(): boolean {
  return WebAssembly.validate(Uint8Array.from(RELAXED_PROBE));
}

/**
 * The module that the options of `init` ask for, with the reasons where it is not the fastest.
 * @throws InitError where it cannot be had
 */
export async function loadModule(
  source: ModuleSource | VariantSources,
  variant?: Variant | 'auto',
  adapt?: Adapt,
): Promise<{ module: WebAssembly.Module; reasons: string[] }> {
  if (!isVariantSources(source)) {
    if (variant === undefined) return { module: await compileModule(source, adapt), reasons: [] };
    throw new TypeError('init: variant: the module given as source decides, leave one of them out');
  }
  const reason = whyNotRelaxed(source, variant);
  if (reason === undefined)
    return { module: await compileModule(source.relaxed!, adapt), reasons: [] };
  if (variant === 'relaxed') throw new InitError(`init: ${reason}; use 'auto' to fall back`);
  return { module: await compileModule(source.simd, adapt), reasons: [reason] };
}

/** @throws InitError where there is no WebAssembly SIMD */
export function checkSimd(): void {
  if (typeof WebAssembly !== 'undefined' && WebAssembly.validate(Uint8Array.from(SIMD_PROBE)))
    return;
  throw new InitError(
    'init: this engine has no WebAssembly SIMD, and there is no fallback in plain JavaScript. ' +
      'Chrome 91, Firefox 89, Safari 16.4, Node 16.4, Deno 1.9, Bun and workerd have it, and later versions',
  );
}

/** Whether the source holds a compiled module. */
export function isCompiled(source: ModuleSource | VariantSources): boolean {
  const modules: unknown[] = isVariantSources(source) ? Object.values(source) : [source];
  return modules.some(isModule);
}

function isVariantSources(source: ModuleSource | VariantSources): source is VariantSources {
  return typeof source === 'object' && source !== null && 'simd' in source;
}

function whyNotRelaxed(sources: VariantSources, variant: Variant | 'auto' = 'simd') {
  if (variant === 'simd') return "variant: init({ variant: 'auto' }) was not asked for";
  if (!('relaxed' in sources)) return 'variant: the source holds no relaxed kernels';
  return acceptsRelaxedSimd() ? undefined : 'variant: this engine does not accept relaxed SIMD';
}
