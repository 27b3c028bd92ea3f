import {
  Conv1d,
  crossEntropy,
  Flatten,
  Linear,
  MaxPool1d,
  ReLU,
  scope,
  Sequential,
  SGD,
  type Tensor,
  tensor,
} from '../../src/index.js';
import { type Cell, type Chapter, parameterCount, table, vector } from './chapter.js';

const LENGTH = 10;
const SIGNALS = 2 ** LENGTH;
const STEPS = 200;
const REPORT_EVERY = 40;

/** The filter of the first chapter, found by gradient descent. */
export function learning() {
  return scope(() => {
    const { x, labels } = everySignal();
    const start = [0.1, 0.2, 0.1];
    const otherStart = [0.3, 0.3, 0.3];
    const trained = train(start, x, labels);
    const other = train(otherStart, x, labels);
    return {
      title: 'Learning: descent finds the filter by itself',
      steps: {
        task: {
          text:
            'Nobody writes filters by hand. Here are all 1024 signals of ten 0s and 1s, and the question ' +
            'of the first chapter: is there a lone 1? The network is a filter of 3 with bias, ReLU, max ' +
            'pooling over the whole signal, a dense layer to two logits; cross-entropy and SGD.',
          values: {
            signals: SIGNALS,
            'with a lone 1': vector(labels).reduce((sum, label) => sum + label, 0),
            parameters: trained.parameters,
          },
        },
        training: {
          text: 'After a few steps it answers all of them correctly.',
          values: { training: trained.history },
        },
        filter: {
          text:
            'And the filter that it has found, from a start that says little, is nearly a multiple of ' +
            '[−1, 1, −1], with next to no bias.',
          values: { start, learned: trained.filter, bias: trained.bias },
        },
        otherStart: {
          text:
            'Not every start leads there. From three equal weights a little larger the same descent gets ' +
            'stuck: that is why layers have banks of many filters, each with its own random start.',
          values: {
            start: otherStart,
            learned: other.filter,
            'right of 1024': other.history.at(-1)![2]!,
          },
        },
      },
    } satisfies Chapter;
  });
}

/** Trains on all signals at once, from this filter. */
function train(start: readonly number[], x: Tensor, labels: Tensor) {
  const filter = new Conv1d(1, 1, 3, { padding: 1 });
  const dense = new Linear(1, 2);
  using model = new Sequential(filter, new ReLU(), new MaxPool1d(LENGTH), new Flatten(), dense);
  filter.weight.assign(start);
  filter.bias!.assign([0]);
  dense.weight.assign([-1, 1]);
  dense.bias!.assign([0, 0]);
  using optimizer = new SGD(model.parameters(), { lr: 1 });
  const history: Cell[][] = [['step', 'loss', 'right of 1024']];
  for (let step = 0; step <= STEPS; step++) {
    optimizer.zeroGrad();
    const loss = scope(() => {
      const value = crossEntropy(model.forward(x), labels);
      value.backward();
      return value.item();
    });
    if (step % REPORT_EVERY === 0) history.push([step, loss, rightAnswers(model, x, labels)]);
    optimizer.step();
  }
  return {
    parameters: parameterCount(model),
    history,
    filter: vector(filter.weight),
    bias: filter.bias!.item(),
  };
}

/** Every signal of ten 0s and 1s, and whether it has a lone 1. */
function everySignal(): { x: Tensor; labels: Tensor } {
  const signals = Array.from({ length: SIGNALS }, (_, bits) =>
    Array.from({ length: LENGTH }, (_, i) => (bits >> i) & 1),
  );
  const hasLone = (signal: readonly number[]) =>
    signal.some((bit, i) => bit === 1 && !signal[i - 1] && !signal[i + 1]);
  return {
    x: tensor(signals.flat(), [SIGNALS, LENGTH, 1]),
    labels: tensor(Int32Array.from(signals, (signal) => Number(hasLone(signal)))),
  };
}

function rightAnswers(model: Sequential, x: Tensor, labels: Tensor): number {
  const logits = scope(() => table(model.predict(x)));
  const truth = labels.data();
  return logits.filter(([no, yes], i) => Number(yes! > no!) === truth[i]).length;
}
