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
import { flag, PARSERS, type RunOptions } from './options.js';
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
    model: options.model,
    layers: layerRows(model, data.train.inputShape),
    dataset: data.name,
    options: shownOptions(options, data),
    createdAt: `${now.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    test: { accuracy: result.accuracy, loss: result.loss, examples: data.test.length },
    imagesPerSecond: meanSpeed(history),
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

/** One line for each layer of a model, without the batch in its shape. */
export function layerRows(model: Module, inputShape: Shape): LayerRow[] {
  return summary(model, inputShape).layers.map(({ path, type, outputShape, parameters }) => ({
    name: `${path} ${type}`,
    outputShape: outputShape.slice(1),
    parameters,
  }));
}

/** The options of a run, by the names that they are shown under, and the sizes of its data. */
function shownOptions(
  options: RunOptions,
  { name, train, test }: RunData,
): Record<string, string | number> {
  const { data: _data, trainSize: _trainSize, testSize: _testSize, ...others } = PARSERS;
  const shown = (Object.keys(others) as (keyof typeof others)[]).flatMap((key) => {
    const value = options[key];
    return value === undefined ? [] : [[flag(key).slice(2), value] as const];
  });
  return {
    data: name,
    'training examples': train.length,
    'test examples': test.length,
    validation: 'the test data',
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
