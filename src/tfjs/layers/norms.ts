import { batchNorm, groupNorm, layerNorm } from '../../imported/ops/norm-ops.js';
import { type Layout } from '../../imported/ops/layout.js';
import type { Value } from '../../imported/value.js';
import type { LayerConfig } from './config.js';
import type { AskWeight, LayerClasses, MakeLayer } from './layer.js';

/** The places of what scales and shifts; undefined where there is none. */
function affineOf(config: LayerConfig, weight: AskWeight, shape: readonly null[] | 'any') {
  const ask = (name: string) => weight({ names: [name], shape });
  return {
    scale: config.boolean('scale', true) ? ask('gamma') : undefined,
    bias: config.boolean('center', true) ? ask('beta') : undefined,
  };
}

function affine(places: ReturnType<typeof affineOf>, weights: readonly Value[]) {
  const at = (place: number | undefined) => (place === undefined ? undefined : weights[place]);
  return { scale: at(places.scale), bias: at(places.bias) };
}

/** Where the channels are. @throws FormatError unless they are the second axis or the last */
function layoutOf(config: LayerConfig, axis: number, rank: number): Layout {
  if (axis === -1 || axis === rank - 1) return 'NHWC';
  if (axis === 1) return 'NCHW';
  throw config.error('axis', 'the second axis or the last');
}

const batchNormalization: MakeLayer = (config, weight) => {
  const [axis, eps] = [config.axis(), config.number('epsilon', 1e-3)];
  const places = affineOf(config, weight, [null]);
  const running = (name: string) => weight({ names: [name], shape: [null], isTrained: false });
  const [mean, variance] = [running('moving_mean'), running('moving_variance')];
  return ([x], weights) => {
    const statistics = { mean: weights[mean]!, variance: weights[variance]! };
    const options = { layout: layoutOf(config, axis, x.rank), eps };
    return batchNorm(x, { ...affine(places, weights), ...statistics }, options);
  };
};

const layerNormalization: MakeLayer = (config, weight) => {
  const axes = config.get('axis');
  const axis = Array.isArray(axes) ? Math.min(...(axes as number[])) : config.axis();
  if (!Number.isInteger(axis)) throw config.error('axis', 'axes');
  const eps = config.number('epsilon', 1e-3);
  const places = affineOf(config, weight, 'any');
  return ([x], weights) => {
    const first = axis < 0 ? axis + x.rank : axis;
    return layerNorm(x, first, affine(places, weights), { eps });
  };
};

const groupNormalization: MakeLayer = (config, weight) => {
  const [axis, eps] = [config.axis(), config.number('epsilon', 1e-3)];
  const groups = config.integer('groups', -1, 32);
  const places = affineOf(config, weight, [null]);
  return ([x], weights) => {
    const layout = layoutOf(config, axis, x.rank);
    const channels = x.shape.at(layout === 'NHWC' ? -1 : 1)!;
    const options = { layout, eps };
    return groupNorm(x, groups === -1 ? channels : groups, affine(places, weights), options);
  };
};

/** Normalizations. */
export const NORMS: LayerClasses = {
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  GroupNormalization: groupNormalization,
};
