import { checkArity, checkBoolean } from '../check.js';
import { ShapeError } from '../errors.js';
import { checkOptions } from '../options.js';
import { formatShape, type Shape, sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { fill, stridesOf } from './copy/strided.js';
import { apply, type Family, type Op, type Plan, type Spec } from './op.js';
import { type Matrices, multiply, type Product, type Sizes } from './product.js';
import { broadcastShape } from './zip/broadcast.js';

/** Options of `matmul`. */
export interface MatmulOptions {
  /** Whether a is [..., inner, rows]. Default false. */
  transposeA?: boolean;
  /** Whether b is [..., columns, inner]. Default false. */
  transposeB?: boolean;
}

interface MatmulPlan extends Plan, Sizes, Required<MatmulOptions> {
  readonly products: readonly Product[];
  /** Whether b is a single matrix, which is kept packed. */
  readonly isKept: boolean;
}

type MatmulOp = Op<MatmulOptions, MatmulPlan>;

const FAMILY: Family<MatmulOp, MatmulOptions, MatmulPlan> = {
  operands: [{ name: 'a' }, { name: 'b' }],

  plan({ name }, [a, b], { transposeA = false, transposeB = false }) {
    checkBoolean(name, 'transposeA', transposeA);
    checkBoolean(name, 'transposeB', transposeB);
    const [matrixA, matrixB] = [
      matrixOf(name, 'a', a!, transposeA),
      matrixOf(name, 'b', b!, transposeB),
    ];
    // A vector is a row on the left and a column on the right.
    const [rows, depth] = matrixA.length === 1 ? [1, matrixA[0]!] : [matrixA[0]!, matrixA[1]!];
    const [inner, columns] = [matrixB[0]!, matrixB[1] ?? 1];
    if (depth !== inner) {
      throw new ShapeError(
        `${name}: inner axes: expected ${inner} (b ${formatShape(b!.shape)}), ` +
          `got ${depth} (a ${formatShape(a!.shape)})`,
      );
    }
    const [batchA, batchB] = [a!.shape.slice(0, -2), b!.shape.slice(0, -2)];
    const batch = broadcastShape(`${name}: batch axes`, batchA, batchB);
    const shape = [...batch, ...matrixA.slice(0, -1), ...matrixB.slice(1)];
    const known = { shape, depth, columns, transposeA, transposeB };
    const isSingle = sizeOf(batchB) === 1;
    const isKept = isSingle && b!.shape.length > 1;
    if (isSingle && !transposeA) {
      return { ...known, isKept, rows: rows * sizeOf(batch), products: [[0, 0, 0]] };
    }
    return { ...known, isKept, rows, products: productsOf(batch, batchA, batchB) };
  },

  multiplyAdds: ({ products, rows, depth, columns }) => products.length * rows * depth * columns,

  forward(y, [a, b], plan) {
    const [p, q] = [of(a!, 0, plan.transposeA), operandB(b!, plan, plan.transposeB)];
    multiply(of(y, 2), p, q, plan, plan.products, false);
  },

  gradients: [
    (da, accumulate, { gradOutput, inputs: [, b], plan }) => {
      const { rows, depth, columns, transposeA, transposeB } = plan;
      const dy = of(gradOutput, 2, transposeA);
      const [p, q, sizes] = transposeA
        ? [of(b!, 1, transposeB), dy, { rows: depth, depth: columns, columns: rows }]
        : [dy, operandB(b!, plan, !transposeB), { rows, depth: columns, columns: depth }];
      addProducts(da, of(da, 0), p, q, sizes, plan.products, accumulate);
    },
    (db, accumulate, { gradOutput, inputs: [a], plan }) => {
      const { rows, depth, columns, transposeA, transposeB } = plan;
      const dy = of(gradOutput, 2, transposeB);
      const [p, q, sizes] = transposeB
        ? [dy, of(a!, 0, transposeA), { rows: columns, depth: rows, columns: depth }]
        : [of(a!, 0, !transposeA), dy, { rows: depth, depth: rows, columns }];
      addProducts(db, of(db, 1), p, q, sizes, plan.products, accumulate);
    },
  ],
};

/** A gradient that no product reaches is 0. */
function addProducts({ pointer, size }: Tensor, ...operands: Parameters<typeof multiply>): void {
  const [, , , , products, accumulate] = operands;
  if (products.length === 0 && !accumulate) fill(pointer, size, 0);
  multiply(...operands);
}

/** The last two axes, or the only one, in the order of the product. */
function matrixOf(op: string, name: string, { shape }: Spec, isTransposed: boolean): Shape {
  const least = isTransposed ? 2 : 1;
  if (shape.length < least) {
    const axes = isTransposed ? '2 axes of what is transposed' : '1 axis';
    throw new ShapeError(
      `${op}: ${name}: expected at least ${axes}, got ${shape.length} (shape ${formatShape(shape)})`,
    );
  }
  const matrix = shape.slice(-2);
  return isTransposed ? matrix.reverse() : matrix;
}

const of = ({ pointer }: Tensor, place: 0 | 1 | 2, isTransposed = false): Matrices => ({
  pointer,
  place,
  isTransposed,
});

const operandB = (b: Tensor, { isKept }: MatmulPlan, isTransposed: boolean): Matrices => ({
  ...of(b, 1, isTransposed),
  owner: isKept ? b : undefined,
});

/** A product for each matrix of the output, in order; those of broadcast axes are used again. */
function productsOf(batch: Shape, batchA: Shape, batchB: Shape): readonly Product[] {
  const strides = stridesOf(batch);
  const placeIn = (own: Shape) => {
    const [added, ownStrides] = [batch.length - own.length, stridesOf(own)];
    return (y: number) =>
      own.reduce((place, size, axis) => {
        const index = Math.floor(y / strides[axis + added]!) % batch[axis + added]!;
        return place + (size === 1 ? 0 : index * ownStrides[axis]!);
      }, 0);
  };
  const [inA, inB] = [placeIn(batchA), placeIn(batchB)];
  return Array.from({ length: sizeOf(batch) }, (_, y) => [inA(y), inB(y), y] as const);
}

export const MATMUL: MatmulOp = { family: FAMILY, name: 'matmul' };

/**
 * Matrix product, as torch.matmul: `y[…,i,j] = Σ_k a[…,i,k] · b[…,k,j]`. Axes before the last two are broadcast. A vector
 * is a row on the left and a column on the right, and its axis is missing in the result. Axes may be 0; an empty sum is 0.
 * @param a [..., rows, inner] or [inner]
 * @param b [..., inner, columns] or [inner]
 * @returns [..., rows, columns]
 * @throws TypeError, ShapeError
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  checkArity('matmul', arguments.length, 3);
  checkOptions('matmul', options, ['transposeA', 'transposeB']);
  return apply(MATMUL, [a, b], options);
}
