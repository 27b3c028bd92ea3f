import { checkArity } from '../../check.js';
import { checkOptions } from '../../options.js';
import { runtime } from '../../runtime/runtime.js';
import { checkSameShape, sizeOf } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { type Activation, ACTIVATIONS, checkActivation } from '../activation.js';
import { checkRank } from '../check.js';
import { identityGradient } from '../identity.js';
import { apply, type Family, type Op, type Plan } from '../op.js';
import { sumTo } from '../reduce.js';
import type { ConvAlgorithm } from './algorithm.js';
import type { Dimensions } from './axes.js';
import { chooseConv2d } from './choose.js';
import { throughDepth } from './depth.js';
import {
  type Conv2dGeometry,
  type Conv3dGeometry,
  convGeometry,
  isDepthwise,
  shapeOf,
} from './geometry.js';
import { CONV_TRANSPOSE_WINDOWS, CONV_WINDOWS, type AnyConvOptions } from './options.js';

/** A convolution of signals, pictures or volumes, or its transpose: the input gradient of one as an op of its own. */
export interface ConvOp extends Op<AnyConvOptions, ConvPlan>, Dimensions {
  /** How its passes are computed. */
  algorithmsOf(geometry: AnyGeometry): Algorithms;
}

type AnyGeometry = Conv2dGeometry | Conv3dGeometry;

/** The algorithm of each pass. */
type Algorithms = Readonly<
  Record<'forward' | 'gradInput' | 'gradWeight', ConvAlgorithm<AnyGeometry>>
>;

const RESIDUAL = 3;

interface ConvPlan extends Plan {
  /** Of the convolution, also where this is its transpose. */
  readonly geometry: AnyGeometry;
  readonly algorithmsOf: ConvOp['algorithmsOf'];
  readonly isTransposed: boolean;
  readonly activation: Activation | undefined;
}

/**
 * The transpose of a convolution computes what its input gradient does, and the other way round; its weight has the
 * layout of that convolution's. The residual, of the output's shape, is added before the activation in the same pass.
 */
const FAMILY: Family<ConvOp, AnyConvOptions, ConvPlan> = {
  operands: [
    { name: 'input' },
    { name: 'weight' },
    { name: 'bias', rank: 1, isOptional: true },
    { name: 'residual', isOptional: true },
  ],

  plan(op, [x, w, bias, residual], options) {
    const { name, axes, isTransposed, algorithmsOf } = op;
    checkRank(name, 'input', x!.shape, axes + 2);
    checkRank(name, 'weight', w!.shape, axes + 2);
    const windows = isTransposed ? CONV_TRANSPOSE_WINDOWS : CONV_WINDOWS;
    checkOptions(name, options, [...windows, 'activation']);
    const geometry = convGeometry(op, x!.shape, w!.shape, options);
    const shape = shapeOf(geometry, axes, isTransposed ? 'in' : 'out');
    if (bias) checkSameShape(name, 'bias', shape.slice(-1), bias.shape);
    if (residual) checkSameShape(name, 'residual', shape, residual.shape);
    checkActivation(name, options.activation);
    return { shape, geometry, isTransposed, algorithmsOf, activation: options.activation };
  },

  multiplyAdds({ isTransposed, shape }, [x, w]) {
    const convolved = isTransposed ? x!.shape : shape;
    return (sizeOf(convolved) / convolved.at(-1)!) * sizeOf(w!.shape);
  },

  // Depthwise kernels take a residual in the place of y for sums to go on with, and no bias then.
  inPlace: ({ geometry, isTransposed }) =>
    isTransposed || !('kernelHeight' in geometry) || isDepthwise(geometry) ? [] : [RESIDUAL],

  forward(y, [x, w, bias, residual], { geometry, isTransposed, algorithmsOf, activation }) {
    const ending = { bias, residual, activation };
    const { forward, gradInput } = algorithmsOf(geometry);
    if (isTransposed) gradInput.gradInput(y, x!, w!, geometry, ending);
    else forward.forward(y, x!, w!, geometry, ending);
  },

  activations: ACTIVATIONS,

  gradients: [
    (
      dx,
      accumulate,
      { inputs: [, w], gradOutput, plan: { geometry, isTransposed, algorithmsOf } },
    ) => {
      const ending = { residual: accumulate ? dx : undefined };
      const { forward, gradInput } = algorithmsOf(geometry);
      if (isTransposed) forward.forward(dx, gradOutput, w!, geometry, ending);
      else gradInput.gradInput(dx, gradOutput, w!, geometry, ending);
    },

    (
      dw,
      accumulate,
      { inputs: [x], gradOutput, plan: { geometry, isTransposed, algorithmsOf } },
    ) => {
      const [from, to] = isTransposed ? [gradOutput, x!] : [x!, gradOutput];
      algorithmsOf(geometry).gradWeight.gradWeight(dw, from, to, geometry, accumulate);
    },

    (db, accumulate, { gradOutput }) => sumTo(db, gradOutput, accumulate),

    identityGradient,
  ],
};

const inPlane = (geometry: Conv2dGeometry) => chooseConv2d(geometry, runtime().precision);

const VOLUMES = { forward: throughDepth, gradInput: throughDepth, gradWeight: throughDepth };
const inVolume = () => VOLUMES as Algorithms;

export const CONV1D: ConvOp = {
  family: FAMILY,
  name: 'conv1d',
  axes: 1,
  isTransposed: false,
  algorithmsOf: inPlane,
};
export const CONV2D: ConvOp = {
  family: FAMILY,
  name: 'conv2d',
  axes: 2,
  isTransposed: false,
  algorithmsOf: inPlane,
};
export const CONV3D: ConvOp = {
  family: FAMILY,
  name: 'conv3d',
  axes: 3,
  isTransposed: false,
  algorithmsOf: inVolume,
};
export const CONV_TRANSPOSE1D: ConvOp = {
  family: FAMILY,
  name: 'convTranspose1d',
  axes: 1,
  isTransposed: true,
  algorithmsOf: inPlane,
};
export const CONV_TRANSPOSE2D: ConvOp = {
  family: FAMILY,
  name: 'convTranspose2d',
  axes: 2,
  isTransposed: true,
  algorithmsOf: inPlane,
};
export const CONV_TRANSPOSE3D: ConvOp = {
  family: FAMILY,
  name: 'convTranspose3d',
  axes: 3,
  isTransposed: true,
  algorithmsOf: inVolume,
};

/**
 * What the functions of this family do with their arguments.
 * @param given the number of these
 */
export function callConv(
  op: ConvOp,
  given: number,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  options: AnyConvOptions,
): Tensor {
  checkArity(op.name, given, 4);
  return apply(op, [x, weight, bias], options);
}
