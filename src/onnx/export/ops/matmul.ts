import type { GraphNode, GraphValue } from '../../../graph/graph.js';
import type { Exporter } from '../exporter.js';
import { sameAxes } from '../orders.js';
import { activated } from './conv.js';

/** A dense layer; its weight's rows move where its input is a picture that was flattened with its channels first. */
export function emitLinear({ inputs, output, plan }: GraphNode, exporter: Exporter): void {
  const [x, weight, bias] = inputs;
  const { builder } = exporter;
  const flattened = exporter.featuresOf(x!);
  const isMatrix = x!.shape.length === 2;
  const w = flattened ? movedRows(weight!, flattened.features!, exporter) : exporter.own(weight!);
  const from = flattened ? flattened.name : exporter.own(x!);
  const b = bias ? [exporter.own(bias)] : [];
  let y = isMatrix ? builder.node('Gemm', [from, w, ...b]) : builder.node('MatMul', [from, w]);
  if (!isMatrix && bias) y = builder.node('Add', [y, ...b]);
  exporter.set(output, activated(y, plan, exporter));
}

/** The weight with its rows in the order of the features. */
function movedRows(weight: GraphValue, features: readonly number[], exporter: Exporter): string {
  const columns = weight.shape[1]!;
  const data = weight.constant!.data() as Float32Array;
  const moved = new Float32Array(data.length);
  features.forEach((feature, row) => {
    moved.set(data.subarray(feature * columns, (feature + 1) * columns), row * columns);
  });
  return exporter.tensor(weight.name ?? 'constant', weight.shape, moved);
}

export function emitMatmul({ inputs, output, options }: GraphNode, exporter: Exporter): void {
  const { transposeA = false, transposeB = false } = options as {
    transposeA?: boolean;
    transposeB?: boolean;
  };
  const operand = (value: GraphValue, isTransposed: boolean) => {
    const axes = sameAxes(value.shape.length);
    const [rows, columns] = axes.slice(-2) as [number, number];
    return exporter.as(value, isTransposed ? [...axes.slice(0, -2), columns, rows] : axes);
  };
  exporter.setNode(output, 'MatMul', [
    operand(inputs[0]!, transposeA),
    operand(inputs[1]!, transposeB),
  ]);
}
