import type { Activation } from '../ops/activation.js';
import { RELU, RELU6, SIGMOID } from '../ops/map/activations.js';
import type { GraphValue } from './graph.js';
import type { Rewriting } from './rewrite.js';

/** Whether nothing in it is below 0, by what computes it. */
export function isPositive(value: GraphValue | undefined, rewriting: Rewriting): boolean {
  const node = rewriting.producer(value);
  if (!node) return false;
  if ([RELU, RELU6, SIGMOID].includes(node.op as typeof RELU)) return true;
  const { activation } = (node.options ?? {}) as { readonly activation?: Activation };
  switch (activation?.kind) {
    case 'relu':
    case 'sigmoid':
      return true;
    case 'clip':
    case 'hardtanh':
      return activation.min >= 0;
    default:
      return false;
  }
}
