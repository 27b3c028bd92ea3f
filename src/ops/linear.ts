import { checkArity } from '../check.js';
import { ShapeError } from '../errors.js';
import { recall } from '../memo.js';
import { checkOptions } from '../options.js';
import { launch, SCRATCH } from '../runtime/launch.js';
import { runtime } from '../runtime/runtime.js';
import { checkSameShape, formatShape, type Shape, sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { type Activation, activationBlock, ACTIVATIONS, checkActivation } from './activation.js';
import {
  linearGeometry,
  type LinearGeometry,
  planForward,
  planGradInput,
  planGradWeight,
  type ProductPlan,
} from './linear-plan.js';
import { apply, type Family, type Gradient, type Op, type Plan } from './op.js';
import { sumTo } from './reduce.js';

const FORWARD = { compute: planForward };
const GRAD_INPUT = { compute: planGradInput };
const GRAD_WEIGHT = { compute: planGradWeight };

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
    const geometry = geometryOf(name, x!.shape, weight!.shape);
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

function geometryOf(op: string, x: Shape, weight: Shape): LinearGeometry {
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
  return linearGeometry(sizeOf(x) / inFeatures, inFeatures, outFeatures);
}

/** The product behind `linear` and `matmul`. */
export function multiply(
  y: Tensor,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  g: LinearGeometry,
  activation: Activation | undefined,
): void {
  const plan = recall(FORWARD, g);
  const packed = weight.prepared('packed', plan.packedBytes, (to) =>
    runtime().kernels.linearPackWeight(to, weight.pointer, g.inFeatures, g.outFeatures),
  );
  const [b, f] = [bias?.pointer ?? 0, activationBlock(activation)];
  launchProduct([y.pointer, x.pointer, packed, b, f, 0], plan);
}

function gradientOfInput(
  gradInput: Tensor,
  gradOutput: Tensor,
  weight: Tensor,
  g: LinearGeometry,
  accumulate: boolean,
): void {
  const plan = recall(GRAD_INPUT, g);
  const packed = weight.prepared('transposed', plan.packedBytes, (to) =>
    runtime().kernels.linearPackWeightTransposed(to, weight.pointer, g.inFeatures, g.outFeatures),
  );
  const [dx, dy] = [gradInput.pointer, gradOutput.pointer];
  launchProduct([dx, dy, packed, 0, 0, accumulate ? dx : 0], plan);
}

function launchProduct(
  operands: readonly [
    y: number,
    x: number,
    packed: number,
    bias: number,
    activation: number,
    residual: number,
  ],
  plan: ProductPlan,
): void {
  const { rows, depth, columns, blockRows, partColumns } = plan;
  launch(
    'linearForward',
    [...operands, SCRATCH, rows, depth, columns, blockRows, partColumns],
    plan.tasks,
    plan,
  );
}

function gradientOfWeight(
  gradWeight: Tensor,
  x: Tensor,
  gradOutput: Tensor,
  g: LinearGeometry,
  accumulate: boolean,
): void {
  const { rows, inFeatures, outFeatures } = g;
  const plan = recall(GRAD_WEIGHT, g);
  const { blockColumns, partRows, piece } = plan;
  const [dw, dy] = [gradWeight.pointer, gradOutput.pointer];
  launch(
    'linearGradWeight',
    [
      ...([dw, x.pointer, dy, SCRATCH, rows, inFeatures, outFeatures] as const),
      ...([blockColumns, partRows, piece, accumulate] as const),
    ],
    plan.tasks,
    plan,
  );
}
