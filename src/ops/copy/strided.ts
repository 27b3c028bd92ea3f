import { geometryBlock } from '../../runtime/geometry-block.js';
import { launch } from '../../runtime/launch.js';
import { type Shape, sizeOf } from '../../shape.js';

/** Where the elements of a layout lie: strides, and the offset of the first, in elements. */
export interface Layout {
  readonly offset: number;
  readonly strides: readonly number[];
}

/** A copy between two layouts. `to` has each element once; `from` may have strides that are 0 or negative. */
export interface Move {
  readonly sizes: Shape;
  readonly to: Layout;
  readonly from: Layout;
}

/** A move as the kernels take it: its axes merged and ordered. */
export interface StridedCopy {
  readonly toOffset: number;
  readonly fromOffset: number;
  readonly isTiled: boolean;
  readonly tasks: number;
  readonly elements: number;
  readonly geometry: Readonly<Record<CopyField, number>>;
}

/** Of CopyGeometry in assembly/lib/copy-geometry.ts, in order. */
export const COPY_FIELDS = [
  'rows',
  'columns',
  'toRow',
  'fromRow',
  'toColumn',
  'fromColumn',
  'tileRows',
  'tileColumns',
  'outerAxes',
  ...['size0', 'to0', 'from0', 'size1', 'to1', 'from1', 'size2', 'to2', 'from2'],
  ...['size3', 'to3', 'from3', 'size4', 'to4', 'from4', 'size5', 'to5', 'from5'],
  'value',
] as const;
type CopyField = string;

const OUTER_AXES = 6;
/** The place of its fields among those of a geometry. */
const FIRST_AXIS = 9;
/** Elements of a row of one value that is worth a loop of its own. */
const SHORT_ROW = 16;
const TILE_ROWS = 16;
const TILE_COLUMNS = 256;

/** Strides of a row-major array. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** An array from its first element to its last. */
export const wholeOf = (shape: Shape): Layout => ({ offset: 0, strides: stridesOf(shape) });

/** Whether a layout is an array from its first element to its last. */
export function isWhole(sizes: Shape, { offset, strides }: Layout): boolean {
  const whole = stridesOf(sizes);
  return offset === 0 && sizes.every((size, axis) => size === 1 || strides[axis] === whole[axis]);
}

/** The copies that a move is made of: one, unless more than eight axes cannot be merged; none without elements. */
export function copiesOf({ sizes, to, from }: Move, value = 0): StridedCopy[] {
  if (sizeOf(sizes) === 0) return [];
  const { axes, toOffset, fromOffset } = mergedAxes(sizes, to, from);
  const inner = axes.slice(-OUTER_AXES - 2);
  const copies = [stridedCopy(inner, toOffset, fromOffset, value)];
  return axes.slice(0, -OUTER_AXES - 2).reduce(repeated, copies);
}

function repeated(copies: StridedCopy[], axis: Axis): StridedCopy[] {
  return Array.from({ length: axis.size }, (_, i) =>
    copies.map((copy) => ({
      ...copy,
      toOffset: copy.toOffset + i * axis.to,
      fromOffset: copy.fromOffset + i * axis.from,
    })),
  ).flat();
}

interface Axis {
  readonly size: number;
  readonly to: number;
  readonly from: number;
}

/** Axes from the widest stride of `to`, which is positive, to the closest, neighbours merged where both sides allow. */
function mergedAxes(sizes: Shape, { offset, strides }: Layout, from: Layout) {
  let [toOffset, fromOffset] = [offset, from.offset];
  const axes: Axis[] = [];
  sizes.forEach((size, i) => {
    if (size === 1) return;
    const axis = { size, to: strides[i]!, from: from.strides[i]! };
    if (axis.to > 0) return axes.push(axis);
    toOffset += (size - 1) * axis.to;
    fromOffset += (size - 1) * axis.from;
    return axes.push({ size, to: -axis.to, from: -axis.from });
  });
  axes.sort((a, b) => b.to - a.to);
  const merged: Axis[] = [];
  for (const axis of axes) {
    const last = merged.at(-1);
    if (last?.to === axis.size * axis.to && last.from === axis.size * axis.from) {
      merged[merged.length - 1] = { ...axis, size: last.size * axis.size };
    } else merged.push(axis);
  }
  return { axes: merged, toOffset, fromOffset };
}

const ONE: Axis = { size: 1, to: 1, from: 1 };

function stridedCopy(
  axes: readonly Axis[],
  toOffset: number,
  fromOffset: number,
  value: number,
): StridedCopy {
  const columns = axes.at(-1) ?? ONE;
  const rest = axes.slice(0, -1);
  const across = rest.map(({ from }) => from).lastIndexOf(1);
  const isFar = columns.from === 0 ? columns.size < SHORT_ROW : Math.abs(columns.from) > 1;
  const isTiled = across >= 0 && columns.to === 1 && isFar;
  const [rows = ONE] = rest.splice(isTiled ? across : -1, 1);
  const tileColumns = Math.min(TILE_COLUMNS, columns.size);
  const tileRows = TILE_ROWS * Math.floor(TILE_COLUMNS / tileColumns);
  const tiles = Math.ceil(rows.size / tileRows) * Math.ceil(columns.size / tileColumns);
  const outer = rest.reduce((product, { size }) => product * size, 1);
  const elements = outer * rows.size * columns.size;
  const geometry: Record<CopyField, number> = {
    rows: rows.size,
    columns: columns.size,
    toRow: rows.to,
    fromRow: rows.from,
    toColumn: columns.to,
    fromColumn: columns.from,
    tileRows,
    tileColumns,
    outerAxes: rest.length,
    value,
  };
  for (let i = 0; i < OUTER_AXES; i++) {
    const { size, to, from } = rest.at(-1 - i) ?? ONE;
    const field = FIRST_AXIS + 3 * i;
    geometry[COPY_FIELDS[field]!] = size;
    geometry[COPY_FIELDS[field + 1]!] = to;
    geometry[COPY_FIELDS[field + 2]!] = from;
  }
  const tasks = isTiled ? outer * tiles : elements;
  return { toOffset, fromOffset, isTiled, tasks, elements, geometry };
}

export interface CopyOptions {
  /** What each element is multiplied by. */
  readonly scale?: number;
  /** Whether it is added to what is there. */
  readonly accumulate?: boolean;
}

/**
 * Runs copies: of elements of four bytes, or, with options, of float32.
 * @param from the address of the values; undefined for the constant that the copies hold
 */
export function runCopies(
  copies: readonly StridedCopy[],
  to: number,
  from: number | undefined,
  { scale = 1, accumulate = false }: CopyOptions = {},
): void {
  for (const { toOffset, fromOffset, isTiled, tasks, elements, geometry } of copies) {
    const block = geometryBlock(COPY_FIELDS, geometry);
    const first = to + 4 * toOffset;
    const values = from === undefined ? block + 4 * VALUE_PLACE : from + 4 * fromOffset;
    if (scale === 1 && !accumulate) {
      launch(isTiled ? 'copyTiles' : 'copyElements', [first, values, block], tasks, { elements });
    } else {
      const kernel = isTiled ? 'copyTilesGradInput' : 'copyElementsGradInput';
      launch(kernel, [first, values, scale, accumulate, block], tasks, { elements });
    }
  }
}

const VALUE_PLACE = COPY_FIELDS.length - 1;

/** Writes a constant: the bits of four bytes. */
export function fill(to: number, elements: number, bits: number): void {
  const move = {
    sizes: [elements],
    to: { offset: 0, strides: [1] },
    from: { offset: 0, strides: [0] },
  };
  runCopies(copiesOf(move, bits), to, undefined);
}
