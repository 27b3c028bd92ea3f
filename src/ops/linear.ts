import { checkArity } from '../check.js';
import { ShapeError } from '../errors.js';
import { checkOptions } from '../options.js';
import { launch, LINE, SCRATCH } from '../runtime/launch.js';
import { runtime } from '../runtime/runtime.js';
import { checkSameShape, formatShape, type Shape, sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { type Activation, activationBlock, ACTIVATIONS, checkActivation } from './activation.js';
import { apply, type Family, type Gradient, type Op, type Plan } from './op.js';
import { packedColumns } from './packed-columns.js';
import { sumTo } from './reduce.js';

const TILE_ROWS = 4;
/** The table of the product's one tap. */
const TAP_BYTES = 4;

/** Sizes of a dense layer: x [rows, inFeatures], y [rows, outFeatures]. */
export interface LinearGeometry {
  readonly rows: number;
  readonly inFeatures: number;
  readonly outFeatures: number;
}

/** Options of `linear`. */
export interface LinearOptions {
  /** What is applied to the output in the same pass. Default nothing. */
  activation?: Activation | undefined;
}

/** x, weight and bias of a dense layer, or the operands of a product. */
export interface LinearPlan extends Plan {
  readonly geometry: LinearGeometry;
  readonly activation?: Activation | undefined;
}

export type LinearOp = Op<LinearOptions, LinearPlan>;

/** The gradient of the first operand of a product, and of the second. */
export const gradInput: Gradient<LinearPlan> = (to, accumulate, call) =>
  gradientOfInput(to, call.gradOutput, call.inputs[1]!, call.plan.geometry, accumulate);
export const gradWeight: Gradient<LinearPlan> = (to, accumulate, call) =>
  gradientOfWeight(to, call.inputs[0]!, call.gradOutput, call.plan.geometry, accumulate);

const FAMILY: Family<LinearOp, LinearOptions, LinearPlan> = {
  operands: [
    { name: 'input' },
    { name: 'weight', rank: 2 },
    { name: 'bias', rank: 1, isOptional: true },
  ],
  activations: ACTIVATIONS,

  plan({ name }, [x, weight, bias], { activation }) {
    const geometry = linearGeometry(name, x!.shape, weight!.shape);
    const { outFeatures } = geometry;
    if (bias) checkSameShape(name, 'bias', [outFeatures], bias.shape);
    checkActivation(name, activation);
    return { shape: [...x!.shape.slice(0, -1), outFeatures], geometry, activation };
  },

  forward: (y, [x, weight, bias], { geometry, activation }) =>
    multiply(y, x!, weight!, bias, geometry, activation),

  gradients: [
    gradInput,
    gradWeight,
    (gradBias, accumulate, { gradOutput }) => sumTo(gradBias, gradOutput, accumulate),
  ],
};

export const LINEAR: LinearOp = { family: FAMILY, name: 'linear' };

/**
 * Dense layer: `y[…,o] = bias[o] + Σ_i x[…,i] · weight[i,o]`.
 * @param x [..., inFeatures]
 * @param weight [inFeatures, outFeatures]
 * @param bias [outFeatures], or undefined
 * @param options `activation` is applied to y
 * @returns [..., outFeatures]
 * @throws TypeError, ShapeError
 */
export function linear(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: LinearOptions = {},
): Tensor {
  checkArity('linear', arguments.length, 4);
  checkOptions('linear', options, ['activation']);
  return apply(LINEAR, [x, weight, bias], options);
}

function linearGeometry(op: string, x: Shape, weight: Shape): LinearGeometry {
  const [inFeatures, outFeatures] = weight as [number, number];
  if (inFeatures * outFeatures === 0) {
    throw new ShapeError(`${op}: weight: expected axes of at least 1, got ${formatShape(weight)}`);
  }
  if (x.at(-1) !== inFeatures) {
    throw new ShapeError(
      `${op}: input features: expected ${inFeatures} (weight ${formatShape(weight)}), ` +
        `got ${x.at(-1) ?? 'none'} (input ${formatShape(x)})`,
    );
  }
  return { rows: sizeOf(x) / inFeatures, inFeatures, outFeatures };
}

/** The product behind `linear` and `matmul`. */
export function multiply(
  y: Tensor,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  { rows, inFeatures, outFeatures }: LinearGeometry,
  activation: Activation | undefined,
): void {
  const { kernels } = runtime();
  const packed = weight.prepared('packed', packedBytes(inFeatures, outFeatures), (to) =>
    kernels.linearPackWeight(to, weight.pointer, inFeatures, outFeatures),
  );
  const [b, f] = [bias?.pointer ?? 0, activationBlock(activation)];
  launch(
    'linearForward',
    [y.pointer, x.pointer, packed, b, f, SCRATCH, inFeatures, outFeatures],
    rows,
    {
      multiplyAdds: rows * inFeatures * outFeatures,
      align: TILE_ROWS,
      scratchBytes: TAP_BYTES,
    },
  );
}

function gradientOfInput(
  gradInput: Tensor,
  gradOutput: Tensor,
  weight: Tensor,
  { rows, inFeatures, outFeatures }: LinearGeometry,
  accumulate: boolean,
): void {
  const { kernels } = runtime();
  const packed = weight.prepared('transposed', packedBytes(outFeatures, inFeatures), (to) =>
    kernels.linearPackWeightTransposed(to, weight.pointer, inFeatures, outFeatures),
  );
  const [dx, dy] = [gradInput.pointer, gradOutput.pointer];
  launch('linearGradInput', [dx, dy, packed, SCRATCH, inFeatures, outFeatures, accumulate], rows, {
    multiplyAdds: rows * inFeatures * outFeatures,
    align: TILE_ROWS,
    scratchBytes: TAP_BYTES,
  });
}

function gradientOfWeight(
  gradWeight: Tensor,
  x: Tensor,
  gradOutput: Tensor,
  { rows, inFeatures, outFeatures }: LinearGeometry,
  accumulate: boolean,
): void {
  const piece = pieceRows(rows);
  const bytes = gradWeightScratchBytes(piece, inFeatures, outFeatures);
  const [dw, dy] = [gradWeight.pointer, gradOutput.pointer];
  launch(
    'linearGradWeight',
    [dw, x.pointer, dy, SCRATCH, rows, inFeatures, outFeatures, piece, accumulate],
    Math.ceil(inFeatures / TILE_ROWS),
    {
      shared: true,
      multiplyAdds: rows * inFeatures * outFeatures,
      scratchBytes: bytes,
    },
  );
}

/** Bytes of a packed [depth, columns] operand. */
function packedBytes(depth: number, columns: number): number {
  return 4 * depth * packedColumns(columns);
}

/** Rows that the weight gradient sums at a time. An odd multiple of a cache line keeps the rows of xᵀ apart. */
function pieceRows(rows: number): number {
  return Math.min(272, LINE * (Math.ceil(rows / LINE) | 1));
}

/** Scratch of `linearGradWeight`: the tables of taps, `piece` columns of xᵀ and packed rows of dy. */
export function gradWeightScratchBytes(
  piece: number,
  inFeatures: number,
  outFeatures: number,
): number {
  return TAP_BYTES * (1 + inFeatures) + 4 * piece * inFeatures + packedBytes(piece, outFeatures);
}
