import { recall } from '../memo.js';
import { call, launch, SCRATCH } from '../runtime/launch.js';
import { withScratch } from '../runtime/storage.js';
import type { Tensor } from '../tensor.js';
import { copiesOf, runCopies, wholeOf } from './copy/strided.js';
import {
  type LinearGeometry,
  linearGeometry,
  planForward,
  planGradWeight,
  type ProductPlan,
} from './linear-plan.js';

const FORWARD = { compute: planForward };
const GRAD_WEIGHT = { compute: planGradWeight };

/** Matrices of one size, one behind the other. */
export interface Matrices {
  readonly pointer: number;
  /** Whether each is stored as its transpose. */
  readonly isTransposed?: boolean;
  /** Which number of a `Product` is theirs. */
  readonly place?: 0 | 1 | 2;
  /** Whose only matrix it is: keeps it packed. */
  readonly owner?: Tensor | undefined;
}

/** Which matrices belong together. */
export type Product = readonly [a: number, b: number, y: number];

/** A product of a single matrix with another. */
export const ONE_PRODUCT: readonly Product[] = [[0, 0, 0]];

export interface Sizes {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
}

/** What is done to sums: a bias for each column is added, at an address, and an activation applied; 0: none. */
export interface Epilogue {
  readonly bias: number;
  readonly activation: number;
}

const NOTHING: Epilogue = { bias: 0, activation: 0 };

/**
 * to = p · q for each of the products, p [rows, depth], q [depth, columns]; several for one matrix add up.
 * @param accumulate adds to what is there
 * @param epilogue none where p is transposed and q is not
 */
export function multiply(
  to: Matrices,
  p: Matrices,
  q: Matrices,
  { rows, depth, columns }: Sizes,
  products: readonly Product[],
  accumulate: boolean,
  epilogue = NOTHING,
): void {
  if (p.isTransposed && !q.isTransposed) {
    const geometry = linearGeometry(depth, rows, columns);
    return each((y, x, w, added) => launchTransposed(y, x, w, geometry, added));
  }
  const plan = recall(FORWARD, linearGeometry(rows, depth, columns));
  withPacked(q, plan, (packedOf) =>
    withRows(p, rows, depth, (rowsOf) =>
      each((y, x, w, added) => launchProduct(y, rowsOf(x), packedOf(w), plan, added, epilogue)),
    ),
  );

  function each(body: (y: number, x: number, w: number, accumulate: boolean) => void): void {
    const seen = new Set<number>();
    for (const product of products) {
      const at = ({ pointer, place = 0 }: Matrices, size: number) =>
        pointer + 4 * size * product[place];
      const y = at(to, rows * columns);
      body(y, at(p, rows * depth), at(q, depth * columns), accumulate || seen.has(y));
      seen.add(y);
    }
  }
}

/** Calls `body` with what packs one of the matrices, unless it is packed: those that follow each other are often the same. */
function withPacked(
  { owner, isTransposed }: Matrices,
  { depth, columns, packedBytes }: ProductPlan,
  body: (packedOf: (w: number) => number) => void,
): void {
  const pack = (to: number, w: number) => {
    if (isTransposed) call('linearPackWeightTransposed', [to, w, columns, depth]);
    else call('linearPackWeight', [to, w, depth, columns]);
  };
  if (owner) {
    const form = isTransposed ? 'transposed' : 'packed';
    return body((w) => owner.prepared(form, packedBytes, (to) => pack(to, w)));
  }
  withScratch(packedBytes, (scratch) => {
    let packed: number | undefined;
    body((w) => {
      if (w !== packed) pack(scratch, w);
      packed = w;
      return scratch;
    });
  });
}

/** Calls `body` with what gives the rows of one of the matrices: a copy where it is transposed. */
function withRows(
  { isTransposed }: Matrices,
  rows: number,
  depth: number,
  body: (rowsOf: (x: number) => number) => void,
): void {
  if (!isTransposed) return body((x) => x);
  const sizes = [rows, depth];
  const copies = copiesOf({
    sizes,
    to: wholeOf(sizes),
    from: { offset: 0, strides: [1, rows] },
  });
  withScratch(4 * rows * depth, (scratch) =>
    body((x) => {
      runCopies(copies, scratch, x);
      return scratch;
    }),
  );
}

function launchProduct(
  y: number,
  x: number,
  packed: number,
  plan: ProductPlan,
  accumulate: boolean,
  { bias, activation }: Epilogue,
): void {
  const { rows, depth, columns, blockRows, partColumns } = plan;
  launch(
    'linearForward',
    [
      ...([y, x, packed, bias, activation, accumulate ? y : 0, SCRATCH] as const),
      ...([rows, depth, columns, blockRows, partColumns] as const),
    ],
    plan.tasks,
    plan,
  );
}

/** y = xᵀ · w, of x [rows, inFeatures] and w [rows, outFeatures]. */
function launchTransposed(
  y: number,
  x: number,
  w: number,
  g: LinearGeometry,
  accumulate: boolean,
): void {
  const { rows, inFeatures, outFeatures } = g;
  const plan = recall(GRAD_WEIGHT, g);
  const { blockColumns, partRows, piece } = plan;
  launch(
    'linearGradWeight',
    [
      ...([y, x, w, SCRATCH, rows, inFeatures, outFeatures] as const),
      ...([blockColumns, partRows, piece, accumulate] as const),
    ],
    plan.tasks,
    plan,
  );
}
