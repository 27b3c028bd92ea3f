import { checkArity, checkInteger, wrongKind } from '../../check.js';
import { ShapeError } from '../../errors.js';
import { launch } from '../../runtime/launch.js';
import { runtime } from '../../runtime/runtime.js';
import { withScratch, withTable } from '../../runtime/storage.js';
import { checkSameShape, formatShape, sameShape, type Shape, sizeOf } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { apply, type Call, type Family, type Inputs, type Op, type Plan } from '../op.js';
import { sumTo } from '../reduce.js';
import { checkNormOptions, type NormOptions } from './group-norm.js';

interface RowOptions {
  readonly eps: number;
  readonly normalizedShape: Shape;
}

/** x is [rows, size]. */
interface RowPlan extends Plan {
  readonly rows: number;
  readonly size: number;
  readonly eps: number;
  readonly isCentred: boolean;
}

interface RowOp extends Op<RowOptions, RowPlan> {
  /** Whether the mean is taken off. */
  readonly isCentred: boolean;
}

const FAMILY: Family<RowOp, RowOptions, RowPlan> = {
  operands: [
    { name: 'input' },
    { name: 'weight', isOptional: true },
    { name: 'bias', isOptional: true },
  ],

  plan({ name, isCentred }, [x, weight, bias], { eps, normalizedShape }) {
    const { shape } = x!;
    const outer = shape.length - normalizedShape.length;
    if (outer < 0 || !sameShape(shape.slice(outer), normalizedShape)) {
      const expected = ['...', ...normalizedShape].join(',');
      throw new ShapeError(
        `${name}: input: expected shape [${expected}], got ${formatShape(shape)}`,
      );
    }
    for (const [operand, spec] of Object.entries({ weight, bias })) {
      if (spec) checkSameShape(name, operand, normalizedShape, spec.shape);
    }
    const rows = sizeOf(shape.slice(0, outer));
    const saved = [{ shape: [rows, 2], dtype: 'float32' } as const];
    return { shape, rows, size: sizeOf(normalizedShape), eps, isCentred, saved };
  },

  forward: (y, inputs, plan, [statistics]) =>
    normalizeRows(y.pointer, inputs, plan, statistics?.pointer ?? 0),

  gradients: [
    gradInput,
    gradWeight,
    (to, accumulate, { gradOutput }) => sumTo(to, gradOutput, accumulate),
  ],
};

export const LAYER_NORM: RowOp = { family: FAMILY, name: 'layerNorm', isCentred: true };
export const RMS_NORM: RowOp = {
  name: 'rmsNorm',
  isCentred: false,
  family: {
    operands: [{ name: 'input' }, { name: 'weight', isOptional: true }],
    plan: (op, inputs, options) => FAMILY.plan(op, inputs, options),
    forward: (y, inputs, plan, saved) => FAMILY.forward(y, inputs, plan, saved),
    gradients: [gradInput, gradWeight],
  },
};

function normalizeRows(
  y: number,
  [x, weight, bias]: Inputs,
  { rows, size, eps, isCentred }: RowPlan,
  statistics: number,
): void {
  withVectors(size, weight, bias, (w, b) =>
    launch('layerNormForward', [y, x!.pointer, w, b, statistics, size, eps, isCentred], rows, {
      elements: x!.size,
    }),
  );
}

/** The addresses of weight and bias; of ones and zeros where there are none. */
function withVectors(
  size: number,
  weight: Tensor | undefined,
  bias: Tensor | undefined,
  body: (weight: number, bias: number) => void,
): void {
  if (weight && bias) return body(weight.pointer, bias.pointer);
  const write = (ones: number) => {
    const { f32 } = runtime().heap;
    f32.fill(1, ones / 4, ones / 4 + size);
    f32.fill(0, ones / 4 + size, ones / 4 + 2 * size);
  };
  withTable(8 * size, [], write, (ones) =>
    body(weight?.pointer ?? ones, bias?.pointer ?? ones + 4 * size),
  );
}

function gradInput(to: Tensor, accumulate: boolean, call: Call<RowPlan>): void {
  const { gradOutput, plan, saved } = call;
  const { rows, size, isCentred } = plan;
  const [x, weight] = call.inputs;
  const tensors = [to.pointer, gradOutput.pointer, x!.pointer] as const;
  withVectors(size, weight, weight, (w) =>
    launch(
      'layerNormGradInput',
      [...tensors, w, saved[0]!.pointer, size, isCentred, accumulate],
      rows,
      { elements: to.size },
    ),
  );
}

/** Σ dy·x̂ over the rows, with x̂, the input normalised, computed again. */
function gradWeight(to: Tensor, accumulate: boolean, call: Call<RowPlan>): void {
  const { inputs, gradOutput, plan } = call;
  withScratch(4 * gradOutput.size, (pointer) => {
    normalizeRows(pointer, [inputs[0]], plan, 0);
    sumTo(to, gradOutput, accumulate, { pointer, shape: gradOutput.shape });
  });
}

/**
 * Layer normalization (Ba, Kiros & Hinton, arxiv.org/abs/1607.06450): `y = (x − mean) / √(variance + eps) · weight + bias`
 * with the mean and the (biased) variance over the last axes, as in PyTorch.
 * @param x [..., ...normalizedShape]
 * @param normalizedShape of the last axes; a number is one axis
 * @param weight of that shape, or undefined: 1
 * @param bias of that shape, or undefined: 0
 * @throws TypeError, RangeError, ShapeError
 */
export function layerNorm(
  x: Tensor,
  normalizedShape: number | readonly number[],
  weight?: Tensor,
  bias?: Tensor,
  options: NormOptions = {},
): Tensor {
  checkArity('layerNorm', arguments.length, 5);
  const eps = checkNormOptions('layerNorm', options, 1e-5);
  const shape = checkNormalizedShape('layerNorm', normalizedShape);
  return apply(LAYER_NORM, [x, weight, bias], { eps, normalizedShape: shape });
}

/** Options of `rmsNorm`. */
export interface RmsNormOptions {
  /** Added to the mean square. Default 2⁻²³, of float32. */
  eps?: number;
}

/**
 * Root mean square normalization (Zhang & Sennrich, arxiv.org/abs/1910.07467): `y = x / √(mean(x²) + eps) · weight` with the
 * mean over the last axes, as in PyTorch.
 * @param x [..., ...normalizedShape]
 * @param normalizedShape of the last axes; a number is one axis
 * @param weight of that shape, or undefined: 1
 * @throws TypeError, RangeError, ShapeError
 */
export function rmsNorm(
  x: Tensor,
  normalizedShape: number | readonly number[],
  weight?: Tensor,
  options: RmsNormOptions = {},
): Tensor {
  checkArity('rmsNorm', arguments.length, 4);
  const eps = checkNormOptions('rmsNorm', options, 2 ** -23);
  const shape = checkNormalizedShape('rmsNorm', normalizedShape);
  return apply(RMS_NORM, [x, weight], { eps, normalizedShape: shape });
}

/** The shape as an array. @throws TypeError, RangeError unless it is a size, or some sizes, of at least 1 */
export function checkNormalizedShape(
  op: string,
  normalizedShape: number | readonly number[],
): readonly number[] {
  const shape = Array.isArray(normalizedShape)
    ? (normalizedShape as readonly number[])
    : [normalizedShape as number];
  if (shape.length === 0) {
    throw wrongKind(op, 'normalizedShape', 'a size or an array of sizes', normalizedShape);
  }
  for (const size of shape) checkInteger(op, 'normalizedShape', size, 1);
  return shape;
}
