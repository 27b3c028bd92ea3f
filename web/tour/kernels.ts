import {
  Conv1d,
  conv1d,
  conv2d,
  crossEntropy,
  Linear,
  linear,
  maxPool2d,
  mse,
  relu,
  reshape,
  scope,
  SGD,
  softmax,
  type Tensor,
  tensor,
} from 'simdgrad';

// Every number of the tour comes from here: from the library's kernels.

export type Rows = readonly (readonly number[])[];

const list = (x: Tensor) => Array.from(x.data() as Float32Array);

function rowsOf(values: readonly number[], width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, i) =>
    values.slice(i * width, (i + 1) * width),
  );
}

/** How a filter goes over its input. */
export interface Sliding {
  readonly x: Rows;
  readonly w: Rows;
  readonly bias: number;
  readonly padding: number;
  readonly stride: number;
}

/** What a filter gives, before and after ReLU; a single row is a signal. @throws ShapeError where it does not fit */
export function slide({ x, w, bias, padding, stride }: Sliding): { z: Rows; a: Rows } {
  return scope(() => {
    const [height, width] = [x.length, x[0]!.length];
    const options = { padding, stride };
    const z =
      height === 1
        ? conv1d(
            tensor(x.flat(), [1, width, 1]),
            tensor(w.flat(), [w[0]!.length, 1, 1]),
            tensor([bias]),
            options,
          )
        : conv2d(
            tensor(x.flat(), [1, height, width, 1]),
            tensor(w.flat(), [w.length, w[0]!.length, 1, 1]),
            tensor([bias]),
            options,
          );
    const columns = z.shape.at(-2)!;
    return { z: rowsOf(list(z), columns), a: rowsOf(list(relu(z)), columns) };
  });
}

/** Max pooling of a picture. */
export function pool(x: Rows, size: number, stride: number): Rows {
  return scope(() => {
    const y = maxPool2d(tensor(x.flat(), [1, x.length, x[0]!.length, 1]), size, { stride });
    return rowsOf(list(y), y.shape[2]!);
  });
}

/** A filter through the depth of a picture: [height][width] of [red, green, blue]. */
export function throughDepth(picture: readonly Rows[], filter: readonly Rows[]): Rows {
  return scope(() => {
    const size = filter.length;
    const x = tensor(picture.flat(2), [1, picture.length, picture[0]!.length, 3]);
    const z = conv2d(x, tensor(filter.flat(2), [size, size, 3, 1]));
    return rowsOf(list(z), z.shape[2]!);
  });
}

/** The parameters of a filter of three, and of a dense layer that keeps the length. */
export function parameterCounts(length: number): { filter: number; dense: number } {
  return scope(() => {
    const count = (layer: Conv1d | Linear) => {
      const sizes = layer.parameters().map(({ size }) => size);
      layer.dispose();
      return sizes.reduce((sum, size) => sum + size, 0);
    };
    return { filter: count(new Conv1d(1, 1, 3)), dense: count(new Linear(length, length)) };
  });
}

/** The regression net: five numbers, a filter of three, ReLU, a dense layer, squared error. */
export const REGRESSION = { x: [2, 1, -1, 3, 1], w2: [1, -1, 0.5, 2, -1], y: 1 };

function forward(w1: Tensor) {
  const { x, w2, y } = REGRESSION;
  const z = conv1d(tensor(x, [1, 5, 1]), w1, undefined, { padding: 1 });
  const a = relu(z);
  const answer = linear(reshape(a, [1, 5]), tensor(w2, [5, 1]));
  return { z, a, answer, loss: mse(answer, tensor([y], [1, 1])) };
}

const filterOf = (w1: readonly number[]) => tensor(w1, [3, 1, 1], { requiresGrad: true });
const unit = (place: number) => REGRESSION.x.map((_, i) => (i === place ? 1 : 0));

/** The forward pass and each factor of the chain rule. */
export function regression(w1: readonly number[]) {
  return scope(() => {
    const { w2, y } = REGRESSION;
    const w = filterOf(w1);
    const { z, a, answer, loss } = forward(w);
    loss.backward();
    // The gradient of each place of Z alone, a column each.
    const columns = REGRESSION.x.map((_, i) => {
      const own = filterOf(w1);
      forward(own).z.backward(tensor(unit(i), [1, 5, 1]));
      return list(own.grad!);
    });
    const diagonal = REGRESSION.x.map((_, i) => {
      const own = tensor(list(z), [5], { requiresGrad: true });
      relu(own).backward(tensor(unit(i)));
      return list(own.grad!);
    });
    const leaf = tensor(list(a), [1, 5], { requiresGrad: true });
    mse(linear(leaf, tensor(w2, [5, 1])), tensor([y], [1, 1])).backward();
    return {
      z: list(z),
      a: list(a),
      answer: answer.item(),
      loss: loss.item(),
      dZdW: w1.map((_, row) => columns.map((column) => column[row]!)),
      dAdZ: diagonal,
      dLdA: list(leaf.grad!),
      gradient: list(w.grad!),
    };
  });
}

/** The filter after so many steps of gradient descent. */
export function descend(w1: readonly number[], lr: number, steps: number): number[] {
  return scope(() => {
    const w = filterOf(w1);
    using optimizer = new SGD([w], { lr });
    for (let step = 0; step < steps; step++) {
      optimizer.zeroGrad();
      scope(() => forward(w).loss.backward());
      optimizer.step();
    }
    return list(w);
  });
}

/** Softmax, negative log-likelihood and its gradient. */
export function classification(logits: readonly number[], label: number) {
  return scope(() => {
    const x = tensor(logits, [1, logits.length], { requiresGrad: true });
    const loss = crossEntropy(x, tensor(new Int32Array([label])));
    loss.backward();
    return { shares: list(softmax(x)), loss: loss.item(), gradient: list(x.grad!) };
  });
}
