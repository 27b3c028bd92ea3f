import type { GraphNode, GraphValue } from '../../../graph/graph.js';
import type { Plan } from '../../../ops/op.js';
import { float, int } from '../builder.js';
import type { Exporter } from '../exporter.js';
import { channelsFirst, sameAxes } from '../orders.js';
import { reduceNode } from './reduce.js';

interface NormPlan extends Plan {
  readonly eps: number;
  readonly channels: number;
  /** Channels that share a mean. */
  readonly together: number;
}

/** One value for each channel: a vector, or as many of a number. */
const vector = (value: GraphValue | undefined, size: number, other: number, exporter: Exporter) =>
  value ? exporter.own(value) : exporter.builder.filled([size], other);

export function emitBatchNorm({ inputs, output, plan }: GraphNode, exporter: Exporter): void {
  const [x, weight, bias, mean, variance] = inputs;
  const { eps, channels } = plan as NormPlan;
  const first = channelsFirst(x!.shape.length);
  const operands = [
    exporter.as(x!, first),
    vector(weight, channels, 1, exporter),
    vector(bias, channels, 0, exporter),
    exporter.own(mean!),
    exporter.own(variance!),
  ];
  exporter.setNode(output, 'BatchNormalization', operands, { epsilon: float(eps) }, first);
}

/** The mean and variance that it is given are those of x, which ONNX's op computes itself. */
export function emitInstanceNorm({ inputs, output, plan }: GraphNode, exporter: Exporter): void {
  const [x, weight, bias] = inputs;
  const { eps, channels } = plan as NormPlan;
  const first = channelsFirst(x!.shape.length);
  const operands = [
    exporter.as(x!, first),
    vector(weight, channels, 1, exporter),
    vector(bias, channels, 0, exporter),
  ];
  exporter.setNode(output, 'InstanceNormalization', operands, { epsilon: float(eps) }, first);
}

/** An instance normalization of the groups as channels, then what weights and biases do. */
export function emitGroupNorm({ inputs, output, plan }: GraphNode, exporter: Exporter): void {
  const [x, weight, bias] = inputs;
  const { eps, channels, together } = plan as NormPlan;
  const { builder } = exporter;
  const first = channelsFirst(x!.shape.length);
  const groups = channels / together;
  const grouped = builder.node('Reshape', [exporter.as(x!, first), builder.ints([0, groups, -1])]);
  const normal = builder.node(
    'InstanceNormalization',
    [grouped, builder.filled([groups], 1), builder.filled([groups], 0)],
    { epsilon: float(eps) },
  );
  let y = exporter.reshaped(normal, output, first);
  if (weight) y = builder.node('Mul', [y, exporter.aligned(weight, first)]);
  if (bias) y = builder.node('Add', [y, exporter.aligned(bias, first)]);
  exporter.set(output, y, first);
}

/** Over the last axes, as they are here. */
export function emitLayerNorm({ inputs, output, options }: GraphNode, exporter: Exporter): void {
  const [x, weight, bias] = inputs;
  const { eps, normalizedShape } = options as { eps: number; normalizedShape: readonly number[] };
  const { builder } = exporter;
  const operands = [
    exporter.own(x!),
    weight ? exporter.own(weight) : builder.filled(normalizedShape, 1),
  ];
  if (bias) operands.push(exporter.own(bias));
  const axis = int(-normalizedShape.length);
  exporter.setNode(output, 'LayerNormalization', operands, { axis, epsilon: float(eps) });
}

/** x / √(mean(x²) + eps) · weight */
export function emitRmsNorm({ inputs, output, options }: GraphNode, exporter: Exporter): void {
  const [x, weight] = inputs;
  const { eps, normalizedShape } = options as { eps: number; normalizedShape: readonly number[] };
  const { builder } = exporter;
  const from = exporter.own(x!);
  const last = sameAxes(x!.shape.length).slice(-normalizedShape.length);
  const means = reduceNode(builder, 'ReduceMean', builder.node('Mul', [from, from]), last, true);
  const root = builder.node('Sqrt', [builder.node('Add', [means, builder.scalar(eps)])]);
  const y = builder.node('Div', [from, root]);
  exporter.set(output, weight ? builder.node('Mul', [y, exporter.own(weight)]) : y);
}

/** Mean and variance of each channel over the batch; those of each example are computed by the normalizations of ONNX. */
export function emitStatistics(node: GraphNode, exporter: Exporter): void {
  const { inputs, output, saved, options } = node;
  if ((options as { ofExamples: boolean }).ofExamples) return;
  const { builder } = exporter;
  const x = exporter.own(inputs[0]!);
  const rows = sameAxes(inputs[0]!.shape.length).slice(0, -1);
  const mean = reduceNode(builder, 'ReduceMean', x, rows, false);
  const offsets = builder.node('Sub', [x, mean]);
  const squares = builder.node('Mul', [offsets, offsets]);
  exporter.set(output, mean);
  if (saved[0]) exporter.set(saved[0], reduceNode(builder, 'ReduceMean', squares, rows, false));
}
