// The ONNX conformance cases of Resize, on pictures [N, C, H, W].
import { interpolate, type InterpolateOptions } from '../../src/ops/resize/interpolate.js';
import { moveAxis, type OnnxNode, type OnnxTensor } from '../support/onnx.js';
import { type OnnxOp, tensorOf, testOnnx } from './cases.js';

const MODES = { nearest: 'nearest', linear: 'bilinear', cubic: 'bicubic' } as const;

/** The values of height and width among those of the node's axes. */
function ofPicture(
  given: OnnxTensor,
  { attributes }: OnnxNode,
  others: readonly number[],
): number[] {
  const axes = (attributes['axes'] as readonly number[] | undefined) ?? [0, 1, 2, 3];
  return [2, 3].map((axis) => given.data[axes.indexOf(axis)] ?? others[axis]!);
}

/** One scale for all axes: the least or the largest that the sizes ask for. */
function keepRatio(shape: readonly number[], sizes: readonly number[], policy: unknown): number[] {
  if (policy !== 'not_larger' && policy !== 'not_smaller') return [...sizes];
  const scales = sizes.map((size, i) => size / shape[i + 2]!);
  const scale = policy === 'not_larger' ? Math.min(...scales) : Math.max(...scales);
  return sizes.map((_, i) => Math.floor(scale * shape[i + 2]! + 0.5));
}

const resize: OnnxOp = ([x, , scales, sizes], node) => {
  const { attributes } = node;
  const { shape } = x!;
  const policy = attributes['keep_aspect_ratio_policy'];
  const to = sizes
    ? { size: keepRatio(shape, ofPicture(sizes, node, shape), policy) }
    : { scaleFactor: ofPicture(scales!, node, [1, 1, 1, 1]) };
  const options = {
    ...to,
    mode: MODES[(attributes['mode'] ?? 'nearest') as keyof typeof MODES],
    antialias: attributes['antialias'] === 1,
    coordinateMode: attributes['coordinate_transformation_mode'] ?? 'half_pixel',
    nearestMode: attributes['nearest_mode'] ?? 'round_prefer_floor',
    cubicCoefficient: attributes['cubic_coeff_a'] ?? -0.75,
    excludeOutside: attributes['exclude_outside'] === 1,
  } as InterpolateOptions;
  const y = interpolate(tensorOf(moveAxis(x!, 1, -1)), options);
  return moveAxis({ shape: y.shape, data: y.data() as Float32Array }, -1, 1);
};

testOnnx('Resize', 19, resize, {
  'node/test_resize_tf_crop_and_resize_extrapolation_value': 'a region of interest is not taken',
});
