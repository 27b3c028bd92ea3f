import { checkInteger } from '../check.js';
import { checkOptions } from '../options.js';

/** What a TFLite model may take up; more is a FormatError before anything of it is made. */
export interface TfliteLimits {
  /** Bytes of the file. Default 2^30. */
  readonly bytes?: number;
  /** Operators of the graph, and tensors. Default 2^16. */
  readonly nodes?: number;
  /** Elements of all constants together, each as often as a tensor names it. Default 2^28. */
  readonly elements?: number;
}

/** The limits with their defaults. @throws TypeError, RangeError */
export function limitsOf(limits: TfliteLimits = {}): Required<TfliteLimits> {
  checkOptions('loadTflite', limits, ['bytes', 'nodes', 'elements'], 'limits');
  const { bytes = 2 ** 30, nodes = 2 ** 16, elements = 2 ** 28 } = limits;
  for (const [name, value] of Object.entries({ bytes, nodes, elements })) {
    checkInteger('loadTflite', `limits.${name}`, value, 0);
  }
  return { bytes, nodes, elements };
}
