import { checkArity, checkInteger } from '../../check.js';
import { ShapeError } from '../../errors.js';
import { formatShape, type Shape, sizeOf } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { apply, type Spec } from '../op.js';
import { COPY, type CopyOp, type CopyPlan } from './family.js';
import { seen } from './rearrange.js';
import { stridesOf } from './strided.js';

/** A number of places: of rows and of columns of a block, or of groups. */
type Count = CopyOp<{ readonly count: number }>;

export const DEPTH_TO_SPACE: Count = {
  family: COPY,
  name: 'depthToSpace',
  layout: (where, [x], { count }) => toSpace(where, x!, 'blockSize', count, [2, 3, 4]),
};

export const PIXEL_SHUFFLE: Count = {
  family: COPY,
  name: 'pixelShuffle',
  layout: (where, [x], { count }) => toSpace(where, x!, 'upscaleFactor', count, [3, 4, 2]),
};

export const SPACE_TO_DEPTH: Count = {
  family: COPY,
  name: 'spaceToDepth',
  layout: (where, [x], { count }) => toDepth(where, x!, 'blockSize', count, [1, 3, 4]),
};

export const PIXEL_UNSHUFFLE: Count = {
  family: COPY,
  name: 'pixelUnshuffle',
  layout: (where, [x], { count }) => toDepth(where, x!, 'downscaleFactor', count, [4, 1, 3]),
};

export const CHANNEL_SHUFFLE: Count = {
  family: COPY,
  name: 'channelShuffle',
  layout(where, [x], { count }) {
    checkInteger(where, 'groups', count, 1);
    const [channels] = lastAxes(where, x!, ['channels'], [count]);
    return inOrder(x!, [count, channels! / count], [1, 0], [channels!]);
  },
};

/** @param places of the rows and columns of a block and of the depth among the parts of H, W and C */
function toSpace(
  where: string,
  x: Spec,
  argument: string,
  block: number,
  [rows, columns, depth]: readonly [number, number, number],
): CopyPlan {
  checkInteger(where, argument, block, 1);
  const axes = ['height', 'width', 'channels'];
  const [height, width, channels] = lastAxes(where, x, axes, [1, 1, block * block]);
  const sizes = [height!, width!, block, block, block];
  sizes[depth] = channels! / (block * block);
  const shape = [height! * block, width! * block, sizes[depth]];
  return inOrder(x, sizes, [0, rows, 1, columns, depth], shape);
}

/** @param order of the rows and columns of a block and of the depth, as parts of H, W and C, in the new depth */
function toDepth(
  where: string,
  x: Spec,
  argument: string,
  block: number,
  order: readonly number[],
): CopyPlan {
  checkInteger(where, argument, block, 1);
  const axes = ['height', 'width', 'channels'];
  const [height, width, channels] = lastAxes(where, x, axes, [block, block, 1]);
  const [rows, columns] = [height! / block, width! / block];
  const sizes = [rows, block, columns, block, channels!];
  return inOrder(x, sizes, [0, 2, ...order], [rows, columns, channels! * block * block]);
}

/** The sizes of the last axes. @throws ShapeError unless they are multiples of the divisors */
function lastAxes(
  where: string,
  { shape }: Spec,
  names: readonly string[],
  divisors: readonly number[],
): Shape {
  const got = `(input ${formatShape(shape)})`;
  if (shape.length < names.length) {
    throw new ShapeError(
      `${where}: input: expected [...,${names.join(',')}], got ${shape.length} axes ${got}`,
    );
  }
  const sizes = shape.slice(-names.length);
  sizes.forEach((size, i) => {
    if (size % divisors[i]! === 0) return;
    throw new ShapeError(
      `${where}: ${names[i]}: expected a multiple of ${divisors[i]}, got ${size} ${got}`,
    );
  });
  return sizes;
}

/** The last axes cut into `sizes`, those in another order, and joined to the axes `shape`. */
function inOrder(x: Spec, sizes: Shape, order: readonly number[], shape: Shape): CopyPlan {
  const first = x.shape.slice(0, x.shape.length - shape.length);
  const all = [sizeOf(first), ...sizes];
  const strides = stridesOf(all);
  const axes = [0, ...order.map((axis) => axis + 1)];
  return seen(
    x,
    axes.map((axis) => all[axis]!),
    axes.map((axis) => strides[axis]!),
    [...first, ...shape],
  );
}

/**
 * Blocks of pixels from channels, as TensorFlow's depth_to_space and ONNX's DepthToSpace of mode DCR: the rows and
 * columns of a block are the slowest of the channels. `spaceToDepth` undoes it.
 * @param x [..., height, width, channels]
 * @param blockSize rows and columns of a block
 * @returns [..., height · blockSize, width · blockSize, channels / blockSize²]
 * @throws TypeError, RangeError, ShapeError unless the channels can be divided
 */
export function depthToSpace(x: Tensor, blockSize: number): Tensor {
  checkArity('depthToSpace', arguments.length, 2);
  return apply(DEPTH_TO_SPACE, [x], { count: blockSize });
}

/**
 * Channels from blocks of pixels, as TensorFlow's space_to_depth and ONNX's SpaceToDepth: the rows and columns of a block
 * are the slowest of the channels. `depthToSpace` undoes it.
 * @param x [..., height, width, channels]
 * @param blockSize rows and columns of a block
 * @returns [..., height / blockSize, width / blockSize, channels · blockSize²]
 * @throws TypeError, RangeError, ShapeError unless height and width can be divided
 */
export function spaceToDepth(x: Tensor, blockSize: number): Tensor {
  checkArity('spaceToDepth', arguments.length, 2);
  return apply(SPACE_TO_DEPTH, [x], { count: blockSize });
}

/**
 * Blocks of pixels from channels, as torch.pixel_shuffle and ONNX's DepthToSpace of mode CRD: the rows and columns of a
 * block are the fastest of the channels. `pixelUnshuffle` undoes it.
 * @param x [..., height, width, channels]
 * @param upscaleFactor rows and columns of a block
 * @returns [..., height · upscaleFactor, width · upscaleFactor, channels / upscaleFactor²]
 * @throws TypeError, RangeError, ShapeError unless the channels can be divided
 */
export function pixelShuffle(x: Tensor, upscaleFactor: number): Tensor {
  checkArity('pixelShuffle', arguments.length, 2);
  return apply(PIXEL_SHUFFLE, [x], { count: upscaleFactor });
}

/**
 * Channels from blocks of pixels, as torch.pixel_unshuffle: the rows and columns of a block are the fastest of the
 * channels. `pixelShuffle` undoes it.
 * @param x [..., height, width, channels]
 * @param downscaleFactor rows and columns of a block
 * @returns [..., height / downscaleFactor, width / downscaleFactor, channels · downscaleFactor²]
 * @throws TypeError, RangeError, ShapeError unless height and width can be divided
 */
export function pixelUnshuffle(x: Tensor, downscaleFactor: number): Tensor {
  checkArity('pixelUnshuffle', arguments.length, 2);
  return apply(PIXEL_UNSHUFFLE, [x], { count: downscaleFactor });
}

/**
 * The channels of all groups in turns, as torch.channel_shuffle: the first of each group, then the second of each …
 * (ShuffleNet, arXiv:1707.01083).
 * @param x [..., channels]
 * @param groups divides the channels
 * @throws TypeError, RangeError, ShapeError
 */
export function channelShuffle(x: Tensor, groups: number): Tensor {
  checkArity('channelShuffle', arguments.length, 2);
  return apply(CHANNEL_SHUFFLE, [x], { count: groups });
}
