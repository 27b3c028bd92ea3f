import type { GraphNode, GraphValue } from '../../../graph/graph.js';
import type { Paddings, PadMode } from '../../../ops/copy/pad.js';
import { type Attributes, int, ints, string, TO_END } from '../builder.js';
import { type Exporter, Unsupported } from '../exporter.js';
import { type Axes, channelsFirst, sameAxes } from '../orders.js';
import { commonAxes } from './elementwise.js';

export function emitConcat({ inputs, output, options }: GraphNode, exporter: Exporter): void {
  const axes = commonAxes(inputs, output, exporter);
  const along = sameAxes(output.shape.length).at((options as { axis: number }).axis)!;
  const parts = inputs.map((value) => exporter.as(value!, axes));
  exporter.setNode(output, 'Concat', parts, { axis: int(axes.indexOf(along)) }, axes);
}

export function emitStack({ inputs, output, options }: GraphNode, exporter: Exporter): void {
  const { builder } = exporter;
  const along = sameAxes(output.shape.length).at((options as { axis: number }).axis)!;
  const parts = inputs.map((value) =>
    builder.node('Unsqueeze', [exporter.own(value!), builder.ints([along])]),
  );
  exporter.setNode(output, 'Concat', parts, { axis: int(along) });
}

/** A stretch of an axis, or one place of it without the axis. */
export function emitSplit({ inputs: [x], output, options }: GraphNode, exporter: Exporter): void {
  const { axis, start, size, isDropped } = options as {
    axis: number;
    start: number;
    size: number;
    isDropped?: boolean;
  };
  const { builder } = exporter;
  const place = exporter.place(x!, axis);
  const part = sliced(exporter.asStored(x!), [start], [start + size], [place], [1], exporter);
  if (!isDropped) return exporter.set(output, part, exporter.axesOf(x!));
  const axes = exporter.axesWithout(x!, (a) => a === axis);
  exporter.setNode(output, 'Squeeze', [part, builder.ints([place])], {}, axes);
}

export function emitSlice({ inputs: [x], output, options }: GraphNode, exporter: Exporter): void {
  const { starts, ends, axes, steps } = options as {
    starts: readonly number[];
    ends: readonly number[];
    axes?: readonly number[];
    steps?: readonly number[];
  };
  const all = sameAxes(x!.shape.length);
  const places = (axes ?? all.slice(0, starts.length)).map((axis) =>
    exporter.place(x!, all.at(axis)!),
  );
  const by = steps ?? starts.map(() => 1);
  const y = sliced(exporter.asStored(x!), starts, ends, places, by, exporter);
  exporter.set(output, y, exporter.axesOf(x!));
}

export function emitFlip({ inputs: [x], output, options }: GraphNode, exporter: Exporter): void {
  const { axes } = options as { axes: number | readonly number[] };
  const all = sameAxes(x!.shape.length);
  const places = [axes].flat().map((axis) => exporter.place(x!, all.at(axis)!));
  const each = (value: number) => places.map(() => value);
  const y = sliced(exporter.asStored(x!), each(-1), each(-TO_END), places, each(-1), exporter);
  exporter.set(output, y, exporter.axesOf(x!));
}

function sliced(
  x: string,
  starts: readonly number[],
  ends: readonly number[],
  axes: readonly number[],
  steps: readonly number[],
  { builder }: Exporter,
): string {
  if (axes.length === 0) return builder.node('Identity', [x]);
  const operands = [starts, ends, axes, steps].map((values) => builder.ints(values));
  return builder.node('Slice', [x, ...operands]);
}

/** Where elements that leave one end of an axis come in at the other. */
export function emitRoll({ inputs: [x], output, options }: GraphNode, exporter: Exporter): void {
  const { shifts, axes } = options as {
    shifts: number | readonly number[];
    axes: number | readonly number[] | undefined;
  };
  const { builder } = exporter;
  const isFlat = axes === undefined;
  const all = sameAxes(x!.shape.length);
  let y = isFlat
    ? builder.node('Reshape', [exporter.own(x!), builder.ints([-1])])
    : exporter.own(x!);
  [axes ?? 0].flat().forEach((axis, i) => {
    const along = isFlat ? 0 : all.at(axis)!;
    const shift = [shifts].flat()[i]!;
    if (isFlat && exporter.sizes.isDynamic(x!, 0)) throw new Unsupported('of all of a batch');
    const size = isFlat ? x!.shape.reduce((a, b) => a * b, 1) : x!.shape[along]!;
    const cut = size === 0 ? 0 : ((-shift % size) + size) % size;
    const head = sliced(y, [0], [cut], [along], [1], exporter);
    const tail = sliced(y, [cut], [TO_END], [along], [1], exporter);
    y = builder.node('Concat', [tail, head], { axis: int(along) });
  });
  exporter.set(output, isFlat ? exporter.reshaped(y, output) : y);
}

/** ONNX's name of what is put around a tensor. */
const MODES: Readonly<Record<PadMode, string>> = {
  constant: 'constant',
  reflect: 'reflect',
  replicate: 'edge',
  circular: 'wrap',
};

export function emitPad({ inputs: [x], output, options }: GraphNode, exporter: Exporter): void {
  const given = options as { padding: Paddings; mode?: PadMode; value?: number };
  const { padding, mode = 'constant', value = 0 } = given;
  const { builder } = exporter;
  const axes = exporter.axesOf(x!);
  if (mode === 'circular' && builder.opset < 19) {
    return exporter.set(output, wrapped(x!, padding, exporter), axes);
  }
  const pads = [0, 1].flatMap((side) => axes.map((axis) => padding[axis]![side]!));
  const operands = [exporter.asStored(x!), builder.ints(pads)];
  if (mode === 'constant') operands.push(builder.scalar(value, x!.dtype));
  exporter.setNode(output, 'Pad', operands, { mode: string(MODES[mode]) }, axes);
}

/** The end of each axis before it, its beginning behind it. */
function wrapped(x: GraphValue, padding: Paddings, exporter: Exporter): string {
  return padding.reduce((from, [before, after], axis) => {
    if (before + after === 0) return from;
    const place = exporter.place(x, axis);
    const part = (start: number, end: number) =>
      sliced(from, [start], [end], [place], [1], exporter);
    const parts = [
      ...(before > 0 ? [part(-before, TO_END)] : []),
      from,
      ...(after > 0 ? [part(0, after)] : []),
    ];
    return exporter.builder.node('Concat', parts, { axis: int(place) });
  }, exporter.asStored(x));
}

/** The op and mode of what has one in ONNX. */
const BLOCKS: Readonly<Record<string, readonly [op: string, mode?: string]>> = {
  depthToSpace: ['DepthToSpace', 'DCR'],
  pixelShuffle: ['DepthToSpace', 'CRD'],
  spaceToDepth: ['SpaceToDepth'],
};

/** Pixels and channels of [N, H, W, C] that change places. */
export function emitShuffle(
  { op, inputs: [x], output, options }: GraphNode,
  exporter: Exporter,
): void {
  const { count } = options as { count: number };
  if (op.name === 'channelShuffle') return shuffleChannels(x!, output, count, exporter);
  if (x!.shape.length !== 4) throw new Unsupported('of other than 4 axes');
  const first = channelsFirst(4);
  const from = exporter.as(x!, first);
  const block = BLOCKS[op.name];
  if (block) {
    const attributes: Attributes = {
      blocksize: int(count),
      mode: block[1] === undefined ? undefined : string(block[1]),
    };
    return exporter.setNode(output, block[0], [from], attributes, first);
  }
  const [, height, width, channels] = x!.shape as [number, number, number, number];
  const blocks = [-1, channels, height / count, count, width / count, count];
  const order = [0, 1, 3, 5, 2, 4];
  exporter.set(output, regrouped(from, blocks, order, output, first, exporter), first);
}

function shuffleChannels(
  x: GraphValue,
  output: GraphValue,
  groups: number,
  exporter: Exporter,
): void {
  const axes = exporter.axesOf(x);
  const place = exporter.place(x, x.shape.length - 1);
  const isDynamic = (axis: number) => exporter.sizes.isDynamic(x, axis);
  const sizes = axes.map((axis) => (isDynamic(axis) ? -1 : x.shape[axis]!));
  const blocks = [
    ...sizes.slice(0, place),
    groups,
    sizes[place]! / groups,
    ...sizes.slice(place + 1),
  ];
  const order = sameAxes(blocks.length).map((axis) =>
    axis === place ? place + 1 : axis === place + 1 ? place : axis,
  );
  exporter.set(
    output,
    regrouped(exporter.asStored(x), blocks, order, output, axes, exporter),
    axes,
  );
}

/** Axes cut into several, those in another order, and joined to those of the output. */
function regrouped(
  x: string,
  blocks: readonly number[],
  order: readonly number[],
  output: GraphValue,
  axes: Axes,
  exporter: Exporter,
): string {
  const { builder } = exporter;
  const cut = builder.node('Reshape', [x, builder.ints(blocks)]);
  const moved = builder.node('Transpose', [cut], { perm: ints(order) });
  return exporter.reshaped(moved, output, axes);
}
