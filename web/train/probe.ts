import { confusionMatrix, Conv1d, Conv2d, type Dataset, predict, type Sequential } from 'simdgrad';
import type { Filters, Mistake, Probe } from './protocol.js';

const SHOWN_MISTAKES = 12;

/** What a network makes of samples that it has not learned from. */
export async function probe(model: Sequential, data: Dataset): Promise<Probe> {
  const { data: logits } = await predict(model, data);
  const classes = data.classNames.length;
  const width = logits.length / data.length;
  const predictions = new Int32Array(data.length);
  const confidences = new Float64Array(data.length);
  let loss = 0;
  for (let i = 0; i < data.length; i++) {
    const shares = softmax(logits.subarray(i * width, i * width + classes));
    predictions[i] = shares.indexOf(Math.max(...shares));
    confidences[i] = shares[predictions[i]!]!;
    loss -= Math.log(Math.max(shares[data.labels[i]!]!, Number.MIN_VALUE)) / data.length;
  }
  const confusion = confusionMatrix(data.labels, predictions, classes);
  const right = confusion.reduce((sum, row, c) => sum + row[c]!, 0);
  return {
    samples: data.length,
    accuracy: right / data.length,
    loss,
    confusion,
    mistakes: surestMistakes(data, predictions, confidences),
    filters: firstFilters(model),
  };
}

/** Only shown: the engine's own `exp` will do. */
function softmax(logits: Float32Array): number[] {
  const largest = Math.max(...logits);
  const powers = Array.from(logits, (value) => Math.exp(value - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** The wrong answers that the network was surest of. */
function surestMistakes(
  data: Dataset,
  predictions: Int32Array,
  confidences: Float64Array,
): Mistake[] {
  const wrong = Array.from(predictions.keys()).filter((i) => predictions[i] !== data.labels[i]);
  return wrong
    .sort((a, b) => confidences[b]! - confidences[a]!)
    .slice(0, SHOWN_MISTAKES)
    .map((i) => ({
      values: data.raw(i).slice(),
      label: data.labels[i]!,
      prediction: predictions[i]!,
      confidence: confidences[i]!,
    }));
}

function firstFilters(model: Sequential): Filters | undefined {
  const layer = model.layers.find((each) => each instanceof Conv2d || each instanceof Conv1d);
  if (!layer) return undefined;
  const { weight } = layer as Conv2d | Conv1d;
  const [height, width, inChannels, count] =
    weight.shape.length === 3 ? [1, ...weight.shape] : weight.shape;
  return {
    height: height!,
    width: width!,
    inChannels: inChannels!,
    count: count!,
    values: weight.data() as Float32Array,
  };
}
