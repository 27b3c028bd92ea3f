// The ONNX conformance cases of normalizations.
import { mean } from '../../src/ops/reductions.js';
import { square } from '../../src/ops/map/functions.js';
import { batchNorm } from '../../src/ops/norm/batch-norm.js';
import { groupNorm, instanceNorm } from '../../src/ops/norm/group-norm.js';
import { layerNorm } from '../../src/ops/norm/layer-norm.js';
import { localResponseNorm, normalize } from '../../src/ops/norm/normalize.js';
import { add, pow, sub } from '../../src/ops/zip/functions.js';
import type { Tensor } from '../../src/tensor.js';
import { moveAxis, type OnnxTensor } from '../support/onnx.js';
import { tensorOf, testOnnx } from './cases.js';

const channelsLast = (x: OnnxTensor) => tensorOf(moveAxis(x, 1, -1));
const channelsFirst = (y: Tensor) =>
  moveAxis({ shape: y.shape, data: y.data() as Float32Array }, -1, 1);

testOnnx(
  'BatchNormalization',
  5,
  ([x, scale, bias, running, variance], { attributes, outputs }) => {
    const { epsilon: eps = 1e-5, momentum = 0.9, training_mode: training = 0 } = attributes;
    const [runningMean, runningVar] = [tensorOf(running!), tensorOf(variance!)];
    const y = batchNorm(
      channelsLast(x!),
      runningMean,
      runningVar,
      tensorOf(scale!),
      tensorOf(bias!),
      {
        eps: eps as number,
        momentum: 1 - (momentum as number),
        training: training === 1,
      },
    );
    return [channelsFirst(y), runningMean, runningVar].slice(0, outputs.length);
  },
  {
    'node/test_batchnorm_example_training_mode':
      "ONNX's running variance is that of a sample's deviations divided by their number, PyTorch's by one less",
  },
);

testOnnx('LayerNormalization', 9, ([given, scale, bias], { attributes, outputs }) => {
  const { axis = -1, epsilon: eps = 1e-5 } = attributes as Record<string, number>;
  const x = tensorOf(given!);
  const first = axis < 0 ? axis + x.rank : axis;
  const y = layerNorm(x, x.shape.slice(first), tensorOf(scale!), bias && tensorOf(bias), { eps });
  const along = { axes: [...x.shape.keys()].slice(first), keepDims: true };
  const middle = mean(x, along);
  const inverse = pow(add(mean(square(sub(x, middle)), along), eps), -0.5);
  return [y, middle, inverse].slice(0, outputs.length);
});

testOnnx('GroupNormalization', 1, ([x, scale, bias], { attributes }) => {
  const { num_groups: groups, epsilon: eps = 1e-5 } = attributes as Record<string, number>;
  const channels = x!.shape[1]!;
  // Of groups up to opset 20, of channels since.
  const ofChannels = ({ data }: OnnxTensor) => {
    const values = Float32Array.from({ length: channels }, (_, c) =>
      data.length === channels ? data[c]! : data[Math.floor((c * groups!) / channels)]!,
    );
    return tensorOf({ shape: [channels], data: values });
  };
  return channelsFirst(
    groupNorm(channelsLast(x!), groups!, ofChannels(scale!), ofChannels(bias!), { eps }),
  );
});

testOnnx('InstanceNormalization', 2, ([x, scale, bias], { attributes }) => {
  const { epsilon: eps = 1e-5 } = attributes as Record<string, number>;
  return channelsFirst(instanceNorm(channelsLast(x!), tensorOf(scale!), tensorOf(bias!), { eps }));
});

testOnnx('LRN', 1, ([x], { attributes }) => {
  const { size, alpha = 1e-4, beta = 0.75, bias: k = 1 } = attributes as Record<string, number>;
  return channelsFirst(localResponseNorm(channelsLast(x!), size!, { alpha, beta, k }));
});

testOnnx('LpNormalization', 3, ([x], { attributes }) => {
  const { axis = -1, p = 2 } = attributes as Record<string, number>;
  return normalize(tensorOf(x!), { axis, p });
});
