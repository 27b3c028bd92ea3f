import type { ClassScore } from '../../index.js';

/** Numbers in a row: typed arrays from the model, or plain ones from JSON. */
export type Values = Float32Array | Uint8Array | readonly number[];

/** One epoch of training. Accuracies are shares of one; a missing validation is left out. */
export interface EpochRecord {
  epoch: number;
  loss: number;
  accuracy: number;
  validationLoss?: number;
  validationAccuracy?: number;
  seconds: number;
  samplesPerSecond: number;
}

/** One line of a model summary. */
export interface LayerRow {
  name: string;
  outputShape: readonly number[];
  parameters: number;
}

/** A picture `[height, width, channels]`; a signal is a picture of height 1. */
export interface Picture {
  height: number;
  width: number;
  channels: number;
  /** In 0..1 (bytes: 0..255), or of any range, which is then stretched to fit. */
  values: Values;
}

/** The weights of a first layer, `[height, width, inChannels, count]`; height 1 for signals. */
export interface Filters {
  height: number;
  width: number;
  inChannels: number;
  count: number;
  values: Values;
}

/** What one layer made of the example: a picture whose channels are the maps. */
export interface ActivationMaps extends Picture {
  layer: string;
}

/** A wrong prediction with the picture it was made from; classes are indices of `classNames`. */
export interface PicturedMistake {
  image: Picture;
  truth: number;
  prediction: number;
  confidence: number;
}

/** Everything a report shows. */
export interface ReportData {
  title: string;
  layers: readonly LayerRow[];
  /** The options used, by name, in the order to show them. */
  options: Readonly<Record<string, string | number | boolean>>;
  /** When the report was made, as it is to be read. */
  createdAt: string;
  test: { accuracy: number; loss: number; examples: number };
  /** Training speed. */
  samplesPerSecond: number;
  weightsSha256: string;
  epochs: readonly EpochRecord[];
  classNames: readonly string[];
  /** Counts on the test data: rows are the truth, columns the prediction. */
  confusion: readonly (readonly number[])[];
  perClass: readonly ClassScore[];
  /** Left out by a model that does not start with a convolution. */
  filters?: Filters;
  /** An example and what the convolution and pooling layers made of it. */
  featureMaps?: { input: Picture; layers: readonly ActivationMaps[] };
  /** The most confident mistakes on the test data, the surest first. */
  mistakes: readonly PicturedMistake[];
}
