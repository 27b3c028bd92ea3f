// The ONNX conformance cases of losses of class labels.
import type { ClassLabelOptions } from '../../src/ops/losses/class-labels.js';
import { crossEntropy } from '../../src/ops/losses/cross-entropy.js';
import { nllLoss } from '../../src/ops/losses/nll.js';
import { logSoftmax } from '../../src/ops/moments.js';
import type { Tensor } from '../../src/tensor.js';
import { moveAxis, type OnnxNode, type OnnxTensor } from '../support/onnx.js';
import { tensorOf, testOnnx } from './cases.js';

type Loss = (scores: Tensor, labels: Tensor, options: ClassLabelOptions) => Tensor;

const channelsLast = (x: OnnxTensor) => tensorOf(moveAxis(x, 1, -1));
const channelsFirst = (y: Tensor) =>
  moveAxis({ shape: y.shape, data: y.data() as Float32Array }, -1, 1);

function lossOf(
  loss: Loss,
  [scores, labels, weight]: readonly (OnnxTensor | undefined)[],
  { attributes }: OnnxNode,
): Tensor {
  const { reduction = 'mean', ignore_index: ignoreIndex } = attributes;
  return loss(channelsLast(scores!), tensorOf(labels!, 'int32'), {
    reduction: reduction as 'none' | 'mean' | 'sum',
    ...(ignoreIndex !== undefined && { ignoreIndex: ignoreIndex as number }),
    ...(weight && { weight: weight.data }),
  });
}

testOnnx('NegativeLogLikelihoodLoss', 9, (inputs, node) => lossOf(nllLoss, inputs, node));

testOnnx('SoftmaxCrossEntropyLoss', 17, (inputs, node) => {
  const loss = lossOf(crossEntropy, inputs, node);
  if (node.outputs.length === 1) return loss;
  return [loss, channelsFirst(logSoftmax(channelsLast(inputs[0]!)))];
});
