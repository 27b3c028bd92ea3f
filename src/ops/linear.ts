import { checkArity } from '../check.js';
import { ShapeError } from '../errors.js';
import { checkOptions } from '../options.js';
import { checkSameShape, formatShape, type Shape, sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { type Activation, activationBlock, ACTIVATIONS, checkActivation } from './activation.js';
import { apply, type Family, type Op, type Plan } from './op.js';
import { multiply, ONE_PRODUCT, type Sizes } from './product.js';
import { sumTo } from './reduce.js';

/** Options of `linear`. */
export interface LinearOptions {
  /** What is applied to the output in the same pass. Default nothing. */
  activation?: Activation | undefined;
}

interface LinearPlan extends Plan, Sizes {
  readonly activation?: Activation | undefined;
}

type LinearOp = Op<LinearOptions, LinearPlan>;

const FAMILY: Family<LinearOp, LinearOptions, LinearPlan> = {
  operands: [
    { name: 'input' },
    { name: 'weight', rank: 2 },
    { name: 'bias', rank: 1, isOptional: true },
  ],
  activations: ACTIVATIONS,

  plan({ name }, [x, weight, bias], { activation }) {
    const sizes = sizesOf(name, x!.shape, weight!.shape);
    if (bias) checkSameShape(name, 'bias', [sizes.columns], bias.shape);
    checkActivation(name, activation);
    return { shape: [...x!.shape.slice(0, -1), sizes.columns], ...sizes, activation };
  },

  multiplyAdds: ({ rows, depth, columns }) => rows * depth * columns,

  forward(y, [x, weight, bias], plan) {
    const epilogue = { bias: bias?.pointer ?? 0, activation: activationBlock(plan.activation) };
    multiply(y, x!, ownMatrix(weight!), plan, ONE_PRODUCT, false, epilogue);
  },

  gradients: [
    (gradInput, accumulate, { gradOutput, inputs: [, weight], plan: { rows, depth, columns } }) => {
      const sizes = { rows, depth: columns, columns: depth };
      const transposed = { ...ownMatrix(weight!), isTransposed: true };
      multiply(gradInput, gradOutput, transposed, sizes, ONE_PRODUCT, accumulate);
    },
    (gradWeight, accumulate, { gradOutput, inputs: [x], plan: { rows, depth, columns } }) => {
      const sizes = { rows: depth, depth: rows, columns };
      const transposed = { pointer: x!.pointer, isTransposed: true };
      multiply(gradWeight, transposed, gradOutput, sizes, ONE_PRODUCT, accumulate);
    },
    (gradBias, accumulate, { gradOutput }) => sumTo(gradBias, gradOutput, accumulate),
  ],
};

const ownMatrix = (owner: Tensor) => ({ pointer: owner.pointer, owner });

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

function sizesOf(op: string, x: Shape, weight: Shape): Sizes {
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
  return { rows: sizeOf(x) / inFeatures, depth: inFeatures, columns: outFeatures };
}
