// Every exported loss in use.
import { ones, rand, randn, tensor } from '../../src/creation.js';
import * as core from '../../src/entries/ops-core.js';
import type { Reduction } from '../../src/ops/losses/reduction.js';
import type { Tensor } from '../../src/tensor.js';
import type { Use } from './uses.js';

const pair = () => [randn([3, 2]), randn([3, 2])];
const probabilities = () =>
  [rand([3, 2]), rand([3, 2])].map((x) => {
    x.assign(x.data().map((value) => 0.125 + value * 0.75));
    return x;
  });
const labelled = () => [randn([4, 3]), tensor(Int32Array.of(0, 2, 1, 1))];
const vectors = (count: number) => () => Array.from({ length: count }, () => randn([2, 5]));
/** Constants of 1 and −1 that the use takes. */
const signs = (size: number) =>
  tensor(Float32Array.from({ length: size }, (_, i) => (i % 2 ? -1 : 1)));

type Loss = (reduction: Reduction, x: Tensor, y: Tensor, z?: Tensor) => Tensor;

/** A loss with each reduction. */
const reduced = (inputs: Use['inputs'], ...losses: Loss[]): Use[] =>
  (['mean', 'sum', 'none'] as const).flatMap((reduction) =>
    losses.map((loss) => ({ inputs, run: (x, y, z) => loss(reduction, x!, y!, z) })),
  );

/** A loss that is composed of others: its reduction is theirs. */
const of = (inputs: Use['inputs'], ...runs: ((x: Tensor, y: Tensor, z: Tensor) => Tensor)[]) =>
  runs.map((run) => ({ inputs, run })) as Use[];

const weight = [1, 2, 3];

export const LOSS_USES: Readonly<Record<string, readonly Use[]>> = {
  bce: of(probabilities, (x, t) => core.bce(x, t)),
  bceWithLogits: of(pair, (x, t) => core.bceWithLogits(x, t)).concat(
    of(
      () => [...pair(), rand([2])],
      (x, t, posWeight) => core.bceWithLogits(x, t, { posWeight, weight: posWeight }),
    ),
  ),
  cosineEmbedding: of(
    () => [...vectors(2)(), signs(2)],
    (a, b, target) => core.cosineEmbedding(a, b, target, { margin: -1 }),
  ),
  crossEntropy: reduced(
    labelled,
    (reduction, x, labels) => core.crossEntropy(x, labels, { reduction }),
    (reduction, x, labels) =>
      core.crossEntropy(x, labels, { reduction, weight, labelSmoothing: 0.1 }),
  ).concat(
    of(vectors(2), (x, q) =>
      core.crossEntropy(x, q, { weight: [1, 2, 3, 1, 2], labelSmoothing: 0.1 }),
    ),
  ),
  dice: of(probabilities, (x, t) => core.dice(x, t, { axes: 0 })),
  focal: of(pair, (x, t) => core.focal(x, t)),
  gaussianNll: of(
    () => [...pair(), ones([3, 2])],
    (x, t, v) => core.gaussianNll(x, t, v, { full: true }),
  ),
  hinge: of(pair, (x, t) => core.hinge(x, t)),
  hingeEmbedding: of(pair, (x, t) => core.hingeEmbedding(x, t)),
  huber: of(pair, (x, t) => core.huber(x, t)),
  klDiv: of(
    probabilities,
    (x, t) => core.klDiv(x, t),
    (x, t) => core.klDiv(x, t, { logTarget: true }),
  ),
  l1: reduced(pair, (reduction, x, t) => core.l1(x, t, { reduction })),
  mse: reduced(pair, (reduction, x, t) => core.mse(x, t, { reduction })),
  multiMargin: of(labelled, (x, labels) => core.multiMargin(x, labels, { p: 2, weight })),
  nllLoss: reduced(labelled, (reduction, x, labels) =>
    core.nllLoss(x, labels, { reduction, weight }),
  ),
  poissonNll: of(
    probabilities,
    (x, t) => core.poissonNll(x, t),
    (x, t) => core.poissonNll(x, t, { logInput: false }),
  ),
  smoothL1: of(pair, (x, t) => core.smoothL1(x, t)),
  tripletMargin: of(vectors(3), (a, b, c) =>
    core.tripletMargin(a, b, c, { margin: 5, swap: true }),
  ),
};
