import { LEAST_CHUNK_WORK } from '../runtime/launch.js';

/** Tasks that work is cut into where it is worth two threads: enough for the threads of most machines. */
const TASKS = 8;
/** Multiply-adds that are worth two threads. */
export const WORTH_THREADS = 2 * LEAST_CHUNK_WORK;

/** Work as a grid: `images` times `rows`, of `columns` each, which may be cut between steps of `columnStep`. */
export interface Work {
  readonly multiplyAdds: number;
  readonly images: number;
  readonly rows: number;
  /** The most rows that may be computed together; left out, all. */
  readonly mostRows?: number;
  readonly columns: number;
  readonly columnStep: number;
}

/** Blocks of rows, of which an image has `blocks`, in parts of columns. A task is a part of a block. */
export interface Cut {
  readonly blockRows: number;
  readonly blocks: number;
  readonly partColumns: number;
  readonly parts: number;
}

/**
 * Cuts work that is worth two threads into at least eight tasks of nearly even size, if it can be: by columns, which
 * share nothing but what is read, then by rows. It depends on the shape alone, never on the number of threads, and
 * kernels compute neighbouring parts of a block together: one thread does what it would do without parts.
 */
export function cutTasks(work: Work): Cut {
  const { images, columns, columnStep } = work;
  const rows = Math.max(1, work.rows);
  const fewest = Math.ceil(rows / (work.mostRows ?? rows));
  const wanted = work.multiplyAdds < WORTH_THREADS ? 1 : Math.ceil(TASKS / Math.max(1, images));
  const steps = Math.max(1, Math.ceil(columns / columnStep));
  const wantedParts = Math.min(steps, Math.ceil(wanted / fewest));
  const wantedBlocks = Math.min(rows, Math.ceil(wanted / wantedParts));
  const blockRows = wantedBlocks > fewest ? pieceOf(rows, wantedBlocks) : Math.ceil(rows / fewest);
  const partColumns = columnStep * pieceOf(steps, wantedParts);
  return {
    blockRows,
    blocks: Math.ceil(rows / blockRows),
    partColumns,
    parts: Math.max(1, Math.ceil(columns / partColumns)),
  };
}

/** The size of pieces of which there are at least `count`, and none but the last is smaller. */
function pieceOf(size: number, count: number): number {
  return Math.max(1, Math.floor(size / count));
}
