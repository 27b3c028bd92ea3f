// softmax:        y[r, c] = exp(x[r, c]) / Σ over k of exp(x[r, k])
//                 dx[r, c] = y[r, c] · (dy[r, c] − Σ over k of dy[r, k] · y[r, k])
// cross entropy:  loss[r] = log(Σ over k of exp(x[r, k])) − x[r, label[r]]
//                 dx[r, c] = (softmax(x)[r, c] − [c = label[r]]) · dLoss[r]
// mse:            loss[i] = (x[i] − target[i])²,  dx[i] = 2 · (x[i] − target[i]) · dLoss[i]
//
// No loss is reduced: reduction 'sum' sums the losses and gives every one its gradient, reduction
// 'mean' divides both by their number. The largest element of a row is subtracted before exp, which
// changes no result and keeps exp finite.

export function softmaxForward(x: ArrayLike<number>, rows: number, classes: number): Float64Array {
  const y = new Float64Array(rows * classes);
  for (let r = 0; r < rows; r++) {
    const { largest, sum } = sumOfExponentials(x, r, classes);
    for (let c = 0; c < classes; c++) {
      y[r * classes + c] = Math.exp(x[r * classes + c]! - largest) / sum;
    }
  }
  return y;
}

export function softmaxGradInput(
  y: ArrayLike<number>,
  dy: ArrayLike<number>,
  rows: number,
  classes: number,
): Float64Array {
  const dx = new Float64Array(rows * classes);
  for (let r = 0; r < rows; r++) {
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += dy[r * classes + k]! * y[r * classes + k]!;
    for (let c = 0; c < classes; c++) {
      dx[r * classes + c] = y[r * classes + c]! * (dy[r * classes + c]! - sum);
    }
  }
  return dx;
}

interface CrossEntropyRule {
  readonly weight?: ArrayLike<number>;
  readonly smoothing?: number;
  readonly ignored?: number;
}

/** What the row should be: `q[c] = w[c] · ((1 − smoothing) · [c = label] + smoothing / classes)`; 0 where it is ignored. */
function targets(label: number, classes: number, rule: CrossEntropyRule): Float64Array {
  const { weight, smoothing = 0, ignored = -100 } = rule;
  return new Float64Array(classes).map((_, c) => {
    if (label === ignored) return 0;
    return (weight?.[c] ?? 1) * ((c === label ? 1 - smoothing : 0) + smoothing / classes);
  });
}

/** One loss for every row of `logits [rows, classes]`: Σ over c of q[c] · (log(Σ over k of exp(x[k])) − x[c]). */
export function crossEntropyForward(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  rule: CrossEntropyRule = {},
): Float64Array {
  const classes = logits.length / labels.length;
  return Float64Array.from(labels, (label, r) => {
    const { largest, sum } = sumOfExponentials(logits, r, classes);
    return targets(label, classes, rule).reduce(
      (loss, q, c) =>
        q === 0 ? loss : loss + q * (Math.log(sum) - (logits[r * classes + c]! - largest)),
      0,
    );
  });
}

/** dx[r, c] = (Σ over k of q[k] · softmax(x)[r, c] − q[c]) · dLoss[r] */
export function crossEntropyGradInput(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  gradPerRow: ArrayLike<number>,
  rule: CrossEntropyRule = {},
): Float64Array {
  const classes = logits.length / labels.length;
  const dx = softmaxForward(logits, labels.length, classes);
  for (let r = 0; r < labels.length; r++) {
    const q = targets(labels[r]!, classes, rule);
    const total = q.reduce((sum, value) => sum + value, 0);
    for (let c = 0; c < classes; c++) {
      dx[r * classes + c] = (total * dx[r * classes + c]! - q[c]!) * gradPerRow[r]!;
    }
  }
  return dx;
}

/** One loss for every element. */
export function mseForward(x: ArrayLike<number>, target: ArrayLike<number>): Float64Array {
  return Float64Array.from(x, (value, i) => (value - target[i]!) ** 2);
}

export function mseGradInput(
  x: ArrayLike<number>,
  target: ArrayLike<number>,
  gradPerElement: ArrayLike<number>,
): Float64Array {
  return Float64Array.from(x, (value, i) => 2 * (value - target[i]!) * gradPerElement[i]!);
}

/** The largest element of row `r`, and Σ exp(x − largest) over the row. */
function sumOfExponentials(
  x: ArrayLike<number>,
  r: number,
  classes: number,
): { largest: number; sum: number } {
  let largest = -Infinity;
  for (let c = 0; c < classes; c++) largest = Math.max(largest, x[r * classes + c]!);
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += Math.exp(x[r * classes + c]! - largest);
  return { largest, sum };
}
