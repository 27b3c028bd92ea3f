import { DIGITS } from 'simdgrad/data';
import { isLayerType, type LayerSpec } from './layers.js';
import { type PresetName, PRESETS, presetLayers } from './presets.js';

export const OPTIMIZERS = ['sgd', 'adam', 'adamw', 'adadelta'] as const;
export type OptimizerName = (typeof OPTIMIZERS)[number];

export const SCHEDULES = ['constant', 'cosine', 'oneCycle'] as const;
export type ScheduleName = (typeof SCHEDULES)[number];

/** The rate that each optimizer begins with, as in the command. */
export const LEARNING_RATES: Readonly<Record<OptimizerName, number>> = {
  sgd: 0.01,
  adam: 0.001,
  adamw: 0.001,
  adadelta: 1,
};

/** All that decides which weights come out of a run, but for files. Plain data: it is sent, kept and put into addresses. */
export interface Settings {
  readonly trainSize: number;
  readonly testSize: number;
  /** What the layers were before they were changed. */
  readonly preset: PresetName;
  readonly layers: readonly LayerSpec[];
  readonly optimizer: OptimizerName;
  readonly lr: number;
  readonly schedule: ScheduleName;
  readonly batchSize: number;
  readonly epochs: number;
  readonly seed: number;
}

/** What the library draws. */
export const STROKES = { inputShape: [28, 28, 1], classNames: DIGITS };

const strokesLayers = (preset: PresetName) =>
  presetLayers(preset, STROKES.inputShape, STROKES.classNames.length);

export const DEFAULTS: Settings = {
  trainSize: 10_000,
  testSize: 2_000,
  preset: 'lenet',
  layers: strokesLayers('lenet'),
  optimizer: 'sgd',
  lr: LEARNING_RATES.sgd,
  schedule: 'constant',
  batchSize: 32,
  epochs: 5,
  seed: 0,
};

/** The numbers among the settings, and the least and the most that each may be. */
export const LIMITS = {
  trainSize: [100, 100_000],
  testSize: [100, 20_000],
  lr: [1e-6, 10],
  batchSize: [1, 1024],
  epochs: [1, 200],
  seed: [0, Number.MAX_SAFE_INTEGER],
} as const satisfies Partial<Record<keyof Settings, readonly [number, number]>>;

export type NumberName = keyof typeof LIMITS;

/** What of the settings is not as usual, as the query of an address; '' where all is. */
export function toQuery(settings: Settings): string {
  const query = new URLSearchParams();
  for (const key of ['preset', 'optimizer', 'schedule', ...Object.keys(LIMITS)] as const) {
    const value = settings[key as keyof Settings];
    if (value !== DEFAULTS[key as keyof Settings]) query.set(key, String(value));
  }
  const usual = strokesLayers(settings.preset);
  const layers = JSON.stringify(settings.layers);
  if (layers !== JSON.stringify(usual)) query.set('layers', layers);
  return query.toString();
}

/** The settings of a query; what is missing or makes no sense is as usual. */
export function fromQuery(text: string): Settings {
  const query = new URLSearchParams(text);
  const oneOf = <Name extends string>(key: string, names: readonly Name[], usual: Name) =>
    names.find((name) => name === query.get(key)) ?? usual;
  const optimizer = oneOf('optimizer', OPTIMIZERS, DEFAULTS.optimizer);
  const usual = { ...DEFAULTS, lr: LEARNING_RATES[optimizer] };
  const preset = oneOf('preset', PRESETS, DEFAULTS.preset);
  const numbers = Object.entries(LIMITS).map(([key, [least, most]]) => {
    const value = Number(query.get(key) ?? NaN);
    const isFit = value >= least && value <= most && (key === 'lr' || Number.isInteger(value));
    return [key, isFit ? value : usual[key as NumberName]];
  });
  return {
    ...usual,
    ...(Object.fromEntries(numbers) as Pick<Settings, NumberName>),
    preset,
    optimizer,
    schedule: oneOf('schedule', SCHEDULES, DEFAULTS.schedule),
    layers: layersOf(query.get('layers')) ?? strokesLayers(preset),
  };
}

function layersOf(text: string | null): LayerSpec[] | undefined {
  try {
    const layers = JSON.parse(text ?? 'null') as unknown;
    const isList = Array.isArray(layers) && layers.every((item) => isLayerType(item?.type));
    return isList ? (layers as LayerSpec[]) : undefined;
  } catch {
    return undefined;
  }
}

/** The command that trains the same network to the same bits; undefined where it has no such options. */
export function commandOf(settings: Settings): string | undefined {
  const { preset, schedule, optimizer, lr, seed, epochs, batchSize } = settings;
  const usual = strokesLayers(preset);
  const isCommands = preset === 'lenet' || preset === 'cifar';
  if (!isCommands || schedule !== 'constant') return undefined;
  if (JSON.stringify(usual) !== JSON.stringify(settings.layers)) return undefined;
  const { trainSize, testSize } = settings;
  const options = {
    model: preset,
    'train-size': trainSize,
    'test-size': testSize,
    epochs,
    'batch-size': batchSize,
    optimizer,
    lr,
    seed,
  };
  const words = Object.entries(options).map(([name, value]) => `--${name} ${value}`);
  return `npx simdgrad train --data strokes ${words.join(' ')}`;
}
