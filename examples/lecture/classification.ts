import { crossEntropy, scope, SGD, softmax, type Tensor, tensor } from '../../src/index.js';
import { type Cell, type Chapter, table, vector } from './chapter.js';

/** ln 1, ln 2, ln 5: the softmax gives 1/8, 2/8 and 5/8. */
const LOGITS = [0, 0.6931471805599453, 1.6094379124341003];
const LABEL = 1;
const CLASSES = [0, 1, 2];

/** Negative log-likelihood, its gradient, and descent along it. */
export function classification() {
  return scope(() => {
    const logits = tensor(LOGITS, [1, 3], { requiresGrad: true });
    const probabilities = vector(softmax(logits));
    const loss = crossEntropy(logits, labels(LABEL));
    loss.backward();
    return {
      title: 'Classification: negative log-likelihood',
      steps: {
        softmax: {
          text:
            'A network gives each class a number, its logit. Softmax makes probabilities of them: e to the ' +
            'power of each, divided by their sum 1 + 2 + 5 = 8.',
          values: { class: CLASSES, logits: LOGITS, softmax: probabilities },
        },
        loss: {
          text:
            'The loss is −log of the probability that the true class got, here class 1. A sure and right ' +
            'answer (probability 1) costs 0; the less likely it thought the truth, the more it pays. ' +
            'crossEntropy does softmax and logarithm in one.',
          values: {
            'probability of class 1': probabilities[LABEL]!,
            '−log of it': -Math.log(probabilities[LABEL]!),
            crossEntropy: loss.item(),
          },
        },
        gradient: {
          text:
            'Its gradient is as simple as can be: softmax − onehot. The true class is to go up, each other ' +
            'one down by as much as it was believed. They sum to 0.',
          values: {
            softmax: probabilities,
            onehot: CLASSES.map((c) => (c === LABEL ? 1 : 0)),
            gradient: vector(logits.grad!),
          },
        },
        batch: batchStep(),
        sgd: sgdStep(),
      },
    } satisfies Chapter;
  });
}

function batchStep() {
  const logits = tensor([...LOGITS, 0, 0, 0], [2, 3], { requiresGrad: true });
  const targets = labels(LABEL, 0);
  const losses = crossEntropy(logits, targets, { reduction: 'none' });
  const loss = crossEntropy(logits, targets);
  loss.backward();
  return {
    text:
      'For several examples the loss is the mean, and each gets its share of the gradient. The second one ' +
      'here knows nothing (all logits 0, so 1/3 each) and is of class 0.',
    values: { losses: vector(losses), mean: loss.item(), gradient: table(logits.grad!) },
  };
}

function sgdStep() {
  const logits = tensor(LOGITS, [1, 3], { requiresGrad: true });
  using optimizer = new SGD([logits], { lr: 1 });
  const rows: Cell[][] = [['step', 'softmax 0', 'softmax 1', 'softmax 2', 'loss']];
  for (let step = 0; step <= 5; step++) {
    const loss = crossEntropy(logits, labels(LABEL));
    rows.push([step, ...vector(softmax(logits)), loss.item()]);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
  }
  return {
    text: 'Steps of gradient descent (lr = 1) on the logits: class 1 becomes likely, the loss falls.',
    values: { steps: rows },
  };
}

function labels(...classes: number[]): Tensor {
  return tensor(new Int32Array(classes));
}
