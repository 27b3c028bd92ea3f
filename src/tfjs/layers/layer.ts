import type { Value } from '../../imported/value.js';
import type { LayerConfig } from './config.js';

/** A layer that is ready to run: the function of its inputs and weights. */
export type LayerRun = (
  inputs: readonly [Value, ...Value[]],
  weights: readonly Value[],
) => Value | readonly Value[];

/** A weight that a layer asks for. */
export interface WeightRequest {
  /** Its names: Keras 2's, Keras 3's. */
  readonly names: readonly string[];
  /** Null for sizes that only the input tells. */
  readonly shape: readonly (number | null)[] | 'any';
  /** Whether it trains; running statistics do not. Default true. */
  readonly isTrained?: boolean;
  /** The names of the layers that it may belong to. Default: that of the layer. */
  readonly within?: readonly string[];
}

/** Asks for a weight, and gives its place among the weights that `LayerRun` gets. */
export type AskWeight = (request: WeightRequest) => number;

/** Makes a layer inside another. @throws FormatError */
export type MakeInner = (
  className: string,
  config: Readonly<Record<string, unknown>>,
  weight: AskWeight,
) => LayerRun;

/** Makes a layer of its configuration. @throws FormatError for what it cannot be */
export type MakeLayer = (config: LayerConfig, weight: AskWeight, make: MakeInner) => LayerRun;

/** Layers by the names of their classes. */
export type LayerClasses = Readonly<Record<string, MakeLayer>>;
