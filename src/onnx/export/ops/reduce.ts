import type { GraphNode } from '../../../graph/graph.js';
import type { Plan } from '../../../ops/op.js';
import { type Builder, int, ints } from '../builder.js';
import type { Exporter } from '../exporter.js';
import { sameAxes } from '../orders.js';

const OPS: Readonly<Record<string, string>> = {
  max: 'ReduceMax',
  mean: 'ReduceMean',
  min: 'ReduceMin',
  sum: 'ReduceSum',
};

interface ReducePlan extends Plan {
  readonly isReduced: readonly boolean[];
}

/** A reduction; its axes are an operand where the op of this opset takes them so. */
export function reduceNode(
  builder: Builder,
  op: string,
  x: string,
  axes: readonly number[],
  keepDims: boolean,
): string {
  const keepdims = int(Number(keepDims));
  if (axes.length === 0) return builder.node('Identity', [x]);
  return op === 'ReduceSum' || builder.opset >= 18
    ? builder.node(op, [x, builder.ints(axes)], { keepdims })
    : builder.node(op, [x], { axes: ints(axes), keepdims });
}

export function emitReduction(node: GraphNode, exporter: Exporter): void {
  const { op, inputs, output, plan } = node;
  const [x] = inputs;
  const { isReduced } = plan as ReducePlan;
  const keepDims = output.shape.length === x!.shape.length;
  const places = exporter.axesOf(x!).flatMap((axis, i) => (isReduced[axis] ? [i] : []));
  const y = reduceNode(exporter.builder, OPS[op.name]!, exporter.asStored(x!), places, keepDims);
  const axes = keepDims
    ? exporter.axesOf(x!)
    : exporter.axesWithout(x!, (axis) => isReduced[axis]!);
  exporter.set(output, y, axes);
}

/** Without an axis over all elements, as they lie here. */
export function emitArgReduction(node: GraphNode, exporter: Exporter): void {
  const { op, inputs, output, options, plan } = node;
  const [x] = inputs;
  const { builder } = exporter;
  const name = op.name === 'argmax' ? 'ArgMax' : 'ArgMin';
  const { axis } = options as { axis?: number };
  if (axis === undefined) {
    const flat = builder.node('Reshape', [exporter.own(x!), builder.ints([-1])]);
    const place = builder.node(name, [flat], { axis: int(0), keepdims: int(0) });
    const index = exporter.cast(place, 'int32');
    const ones = builder.ints(output.shape);
    return exporter.set(output, builder.node('Reshape', [index, ones]));
  }
  const { isReduced } = plan as ReducePlan;
  const keepDims = output.shape.length === x!.shape.length;
  const along = exporter.place(x!, isReduced.indexOf(true));
  const y = builder.node(name, [exporter.asStored(x!)], {
    axis: int(along),
    keepdims: int(Number(keepDims)),
  });
  const axes = keepDims ? exporter.axesOf(x!) : exporter.axesWithout(x!, (a) => isReduced[a]!);
  exporter.set(output, exporter.cast(y, 'int32'), axes);
}

/** Over the last axis. */
export function emitSoftmax({ inputs: [x], output }: GraphNode, exporter: Exporter): void {
  const axis = exporter.place(x!, x!.shape.length - 1);
  const axes = exporter.axesOf(x!);
  exporter.setNode(output, 'Softmax', [exporter.asStored(x!)], { axis: int(axis) }, axes);
}

/** The places of the largest or smallest elements along an axis. */
export function emitTopk({ inputs: [x], output, options }: GraphNode, exporter: Exporter): void {
  const {
    k,
    axis = -1,
    largest = true,
  } = options as {
    k: number;
    axis?: number;
    largest?: boolean;
  };
  const rank = x!.shape.length;
  const along = sameAxes(rank).at(axis)!;
  const [, places] = exporter.builder.all(
    'TopK',
    [exporter.own(x!), exporter.builder.ints([k])],
    { axis: int(along), largest: int(Number(largest)) },
    2,
  );
  exporter.set(output, exporter.cast(places!, 'int32'));
}
