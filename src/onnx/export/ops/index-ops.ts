import type { GraphNode } from '../../../graph/graph.js';
import { int, string } from '../builder.js';
import type { Exporter } from '../exporter.js';
import { sameAxes } from '../orders.js';

export function emitGather(
  { inputs: [x, indices], output, options }: GraphNode,
  exporter: Exporter,
): void {
  const axis = int((options as { axis: number }).axis);
  exporter.setNode(output, 'Gather', [exporter.own(x!), exporter.own(indices!)], { axis });
}

export function emitEmbedding(
  { inputs: [indices, weight], output }: GraphNode,
  exporter: Exporter,
): void {
  const operands = [exporter.own(weight!), exporter.own(indices!)];
  exporter.setNode(output, 'Gather', operands, { axis: int(0) });
}

export function emitOneHot(
  { inputs: [indices], output, options }: GraphNode,
  exporter: Exporter,
): void {
  const { builder } = exporter;
  const { classes } = options as { classes: number };
  const values = builder.constant('values', [2], [0, 1]);
  // ONNX Runtime has no kernel for indices of int32 and such values.
  const places = exporter.cast(exporter.own(indices!), 'int64');
  exporter.setNode(output, 'OneHot', [places, builder.ints([classes]), values], {
    axis: int(-1),
  });
}

export function emitTakeAlongAxis(
  { inputs: [x, indices], output, options }: GraphNode,
  exporter: Exporter,
): void {
  const axis = int(sameAxes(x!.shape.length).at((options as { axis: number }).axis)!);
  exporter.setNode(output, 'GatherElements', [exporter.own(x!), exporter.own(indices!)], { axis });
}

export function emitScatterAdd({ inputs, output, options }: GraphNode, exporter: Exporter): void {
  const operands = inputs.map((value) => exporter.own(value!));
  const axis = int(sameAxes(output.shape.length).at((options as { axis: number }).axis)!);
  exporter.setNode(output, 'ScatterElements', operands, { axis, reduction: string('add') });
}

/** Only the type is another one. */
export function emitCast({ inputs: [x], output }: GraphNode, exporter: Exporter): void {
  exporter.set(output, exporter.cast(exporter.asStored(x!), output.dtype), exporter.axesOf(x!));
}
