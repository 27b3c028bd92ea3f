import type { PreprocessOptions } from '../index.js';
import type { FileInput } from '../tfjs/index.js';
import { InputError } from './errors.js';
import type { Image } from './image/types.js';
import { type Layout, perChannel, type PictureArguments } from './picture-options.js';

/** A shape with `?` for sizes that a file does not tell. */
export function shownShape(shape: FileInput['shape']): string {
  return shape ? `[${shape.map((size) => size ?? '?').join(', ')}]` : '[…]';
}

type Sides = readonly [height: number, width: number];

/** Whether an input takes numbers with fractions; others take bytes as they are. */
export const isFloat = ({ dtype }: FileInput) => /float/.test(dtype);

/**
 * How a picture becomes the input: its shorter side is resized to the model's, and the middle cut out. Bytes stay bytes
 * for a quantised model.
 * @throws InputError
 */
export function pictureOptions(
  input: FileInput,
  file: string,
  { size, layout: givenLayout, mean, std }: PictureArguments,
): PreprocessOptions & { readonly centerCrop: Sides } {
  const shape = input.shape ?? [null, null, null, null];
  const layout = givenLayout ?? layoutOf(shape);
  const [height, width, channels] =
    layout === 'NCHW' ? [shape[2], shape[3], shape[1]] : [shape[1], shape[2], shape[3]];
  if (channels !== 1 && channels !== 3 && channels !== null) {
    throw new InputError(
      `${file}: expected pictures of 1 or 3 channels, got ${channels} in ${shownShape(shape)}, read as ${layout}`,
    );
  }
  const sides = [sideOf(file, 0, height, size), sideOf(file, 1, width, size)] as const;
  const count = channels ?? 3;
  const levels = isFloat(input)
    ? {
        mean: perChannel('--mean', mean ?? [0], count),
        std: perChannel('--std', std ?? [1], count),
      }
    : { scale: 1, mean: input.dtype === 'int8' ? 128 : 0 };
  return {
    channels: channels === 1 ? 'gray' : 'RGB',
    centerCrop: sides,
    layout,
    ...levels,
  };
}

/** The smallest size in the picture's proportions that the middle can be cut out of, as torchvision rounds it. */
export function covering(
  { height, width }: Omit<Image, 'channels'>,
  [rows, columns]: Sides,
): Sides {
  return rows * width >= columns * height
    ? [rows, Math.max(columns, Math.floor((rows * width) / height))]
    : [Math.max(rows, Math.floor((columns * height) / width)), columns];
}

/** Channels are where a 1 or a 3 stands; where that says nothing, last. */
function layoutOf(shape: readonly (number | null)[]): Layout {
  const isCount = (size: number | null | undefined) => size === 1 || size === 3;
  return isCount(shape[1]) && !isCount(shape[3]) ? 'NCHW' : 'NHWC';
}

function sideOf(
  file: string,
  axis: 0 | 1,
  told: number | null | undefined,
  given: PictureArguments['size'],
): number {
  const size = given?.[axis];
  if (typeof told !== 'number' || told < 1) {
    if (size !== undefined) return size;
    throw new InputError(
      `${file}: expected the size of pictures, which the file leaves open: say it with --size, as in --size 224`,
    );
  }
  if (size === undefined || size === told) return told;
  throw new InputError(
    `--size ${given!.join(',')} contradicts ${file}, whose ${axis === 0 ? 'height' : 'width'} is ${told}: leave --size out`,
  );
}

/** Transparency is laid over white, as a page shows it. */
export function onWhite({ width, height, channels, data }: Image) {
  if (channels !== 4) return { width, height, data };
  const rgb = new Uint8Array(width * height * 3);
  for (let at = 0, to = 0; at < data.length; at += 4) {
    const alpha = data[at + 3]! / 255;
    for (let c = 0; c < 3; c++) rgb[to++] = Math.round(255 + alpha * (data[at + c]! - 255));
  }
  return { width, height, data: rgb };
}
