import type { EpochRecord, LayerConfig, ModelFiles, Shape } from 'simdgrad';
import type { LayerSpec } from './layers.js';
import type { Settings } from './settings.js';

// What the page and its worker say to each other: plain data.

/** A file that was picked, with its name. */
export interface PickedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The data of a run, as the page shows them. */
export interface DataInfo {
  readonly name: string;
  readonly inputShape: Shape;
  readonly classNames: readonly string[];
  readonly trainLength: number;
  readonly testLength: number;
  /** Some training samples as they are stored. */
  readonly samples: readonly Labelled[];
}

export interface Labelled {
  readonly values: Uint8Array | Float32Array;
  readonly label: number;
}

/** What a network comes to, card by card. */
export interface Plan {
  readonly layers: readonly {
    readonly outputShape: Shape;
    readonly parameters: number;
    readonly multiplyAdds: number;
  }[];
  /** The layer that cannot be, and the library's sentence. */
  readonly error?: { readonly index: number; readonly message: string };
}

/** A point of the curves; `at` counts epochs, with fractions. */
export interface Point {
  readonly at: number;
  readonly loss: number | null;
  readonly accuracy: number | null;
  readonly testLoss: number | null;
  readonly testAccuracy: number | null;
}

export interface Mistake extends Labelled {
  readonly prediction: number;
  readonly confidence: number;
}

/** The filters of the first convolution, [height, width, inChannels, count]; of height 1 over series. */
export interface Filters {
  readonly height: number;
  readonly width: number;
  readonly inChannels: number;
  readonly count: number;
  readonly values: Float32Array;
}

/** What the network makes of held-out samples. */
export interface Probe {
  readonly samples: number;
  readonly accuracy: number;
  readonly loss: number;
  readonly confusion: readonly (readonly number[])[];
  readonly mistakes: readonly Mistake[];
  readonly filters: Filters | undefined;
}

export interface Progress {
  /** The share of the run that is done. */
  readonly share: number;
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly steps: number;
  readonly samplesPerSecond: number;
  readonly secondsLeft: number;
}

/** A run that was interrupted, as the store keeps it. */
export interface KeptRun {
  readonly settings: Settings;
  readonly files: readonly PickedFile[];
  readonly checkpoint: Uint8Array;
  readonly points: readonly Point[];
}

/** Each call of the page: what is sent, and what comes back. */
export interface Calls {
  start: { request: { threads: number }; result: { threads: number; reasons: readonly string[] } };
  data: { request: { settings: Settings; files: readonly PickedFile[] }; result: DataInfo };
  plan: {
    request: { layers: readonly LayerSpec[]; inputShape: Shape; classes: number };
    result: Plan;
  };
  train: {
    request: {
      settings: Settings;
      files: readonly PickedFile[];
      resume?: KeptRun;
      /** Weights to begin with. */
      model?: ModelFiles;
      paused: boolean;
    };
    result: Outcome;
  };
  pause: { request: null; result: null };
  step: { request: null; result: null };
  goOn: { request: null; result: null };
  stop: { request: null; result: null };
  save: { request: null; result: ModelFiles };
  /** The layers of a saved network. */
  layers: { request: ModelFiles; result: readonly LayerConfig[] };
}

/** How a run ended. */
export interface Outcome {
  readonly stopped: boolean;
  readonly history: readonly EpochRecord[];
  readonly sha256: string;
  readonly seconds: number;
  readonly samplesPerSecond: number;
}

export type CallName = keyof Calls;

export type Request = {
  [Name in CallName]: { id: number; type: Name; payload: Calls[Name]['request'] };
}[CallName];

export interface PlainError {
  readonly name: string;
  readonly message: string;
}

export type Reply =
  { id: number; result: Calls[CallName]['result'] } | { id: number; error: PlainError };

/** What the worker says of its own accord. */
export type Report =
  | { readonly type: 'begun' }
  | { readonly type: 'progress'; readonly progress: Progress; readonly point?: Point }
  | { readonly type: 'probe'; readonly probe: Probe; readonly point: Point }
  | { readonly type: 'paused'; readonly sha256: string };
