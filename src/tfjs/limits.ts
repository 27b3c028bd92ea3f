import { checkInteger } from '../check.js';
import { checkOptions } from '../options.js';

/** What a TensorFlow.js model may take up; more is a FormatError before anything of it is made. */
export interface TfjsLimits {
  /** Bytes of all weights together, in the files and as float32 or int32. Default 2^30. */
  readonly weightBytes?: number;
  /** Nodes of the graph, or layers, those of nested models too. Default 2^16. */
  readonly nodes?: number;
}

/** The limits with their defaults. @throws TypeError, RangeError */
export function limitsOf(op: string, limits: TfjsLimits = {}): Required<TfjsLimits> {
  checkOptions(op, limits, ['weightBytes', 'nodes'], 'limits');
  const { weightBytes = 2 ** 30, nodes = 2 ** 16 } = limits;
  checkInteger(op, 'limits.weightBytes', weightBytes, 0);
  checkInteger(op, 'limits.nodes', nodes, 1);
  return { weightBytes, nodes };
}
