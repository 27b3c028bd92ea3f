import { noGrad } from '../../autograd.js';
import { transpose } from '../../ops/copy/rearrange.js';
import { LINEAR } from '../../ops/linear.js';
import { MATMUL, type MatmulOptions } from '../../ops/matmul.js';
import type { Graph } from '../graph.js';
import { rewrite } from '../rewrite.js';

/** Products with a constant matrix become dense layers, which take a bias and an activation. */
export function dense(graph: Graph): Graph {
  return rewrite(graph, ({ op, inputs: [a, b], options }, rewriting) => {
    const { transposeA, transposeB } = (options ?? {}) as MatmulOptions;
    const isDense = op === MATMUL && b?.constant && b.shape.length === 2 && a!.shape.length > 1;
    if (!isDense || transposeA || b.constant.size === 0) return undefined;
    const weight = transposeB
      ? rewriting.constant(
          noGrad(() => transpose(b.constant!, 0, 1)),
          b.name,
        )
      : b;
    return rewriting.add(LINEAR, [a, weight], {});
  });
}
