import type { GraphNode } from '../../../graph/graph.js';
import type { Activation } from '../../../ops/activation.js';
import type { Conv2dGeometry, Conv3dGeometry } from '../../../ops/conv/geometry.js';
import type { Plan } from '../../../ops/op.js';
import { type Attributes, int, ints } from '../builder.js';
import type { Exporter } from '../exporter.js';
import { channelsFirst, outputsFirst } from '../orders.js';
import { mapped } from './elementwise.js';

interface ConvPlan extends Plan {
  readonly geometry: Conv2dGeometry | Conv3dGeometry;
  readonly isTransposed: boolean;
}

/** An axis with its windows; of a transposed convolution those of the convolution whose input is its output. */
interface Axis {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly pad: number;
}

/** Convolutions and their transposes, with what they end with as nodes of their own. */
export function emitConv(node: GraphNode, exporter: Exporter): void {
  const { inputs, output, plan } = node;
  const [x, weight, bias, residual] = inputs;
  const rank = output.shape.length;
  const first = channelsFirst(rank);
  const { geometry, isTransposed } = plan as ConvPlan;
  const operands = [exporter.as(x!, first), exporter.as(weight!, outputsFirst(rank))];
  if (bias) operands.push(exporter.own(bias));
  const { builder } = exporter;
  const op = isTransposed ? 'ConvTranspose' : 'Conv';
  let y = builder.node(
    op,
    operands,
    attributesOf(axesOf(geometry, rank - 2), geometry, isTransposed),
  );
  if (residual) y = builder.node('Add', [y, exporter.as(residual, first)]);
  exporter.set(output, activated(y, plan, exporter), first);
}

/** What an op ends with. */
export function activated(y: string, { activation }: Plan, exporter: Exporter): string {
  const given = activation as Activation | undefined;
  return given ? mapped(exporter.builder, given.kind, y, given) : y;
}

function attributesOf(
  axes: readonly Axis[],
  geometry: ConvPlan['geometry'],
  isTransposed: boolean,
): Attributes {
  const ends = axes.map((axis) => endOf(axis, isTransposed));
  const groups = ('depth' in geometry ? geometry.plane : geometry).groups;
  const added = ends.map((end) => Math.max(0, -end));
  return {
    kernel_shape: ints(axes.map(({ kernel }) => kernel)),
    strides: ints(axes.map(({ stride }) => stride)),
    pads: ints([...axes.map(({ pad }) => pad), ...ends.map((end) => Math.max(0, end))]),
    dilations: ints(axes.map(({ dilation }) => dilation)),
    group: int(groups),
    output_padding: isTransposed && added.some((size) => size > 0) ? ints(added) : undefined,
  };
}

/** The padding behind an axis that gives this size; of a transpose, negative where its output is padded. */
function endOf(
  { inputs, outputs, kernel, stride, dilation, pad }: Axis,
  isTransposed: boolean,
): number {
  const end = (outputs - 1) * stride + (kernel - 1) * dilation + 1 - inputs - pad;
  return isTransposed ? end : Math.max(0, end);
}

function axesOf(geometry: ConvPlan['geometry'], count: number): Axis[] {
  const isVolume = 'depth' in geometry;
  const g = isVolume ? geometry.plane : geometry;
  const rows: Axis = {
    inputs: g.inHeight,
    outputs: g.outHeight,
    kernel: g.kernelHeight,
    stride: g.strideHeight,
    dilation: g.dilationHeight,
    pad: g.padTop,
  };
  const columns: Axis = {
    inputs: g.inWidth,
    outputs: g.outWidth,
    kernel: g.kernelWidth,
    stride: g.strideWidth,
    dilation: g.dilationWidth,
    pad: g.padLeft,
  };
  if (!isVolume) return [rows, columns].slice(2 - count);
  const d = geometry.depth;
  const depth: Axis = {
    inputs: d.inDepth,
    outputs: d.outDepth,
    kernel: d.kernelDepth,
    stride: d.strideDepth,
    dilation: d.dilationDepth,
    pad: d.padFront,
  };
  return [depth, rows, columns];
}
