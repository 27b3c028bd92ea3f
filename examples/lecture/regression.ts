import {
  checkGradients,
  conv1d,
  linear,
  mse,
  relu,
  reshape,
  scope,
  SGD,
  type Tensor,
  tensor,
} from '../../src/index.js';
import { type Cell, type Chapter, table, vector } from './chapter.js';

const X = [2, 1, -1, 3, 1];
const Y = 1;
const W1 = [1, -2, 1];
const W2 = [1, -1, 0.5, 2, -1];

const TOLERANCE = 1e-3;

/** Z¹ = w*x, A¹ = ReLU(Z¹), A² = W²ᵀA¹ and the loss (A² − y)², forward and backward. */
export function regression() {
  return scope(() => {
    const factors = { dZdW: gradientOfZ(), dAdZ: gradientOfA(), dLdA: gradientOfLoss() };
    return {
      title: 'Regression: squared error, and the gradient by the chain rule',
      steps: {
        forward: forwardStep(),
        filter: {
          text:
            'How does Z¹ change with the filter? ∂Z¹/∂W¹ has a row for each weight and a column for each ' +
            'place of Z¹. The rows are x itself, shifted, with the zeros of the padding. (The library ' +
            'gives column i as the gradient of Z¹ᵢ alone: backward with a 1 at place i.)',
          values: { x: X, '∂Z¹/∂W¹': factors.dZdW },
        },
        relu: {
          text: '∂A¹/∂Z¹ is diagonal: 1 where Z¹ was positive, 0 where ReLU has cut it off.',
          values: { '∂A¹/∂Z¹': factors.dAdZ },
        },
        loss: {
          text: '∂loss/∂A¹ = W² · 2(A² − y).',
          values: { 'W²': W2, '∂loss/∂A¹': factors.dLdA },
        },
        chain: chainStep(factors),
        differences: differencesStep(),
        sgd: sgdStep(),
      },
    } satisfies Chapter;
  });
}

interface Pass {
  readonly z1: Tensor;
  readonly a1: Tensor;
  readonly a2: Tensor;
  readonly loss: Tensor;
}

function forward(w1: Tensor, w2: Tensor): Pass {
  const z1 = conv1d(tensor(X, [1, 5, 1]), w1, undefined, { padding: 1 });
  const a1 = relu(z1);
  const a2 = linear(reshape(a1, [1, 5]), w2);
  return { z1, a1, a2, loss: mse(a2, tensor([Y], [1, 1])) };
}

function weights(): { w1: Tensor; w2: Tensor } {
  const options = { requiresGrad: true };
  return { w1: tensor(W1, [3, 1, 1], options), w2: tensor(W2, [5, 1], options) };
}

function forwardStep() {
  const { w1, w2 } = weights();
  const { z1, a1, a2, loss } = forward(w1, w2);
  return {
    text:
      'A small network from five numbers to one: Z¹ = w*x with padding, A¹ = ReLU(Z¹), A² = W²ᵀA¹. The ' +
      'answer should be y; the loss is (A² − y)².',
    values: {
      x: X,
      'w = W¹': W1,
      'Z¹': vector(z1),
      'A¹': vector(a1),
      'W²': W2,
      'A²': a2.item(),
      y: Y,
      loss: loss.item(),
    },
  };
}

/** ∂Z¹/∂W¹ [3, 5]. */
function gradientOfZ(): number[][] {
  const x = tensor(X, [1, 5, 1]);
  const columns = X.map((_, i) => {
    const { w1 } = weights();
    conv1d(x, w1, undefined, { padding: 1 }).backward(tensor(unit(i), [1, 5, 1]));
    return vector(w1.grad!);
  });
  return W1.map((_, row) => columns.map((column) => column[row]!));
}

/** ∂A¹/∂Z¹ [5, 5]. */
function gradientOfA(): number[][] {
  const { w1, w2 } = weights();
  const values = forward(w1, w2).z1.data();
  const columns = X.map((_, i) => {
    const z1 = tensor(values, [5], { requiresGrad: true });
    relu(z1).backward(tensor(unit(i)));
    return vector(z1.grad!);
  });
  return X.map((_, row) => columns.map((column) => column[row]!));
}

/** ∂loss/∂A¹ [5]. */
function gradientOfLoss(): number[] {
  const { w1, w2 } = weights();
  const a1 = tensor(forward(w1, w2).a1.data(), [1, 5], { requiresGrad: true });
  mse(linear(a1, w2), tensor([Y], [1, 1])).backward();
  return vector(a1.grad!);
}

function chainStep(factors: { dZdW: number[][]; dAdZ: number[][]; dLdA: number[] }) {
  const [dZdW, dAdZ] = [tensor(factors.dZdW), tensor(factors.dAdZ)];
  const byZ = linear(dAdZ, tensor(factors.dLdA, [5, 1]));
  const { w1, w2 } = weights();
  forward(w1, w2).loss.backward();
  return {
    text:
      'The chain rule: ∂loss/∂W¹ = ∂Z¹/∂W¹ · ∂A¹/∂Z¹ · ∂loss/∂A¹, a 3 × 5, a 5 × 5 and a 5 × 1 matrix. ' +
      'loss.backward() finds the same three numbers, without ever writing the matrices down.',
    values: {
      '∂A¹/∂Z¹ · ∂loss/∂A¹': vector(byZ),
      'product of all three': table(linear(dZdW, byZ)).flat(),
      'backward: ∂loss/∂W¹': vector(w1.grad!),
      'backward: ∂loss/∂W²': vector(w2.grad!),
    },
  };
}

function differencesStep() {
  const { w1, w2 } = weights();
  checkGradients((...ws) => forward(ws[0]!, ws[1]!).loss, [w1, w2], { tolerance: TOLERANCE });
  const h = 1 / 8;
  const lossAt = (i: number, change: number) =>
    forward(
      tensor(
        W1.map((weight, j) => weight + (i === j ? change : 0)),
        [3, 1, 1],
      ),
      w2,
    ).loss.item();
  const rows = W1.map((_, i): Cell[] => {
    const [above, below] = [lossAt(i, h), lossAt(i, -h)];
    return [`w${i + 1}`, above, below, (above - below) / (2 * h)];
  });
  return {
    text:
      'The same without any rule: make each weight larger and smaller by h = 1/8 and see how the loss ' +
      'changes. (checkGradients of the library does this for all eight weights, and agrees.)',
    values: { differences: [['weight', 'loss(w + h)', 'loss(w − h)', 'difference / 2h'], ...rows] },
  };
}

function sgdStep() {
  const { w1, w2 } = weights();
  using optimizer = new SGD([w1], { lr: 0.02 });
  const before = forward(w1, w2).loss;
  before.backward();
  optimizer.step();
  const after = forward(w1, w2);
  return {
    text: 'A step of gradient descent on the filter, w ← w − 0.02 · ∂loss/∂W¹: the answer comes nearer to y = 1.',
    values: {
      'new w': vector(w1),
      'new A²': after.a2.item(),
      'loss before': before.item(),
      'loss after': after.loss.item(),
    },
  };
}

function unit(place: number): number[] {
  return X.map((_, i) => (i === place ? 1 : 0));
}
