import type { GraphNode, GraphValue } from '../../../graph/graph.js';
import type { PoolGeometry, PoolPlan } from '../../../ops/pool/geometry.js';
import { type Attributes, int, ints } from '../builder.js';
import { type Exporter, Unsupported } from '../exporter.js';
import { channelsFirst } from '../orders.js';
import { reduceNode } from './reduce.js';

/** An axis with its windows. A kernel of 0 stands for those of adaptive pooling. */
interface Axis {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly ends: readonly [before: number, after: number];
  /** What the last window reaches beyond the padding. */
  readonly overhang: number;
}

/** The divisor that is the size of the window in the padded input, and that which is its number of pixels. */
const WITH_PAD = -1;
const OF_PIXELS = 0;

export function emitMaxPool(node: GraphNode, exporter: Exporter): void {
  const { inputs, output, plan, saved } = node;
  if (saved.length > 0) throw new Unsupported('with indices');
  const { geometry } = plan as PoolPlan;
  const x = exporter.as(inputs[0]!, channelsFirst(inputs[0]!.shape.length));
  const axes = axesOf(geometry, inputs[0]!);
  const y = axes.some(({ kernel }) => kernel === 0)
    ? adaptive(x, 'ReduceMax', axes, exporter)
    : exporter.builder.node('MaxPool', [x], windowsOf(axes, fullEnds(axes)));
  setPooled(inputs[0]!, output, y, exporter);
}

export function emitAvgPool({ inputs, output, plan }: GraphNode, exporter: Exporter): void {
  const x = exporter.as(inputs[0]!, channelsFirst(inputs[0]!.shape.length));
  setPooled(inputs[0]!, output, averaged(x, inputs[0]!, plan as PoolPlan, exporter), exporter);
}

/** (Σ |x|ᵖ)^(1/p), as the means times their number. */
export function emitLpPool({ inputs, output, plan }: GraphNode, exporter: Exporter): void {
  const { normType, count } = plan as PoolPlan & { normType: number; count: number };
  const { builder } = exporter;
  const x = exporter.as(inputs[0]!, channelsFirst(inputs[0]!.shape.length));
  const powers = builder.node('Pow', [builder.node('Abs', [x]), builder.scalar(normType)]);
  const means = averaged(powers, inputs[0]!, plan as PoolPlan, exporter);
  const sums = builder.node('Mul', [means, builder.scalar(count)]);
  const y = builder.node('Pow', [sums, builder.scalar(1 / normType)]);
  setPooled(inputs[0]!, output, y, exporter);
}

/** Over all pixels: [N, …, C] becomes [N, C]. */
export function emitGlobalAvgPool({ inputs, output }: GraphNode, exporter: Exporter): void {
  const x = exporter.as(inputs[0]!, channelsFirst(inputs[0]!.shape.length));
  setPooled(inputs[0]!, output, exporter.builder.node('GlobalAveragePool', [x]), exporter);
}

/** Of a global pooling without the axes of the pixels. */
function setPooled(x: GraphValue, output: GraphValue, y: string, exporter: Exporter): void {
  const rank = output.shape.length;
  if (rank === x.shape.length) return exporter.set(output, y, channelsFirst(rank));
  exporter.setNode(output, 'Flatten', [y], { axis: int(1) });
}

function averaged(x: string, value: GraphValue, plan: PoolPlan, exporter: Exporter): string {
  const axes = axesOf(plan.geometry, value);
  const { divisor } = plan;
  const { builder } = exporter;
  if (axes.some(({ kernel }) => kernel === 0)) return adaptive(x, 'ReduceMean', axes, exporter);
  const isDilated = axes.some(({ dilation }) => dilation > 1);
  if (isDilated && builder.opset < 19) throw new Unsupported('dilation before opset 19');
  const average = (from: string, ends: readonly number[], includesPad: boolean) =>
    builder.node('AveragePool', [from], {
      ...windowsOf(axes, ends, isDilated),
      count_include_pad: int(Number(includesPad)),
    });
  if (divisor === OF_PIXELS) return average(x, fullEnds(axes), false);
  const hasOverhang = axes.some(({ overhang }) => overhang > 0);
  if (divisor !== WITH_PAD) {
    const size = axes.reduce((product, { kernel }) => product * kernel, 1);
    const means = average(x, fullEnds(axes), true);
    return builder.node('Mul', [means, builder.scalar(size / divisor)]);
  }
  if (!hasOverhang) return average(x, fullEnds(axes), true);
  // What reaches beyond the padding never counts: the padding is made pixels.
  const pads = [0, 1].flatMap((side) => [0, 0, ...axes.map(({ ends }) => ends[side]!)]);
  const padded = pads.some((size) => size > 0) ? builder.node('Pad', [x, builder.ints(pads)]) : x;
  return average(padded, [...axes.map(() => 0), ...axes.map(({ overhang }) => overhang)], false);
}

/** Windows of uneven sizes, axis by axis: from ⌊o · size / outputs⌋ to ⌈(o + 1) · size / outputs⌉. */
export function adaptive(
  x: string,
  op: 'ReduceMax' | 'ReduceMean',
  axes: readonly Pick<Axis, 'inputs' | 'outputs'>[],
  { builder }: Exporter,
): string {
  return axes.reduce((from, { inputs, outputs }, i) => {
    if (inputs === outputs) return from;
    const parts = Array.from({ length: outputs }, (_, o) => {
      const [begin, end] = [
        Math.floor((o * inputs) / outputs),
        Math.ceil(((o + 1) * inputs) / outputs),
      ];
      const bounds = [[begin], [end], [i + 2]].map((values) => builder.ints(values));
      return reduceNode(builder, op, builder.node('Slice', [from, ...bounds]), [i + 2], true);
    });
    return builder.node('Concat', parts, { axis: int(i + 2) });
  }, x);
}

function windowsOf(axes: readonly Axis[], pads: readonly number[], isDilated = true): Attributes {
  return {
    kernel_shape: ints(axes.map(({ kernel }) => kernel)),
    strides: ints(axes.map(({ stride }) => stride)),
    pads: ints(pads),
    dilations: isDilated ? ints(axes.map(({ dilation }) => dilation)) : undefined,
  };
}

/** Before each axis and then after each, with what the last window reaches beyond. */
const fullEnds = (axes: readonly Axis[]) => [
  ...axes.map(({ ends }) => ends[0]),
  ...axes.map(({ ends, overhang }) => ends[1] + overhang),
];

function axesOf(g: PoolGeometry, { shape }: GraphValue): Axis[] {
  const axes = [
    axisOf(
      g.inDepth,
      g.outDepth,
      g.kernelDepth,
      g.strideDepth,
      g.dilationDepth,
      g.padFront,
      g.padBack,
    ),
    axisOf(
      g.inHeight,
      g.outHeight,
      g.kernelHeight,
      g.strideHeight,
      g.dilationHeight,
      g.padTop,
      g.padBottom,
    ),
    axisOf(
      g.inWidth,
      g.outWidth,
      g.kernelWidth,
      g.strideWidth,
      g.dilationWidth,
      g.padLeft,
      g.padRight,
    ),
  ];
  return axes.slice(5 - shape.length);
}

function axisOf(
  inputs: number,
  outputs: number,
  kernel: number,
  stride: number,
  dilation: number,
  before: number,
  after: number,
): Axis {
  const reach = (outputs - 1) * stride + (kernel - 1) * dilation + 1;
  const spare = before + inputs + after - reach;
  // Padding that no window reaches is left out.
  const ends = [before, Math.max(0, after - Math.max(0, spare))] as const;
  return { inputs, outputs, kernel, stride, dilation, ends, overhang: Math.max(0, -spare) };
}
