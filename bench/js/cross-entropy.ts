/**
 * The mean over the rows of −log softmax(logits)[label]; writes its gradient
 * (softmax − one-hot) / rows. logits and dLogits [rows, classes], labels [rows].
 */
export function softmaxCrossEntropy(
  logits: Float32Array,
  labels: Int32Array,
  dLogits: Float32Array,
): number {
  const rows = labels.length;
  const classes = logits.length / rows;
  let loss = 0;
  for (let start = 0, row = 0; row < rows; row++, start += classes) {
    let largest = -Infinity;
    for (let c = 0; c < classes; c++) largest = Math.max(largest, logits[start + c]!);
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const power = Math.exp(logits[start + c]! - largest);
      dLogits[start + c] = power;
      sum += power;
    }
    const scale = 1 / (sum * rows);
    for (let c = 0; c < classes; c++) dLogits[start + c]! *= scale;
    const target = start + labels[row]!;
    dLogits[target]! -= 1 / rows;
    loss += Math.log(sum) + largest - logits[target]!;
  }
  return loss / rows;
}
