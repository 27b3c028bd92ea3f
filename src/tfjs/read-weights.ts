import { checkArity } from '../check.js';
import { checkOptions } from '../options.js';
import { readFiles } from './files.js';
import { limitsOf, type TfjsLimits } from './limits.js';
import type { TfjsSource } from './source.js';
import type { TfjsWeight } from './weights.js';

/** Options of `readTfjsWeights`. */
export interface TfjsReadOptions {
  /** Fetches URLs, with headers of your own, say; default the global `fetch`. */
  readonly fetch?: typeof fetch;
  readonly limits?: TfjsLimits;
}

/**
 * The tensors of a TensorFlow.js model by name, or of a manifest of weights without a model, as face-api has them:
 * quantised values widened to float32, or int32.
 * @throws TypeError, RangeError; FormatError for files that are damaged, larger than the limits or do not fit together;
 * what the fetcher throws
 */
export async function readTfjsWeights(
  source: TfjsSource,
  options: TfjsReadOptions = {},
): Promise<Map<string, TfjsWeight>> {
  const op = 'readTfjsWeights';
  checkArity(op, arguments.length, 2);
  checkOptions(op, options, ['fetch', 'limits']);
  const { weights } = await readFiles(op, source, limitsOf(op, options.limits), options.fetch);
  return weights;
}
