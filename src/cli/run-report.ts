import {
  Conv1d,
  Conv2d,
  type Dataset,
  type EpochRecord,
  type Module,
  noGrad,
  scope,
  type Sequential,
  type Shape,
  summary,
  tensor,
} from '../index.js';
import type { RunData } from './data.js';
import { mostConfidentMistakes } from './metrics.js';
import { flag, OPTION_NAMES, type RunOptions } from './options.js';
import type { ActivationMaps, Filters, LayerRow, Picture, ReportData } from './report.js';
import { meanSpeed, shownEpoch, type TestResult } from './results.js';

const MISTAKES = 24;
const MAPPED_LAYERS = /^(Conv|MaxPool|AvgPool)/;

/** What a report is made of. */
export interface FinishedRun {
  readonly title: string;
  readonly options: RunOptions;
  readonly model: Sequential;
  readonly data: RunData;
  readonly history: readonly EpochRecord[];
  readonly result: TestResult;
  readonly weightsSha256: string;
}

/** Gathers what `renderReport` shows. */
export function reportData(run: FinishedRun, now = new Date()): ReportData {
  const { title, options, model, data, history, result } = run;
  const filters = firstFilters(model);
  return {
    title,
    layers: layerRows(model, data.train.inputShape),
    options: shownOptions(options, data),
    createdAt: `${now.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    test: { accuracy: result.accuracy, loss: result.loss, examples: data.test.length },
    samplesPerSecond: meanSpeed(history),
    weightsSha256: run.weightsSha256,
    epochs: history.map(shownEpoch),
    classNames: data.test.classNames,
    confusion: result.confusion,
    perClass: result.perClass,
    ...(filters ? { filters } : {}),
    featureMaps: { input: pictureOf(data.test, 0), layers: activationMaps(model, data.test, 0) },
    mistakes: mistakesOf(data.test, result),
  };
}

/** One line for each layer of a model, without the batch in its shape; without shapes where the input's is unknown. */
export function layerRows(model: Module, inputShape: Shape | undefined): LayerRow[] {
  if (inputShape === undefined) return leafRows('', model);
  return summary(model, inputShape).layers.map(({ path, type, outputShape, parameters }) => ({
    name: `${path} ${type}`,
    outputShape: outputShape.slice(1),
    parameters,
  }));
}

function leafRows(path: string, layer: Module): LayerRow[] {
  const children = layer.children();
  if (children.length > 0) {
    return children.flatMap(([name, child]) => leafRows(path ? `${path}.${name}` : name, child));
  }
  const parameters = layer.parameters().reduce((sum, { size }) => sum + size, 0);
  return [{ name: `${path} ${layer.config().type}`.trimStart(), outputShape: [], parameters }];
}

/** Shown elsewhere on the page, or as what came of them: how many samples there are. */
const NOT_SHOWN: readonly (keyof RunOptions)[] = [
  'data',
  'model',
  'trainSize',
  'testSize',
  'valSplit',
];

/** The options of a run, by the names that they are shown under, and the sizes of its data. */
function shownOptions(
  options: RunOptions,
  { train, validation, test }: RunData,
): Record<string, string | number> {
  const shown = OPTION_NAMES.flatMap((key) => {
    const value = options[key];
    if (value === undefined || NOT_SHOWN.includes(key)) return [];
    // A seed is to be copied: its thousands are not grouped.
    return [[flag(key).slice(2), key === 'seed' ? String(value) : value] as const];
  });
  return {
    'training examples': train.length,
    'validation examples': validation ? validation.length : 'the test data',
    'test examples': test.length,
    ...Object.fromEntries(shown),
  };
}

function firstFilters(model: Sequential): Filters | undefined {
  const [layer] = model.layers;
  if (!(layer instanceof Conv2d || layer instanceof Conv1d)) return undefined;
  const { shape } = layer.weight;
  const [height, width, inChannels, count] = shape.length === 3 ? [1, ...shape] : shape;
  return {
    height: height!,
    width: width!,
    inChannels: inChannels!,
    count: count!,
    values: layer.weight.data() as Float32Array,
  };
}

function activationMaps(model: Sequential, test: Dataset, index: number): ActivationMaps[] {
  const { input } = test.sample(index);
  const maps: ActivationMaps[] = [];
  scope(() =>
    noGrad(() => {
      model.layers.reduce(
        (value, layer, i) => {
          const output = layer.forward(value);
          const { type } = layer.config();
          if (MAPPED_LAYERS.test(type)) {
            const values = output.data() as Float32Array;
            maps.push({ layer: `${i} ${type}`, ...picture(output.shape.slice(1), values) });
          }
          return output;
        },
        tensor(input, [1, ...test.inputShape]),
      );
    }),
  );
  return maps;
}

function mistakesOf(test: Dataset, { predictions, confidences }: TestResult) {
  const mistakes = mostConfidentMistakes(test.labels, predictions, confidences, MISTAKES);
  return mistakes.map(({ index, ...mistake }) => ({ image: pictureOf(test, index), ...mistake }));
}

/** A sample as it is stored. */
const pictureOf = (data: Dataset, index: number) => picture(data.inputShape, data.raw(index));

/** A picture [height, width, channels], or a series [length, channels] as one of height 1. */
function picture(shape: Shape, values: Float32Array | Uint8Array): Picture {
  const [height, width, channels] = shape.length === 2 ? [1, ...shape] : shape;
  return { height: height!, width: width!, channels: channels!, values };
}
