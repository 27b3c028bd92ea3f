import type { Tensor } from '../../tensor.js';
import { type Activation, activationBlock } from '../activation.js';
import type { Conv2dGeometry } from './geometry.js';

/** What a kernel of a convolution does with its sums in the same pass: y = activation(residual + bias + Σ …). */
export interface Ending {
  readonly bias?: Tensor | undefined;
  /** Of y's shape. Where it is y itself, the sums are added to what is there; there is no bias then. */
  readonly residual?: Tensor | undefined;
  readonly activation?: Activation | undefined;
}

/** One way to compute a convolution and its gradients, on tensors whose shapes are checked. */
export interface ConvAlgorithm<Geometry> {
  /** y of x. */
  forward(y: Tensor, x: Tensor, weight: Tensor, geometry: Geometry, ending: Ending): void;
  /** dx of dy, which is y of x for the transposed convolution. */
  gradInput(
    gradInput: Tensor,
    gradOutput: Tensor,
    weight: Tensor,
    geometry: Geometry,
    ending: Ending,
  ): void;
  /** Overwrites gradWeight, or adds to it. */
  gradWeight(
    gradWeight: Tensor,
    x: Tensor,
    gradOutput: Tensor,
    geometry: Geometry,
    accumulate: boolean,
  ): void;
}

/** One for signals and pictures. */
export type Conv2dAlgorithm = ConvAlgorithm<Conv2dGeometry>;

/** The ending as the kernels take it, 0 for what there is not; good for the next call. */
export function endingArguments({
  bias,
  activation,
  residual,
}: Ending): [bias: number, activation: number, residual: number] {
  return [bias?.pointer ?? 0, activationBlock(activation), residual?.pointer ?? 0];
}
