import { binary, mapped, prelu } from '../../imported/ops/elementwise.js';
import { softmax } from '../../imported/ops/reduce.js';
import { unsqueeze } from '../../imported/ops/shape-ops.js';
import { Value } from '../../imported/value.js';
import { clip, elu, leakyRelu, relu } from '../../ops/map/activations.js';
import { threshold as thresholdTensor } from '../../ops/map/more-activations.js';
import { activationOf } from './activations.js';
import type { LayerConfig } from './config.js';
import type { LayerClasses, MakeLayer } from './layer.js';

const activation: MakeLayer = (config) => {
  const activate = activationOf(config);
  return ([x]) => activate(x);
};

/** max_value from there on, x from the threshold on, and slope · (x − threshold) below. */
const rectified: MakeLayer = (config) => {
  const most = config.get('max_value') === undefined ? Infinity : config.number('max_value');
  const slope = config.number('negative_slope', 0);
  const threshold = config.number('threshold', 0);
  if (threshold !== 0 && slope !== 0) throw config.error('negative_slope', '0 beside a threshold');
  if (threshold !== 0) {
    return ([x]) => mapped(x, (t) => below(thresholdTensor(t, threshold, 0), most));
  }
  if (slope === 0) {
    return ([x]) => mapped(x, (t) => (most === Infinity ? relu(t) : clip(t, 0, most)));
  }
  return ([x]) => mapped(x, (t) => below(leakyRelu(t, slope), most));
};

const below = (x: Parameters<typeof relu>[0], most: number) =>
  most === Infinity ? x : clip(x, -Infinity, most);

/** The slope of a leaky ReLU has another name in Keras 3. */
const leaky: MakeLayer = (config) => {
  const slope = config.number(
    config.get('negative_slope') === undefined ? 'alpha' : 'negative_slope',
    0.3,
  );
  return ([x]) => mapped(x, (t) => leakyRelu(t, slope));
};

const exponential: MakeLayer = (config) => {
  const alpha = config.number('alpha', 1);
  return ([x]) => mapped(x, (t) => elu(t, alpha));
};

const thresholded: MakeLayer = (config) => {
  const theta = config.number('theta', 1);
  return ([x]) => mapped(x, (t) => thresholdTensor(t, theta, 0));
};

const parametric: MakeLayer = (_, weight) => {
  const alpha = weight({ names: ['alpha'], shape: 'any' });
  return ([x], weights) => prelu(x, weights[alpha]!);
};

const softmaxLayer: MakeLayer = (config) => {
  const axis = config.axis();
  return ([x]) => softmax(x, axis);
};

const rescaling: MakeLayer = (config) => {
  const [scale, offset] = [numbersOf(config, 'scale', 1), numbersOf(config, 'offset', 0)];
  return ([x]) => binary('add', binary('mul', x, scale), offset);
};

/** A number, or one for each channel. */
function numbersOf(config: LayerConfig, name: string, otherwise?: number): Value {
  const value: unknown = config.get(name) ?? otherwise;
  const list: unknown[] = (Array.isArray(value) ? value : [value]).flat(8);
  if (!list.every((item) => Number.isFinite(item))) throw config.error(name, 'numbers');
  const numbers = list as number[];
  return Value.host(numbers, numbers.length === 1 ? [] : [numbers.length], 'float32');
}

/** (x − mean) / √variance of each place of some axes; what they are is in the configuration or among the weights. */
const normalization: MakeLayer = (config, weight) => {
  const axis = config.axis();
  const isGiven = config.get('mean') !== undefined;
  const shape = config.get('axis') === undefined ? [] : [null];
  const places = isGiven
    ? []
    : ['mean', 'variance'].map((name) => weight({ names: [name], shape, isTrained: false }));
  const given = isGiven ? ['mean', 'variance'].map((name) => numbersOf(config, name)) : [];
  return ([x], weights) => {
    const behind = axis < 0 ? -1 - axis : x.rank - 1 - axis;
    const axes = Array.from({ length: behind }, (_, i) => -1 - i);
    const [mean, variance] = (isGiven ? given : places.map((place) => weights[place]!)).map(
      (value) => (value.rank === 1 ? unsqueeze(value, axes) : value),
    ) as [Value, Value];
    const centred = binary('sub', x, mean);
    const root = binary('pow', variance, Value.host([0.5], [], 'float32'));
    return binary('div', centred, binary('maximum', root, Value.host([1e-7], [], 'float32')));
  };
};
/** Functions of every element, as layers. */
export const FUNCTIONS: LayerClasses = {
  Activation: activation,
  ReLU: rectified,
  LeakyReLU: leaky,
  ELU: exponential,
  ThresholdedReLU: thresholded,
  PReLU: parametric,
  Softmax: softmaxLayer,
  Rescaling: rescaling,
  Normalization: normalization,
};
