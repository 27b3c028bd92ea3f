import { checkArity } from '../check.js';
import { compose, record } from '../autograd.js';
import { ShapeError } from '../errors.js';
import { checkOptions } from '../options.js';
import { launch, LINE, SCRATCH } from '../runtime/launch.js';
import { runtime } from '../runtime/runtime.js';
import { checkSameShape, checkShape, formatShape, type Shape } from '../shape.js';
import { Tensor } from '../tensor.js';
import {
  activate,
  type Activation,
  activationGradient,
  checkActivation,
  runsApart,
  activationBlock,
} from './activation.js';
import { addBiasGradient } from './bias.js';
import { checkTensor } from './check.js';
import { packedColumns } from './packed-columns.js';

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
  checkTensor('linear', 'input', x);
  checkTensor('linear', 'weight', weight, { rank: 2 });
  checkOptions('linear', options, ['activation']);
  const g = linearGeometry(x, weight);
  if (bias !== undefined) {
    checkTensor('linear', 'bias', bias, { rank: 1 });
    checkSameShape('linear', 'bias', [g.outFeatures], bias.shape);
  }
  checkActivation('linear', options.activation);
  return multiply('linear', x, weight, bias, g, options.activation, [
    ...x.shape.slice(0, -1),
    g.outFeatures,
  ]);
}

/** The product behind `linear` and `matmul`, on checked operands. @throws ShapeError */
export function multiply(
  op: string,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  g: LinearGeometry,
  activation: Activation | undefined,
  outputShape: Shape,
): Tensor {
  checkShape(op, 'output', outputShape);
  if (runsApart(activation, [x, weight, bias])) {
    return compose(() =>
      activate(multiply(op, x, weight, bias, g, undefined, outputShape), activation),
    );
  }
  const y = Tensor.computed(outputShape, (result) =>
    forward(result, x, weight, bias, g, activation),
  );
  return record(op, y, [x, weight, bias], (gradOutput, addGradient, mayOverwrite) => {
    const gradSums = activationGradient(activation, gradOutput, y, mayOverwrite);
    addGradient(x, (gradInput, accumulate) =>
      gradientOfInput(gradInput, gradSums, weight, g, accumulate),
    );
    addGradient(weight, (gradWeight, accumulate) =>
      gradientOfWeight(gradWeight, x, gradSums, g, accumulate),
    );
    addBiasGradient(addGradient, bias, gradSums);
  });
}

function linearGeometry(x: Tensor, weight: Tensor): LinearGeometry {
  const [inFeatures, outFeatures] = weight.shape as [number, number];
  if (weight.size === 0) {
    throw new ShapeError(
      `linear: weight: expected axes of at least 1, got ${formatShape(weight.shape)}`,
    );
  }
  if (x.shape.at(-1) !== inFeatures) {
    throw new ShapeError(
      `linear: input features: expected ${inFeatures} (weight ${formatShape(weight.shape)}), ` +
        `got ${x.shape.at(-1) ?? 'none'} (input ${formatShape(x.shape)})`,
    );
  }
  return { rows: x.size / inFeatures, inFeatures, outFeatures };
}

function forward(
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
