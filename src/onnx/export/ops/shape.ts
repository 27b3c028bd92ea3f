import type { GraphNode, GraphValue } from '../../../graph/graph.js';
import { type Shape, sizeOf } from '../../../shape.js';
import { int } from '../builder.js';
import type { Exporter } from '../exporter.js';
import { type Axes, channelsFirst, equalAxes, ordered, permuted, sameAxes } from '../orders.js';

/** Another shape: as the file has the value where axes of 1 come and go, else with its axes as they are here. */
export function emitReshape({ inputs: [x], output }: GraphNode, exporter: Exporter): void {
  if (flattensPicture(x!, output, exporter)) {
    const flat = exporter.builder.node('Flatten', [exporter.asStored(x!)], { axis: int(1) });
    return exporter.addFeatures(output, flat, featuresOf(x!.shape, exporter.axesOf(x!)));
  }
  const rank = output.shape.length;
  const candidates = rank > 2 ? [sameAxes(rank), channelsFirst(rank)] : [sameAxes(rank)];
  const from = longSizes(x!, exporter.axesOf(x!), exporter);
  const isSame = equalAxes(
    longSizes(x!, sameAxes(x!.shape.length), exporter).map(([size]) => size!),
    longSizes(output, sameAxes(rank), exporter).map(([size]) => size!),
  );
  const kept = candidates.find((axes) => {
    const to = longSizes(output, axes, exporter);
    return (
      isSame &&
      equalAxes(
        to.map(([, place]) => place!),
        from.map(([, place]) => place!),
      )
    );
  });
  if (kept)
    return exporter.set(output, exporter.reshaped(exporter.asStored(x!), output, kept), kept);
  const isInOrder = from.every(([, place], i) => place === i);
  const name = isInOrder ? exporter.asStored(x!) : exporter.own(x!);
  exporter.set(output, exporter.reshaped(name, output));
}

/** The sizes that are not 1, in this order, each with its place among them as they are here. */
function longSizes(
  value: GraphValue,
  axes: Axes,
  exporter: Exporter,
): [size: number, place: number][] {
  const isLong = (axis: number) => value.shape[axis] !== 1 || exporter.sizes.isDynamic(value, axis);
  const long = sameAxes(value.shape.length).filter(isLong);
  return axes.filter(isLong).map((axis) => [value.shape[axis]!, long.indexOf(axis)]);
}

/** Whether [N, …, C], stored with its channels first, becomes rows that nothing but dense layers take. */
function flattensPicture(x: GraphValue, output: GraphValue, exporter: Exporter): boolean {
  const rank = x.shape.length;
  const axes = exporter.axesOf(x);
  const isFlat = output.shape.length === 2 && output.shape[0] === x.shape[0];
  if (x.constant || rank < 3 || !isFlat || axes[0] !== 0 || equalAxes(axes, sameAxes(rank))) {
    return false;
  }
  const uses = exporter.uses.get(output) ?? [];
  const isWeight = (node: GraphNode) =>
    node.op.name === 'linear' && node.inputs[0] === output && node.inputs[1]!.constant;
  return uses.length > 0 && uses.every(isWeight);
}

/** Of a flattened picture the feature here that each of the file is. */
function featuresOf(shape: Shape, axes: Axes): number[] {
  const picture = shape.slice(1);
  const places = Int32Array.from({ length: sizeOf(picture) }, (_, i) => i);
  return [
    ...permuted(
      places,
      picture,
      axes.slice(1).map((axis) => axis - 1),
    ),
  ];
}

/** Only the order of the axes in the file is another one. */
export function emitPermute({ inputs: [x], output, options }: GraphNode, exporter: Exporter): void {
  const rank = x!.shape.length;
  const { axes } = options as { axes: readonly number[] };
  const from = axes.map((axis) => (axis < 0 ? axis + rank : axis));
  const stored = exporter.axesOf(x!);
  exporter.set(
    output,
    exporter.asStored(x!),
    stored.map((axis) => from.indexOf(axis)),
  );
}

/** Axes of 1 and new first axes are repeated. */
export function emitExpand({ inputs: [x], output }: GraphNode, exporter: Exporter): void {
  exporter.setNode(output, 'Expand', [exporter.own(x!), exporter.dims(output)]);
}

export function emitTile({ inputs: [x], output, options }: GraphNode, exporter: Exporter): void {
  const { repeats } = options as { repeats: readonly number[] };
  const { builder } = exporter;
  const rank = output.shape.length;
  const times = [...new Array<number>(rank - repeats.length).fill(1), ...repeats];
  const added = rank - x!.shape.length;
  const from =
    added > 0
      ? builder.node('Unsqueeze', [exporter.own(x!), builder.ints(sameAxes(added))])
      : exporter.own(x!);
  exporter.setNode(output, 'Tile', [from, builder.ints(times)]);
}

/** Every element several times in a row: a new axis behind its own, repeated, and joined to it. */
export function emitRepeat({ inputs: [x], output, options }: GraphNode, exporter: Exporter): void {
  const { repeats, axis } = options as { repeats: number; axis: number | undefined };
  const { builder } = exporter;
  const flat =
    axis === undefined
      ? builder.node('Reshape', [exporter.own(x!), builder.ints([-1])])
      : exporter.own(x!);
  const rank = axis === undefined ? 1 : x!.shape.length;
  const along = sameAxes(rank).at(axis ?? 0)!;
  const longer = builder.node('Unsqueeze', [flat, builder.ints([along + 1])]);
  const times = ordered(sameAxes(rank + 1), sameAxes(rank + 1)).map((a) =>
    a === along + 1 ? repeats : 1,
  );
  const tiled = builder.node('Tile', [longer, builder.ints(times)]);
  exporter.set(output, exporter.reshaped(tiled, output));
}
