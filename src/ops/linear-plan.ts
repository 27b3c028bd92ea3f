import { interned } from '../memo.js';
import { type LaunchOptions, LINE } from '../runtime/launch.js';
import { packedColumns, TILE_COLUMNS } from './packed-columns.js';
import { cutTasks } from './tasks.js';

const TILE_ROWS = 4;
/** Columns that the microkernel of a single row works on at a time (assembly/lib/row-microkernel.ts). */
const ROW_COLUMNS = 24;
/** The table of the product's one tap. */
const TAP_BYTES = 4;

/** Sizes of a dense layer: x [rows, inFeatures], y [rows, outFeatures]. */
export interface LinearGeometry {
  readonly rows: number;
  readonly inFeatures: number;
  readonly outFeatures: number;
}

const GEOMETRIES: LinearGeometry[] = [];

/** The sizes, the same object for equal ones. */
export function linearGeometry(
  rows: number,
  inFeatures: number,
  outFeatures: number,
): LinearGeometry {
  return interned(GEOMETRIES, { rows, inFeatures, outFeatures });
}

/** A product of [rows, depth] and [depth, columns], and how it is cut. */
export interface ProductPlan extends LaunchOptions {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
  readonly blockRows: number;
  readonly partColumns: number;
  readonly packedBytes: number;
  readonly tasks: number;
}

/** How to compute y. */
export function planForward({
  rows,
  inFeatures: depth,
  outFeatures: columns,
}: LinearGeometry): ProductPlan {
  const multiplyAdds = rows * depth * columns;
  const cut = cutTasks({
    multiplyAdds,
    images: 1,
    rows: Math.ceil(rows / TILE_ROWS),
    columns,
    columnStep: rows === 1 ? ROW_COLUMNS : TILE_COLUMNS,
  });
  return {
    rows,
    depth,
    columns,
    blockRows: TILE_ROWS * cut.blockRows,
    partColumns: cut.partColumns,
    packedBytes: packedBytes(depth, columns),
    tasks: cut.blocks * cut.parts,
    multiplyAdds,
    scratchBytes: TAP_BYTES,
  };
}

/** How the weight gradient is cut. */
export interface GradWeightPlan extends LaunchOptions {
  readonly blockColumns: number;
  readonly partRows: number;
  /** Rows of x and dy that are summed at a time. */
  readonly piece: number;
  readonly tasks: number;
}

/** How to compute dw: each thread transposes and packs what its tasks need. */
export function planGradWeight(g: LinearGeometry, piece = pieceRows(g.rows)): GradWeightPlan {
  const { rows, inFeatures, outFeatures } = g;
  const multiplyAdds = rows * inFeatures * outFeatures;
  // By rows of dw, and where they are few by panels of its columns.
  const { blockRows, blocks, partColumns, parts } = cutTasks({
    multiplyAdds,
    images: 1,
    rows: Math.ceil(outFeatures / TILE_COLUMNS),
    columns: inFeatures,
    columnStep: TILE_ROWS,
  });
  return {
    blockColumns: TILE_COLUMNS * blockRows,
    partRows: partColumns,
    piece,
    tasks: blocks * parts,
    multiplyAdds,
    shared: true,
    scratchBytes:
      TAP_BYTES * (1 + inFeatures) + 4 * piece * inFeatures + packedBytes(piece, outFeatures),
  };
}

/** Bytes of a packed [depth, columns] operand. */
function packedBytes(depth: number, columns: number): number {
  return 4 * depth * packedColumns(columns);
}

/** Rows that the weight gradient sums at a time. An odd multiple of a cache line keeps the rows of xᵀ apart. */
function pieceRows(rows: number): number {
  return Math.min(272, LINE * (Math.ceil(rows / LINE) | 1));
}
