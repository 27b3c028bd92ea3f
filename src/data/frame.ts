// How large a picture becomes, and which part of it is used: the rules of torchvision and of detectors of objects.
import { checkInteger, wrongKind } from '../check.js';
import type { Pixels } from './resample.js';

type Size = readonly [height: number, width: number];

interface FrameOptions {
  readonly resize?: number | Size;
  readonly letterbox?: Size;
  readonly centerCrop?: number | Size;
}

/** A picture of `size` in one of `outer`: its first pixel is at [top, left], which may lie outside. */
interface Frame {
  readonly size: Size;
  readonly at: readonly [top: number, left: number];
  readonly outer: Size;
}

/** @throws TypeError, RangeError that name the option */
export function frame(op: string, image: Pixels, options: FrameOptions): Frame {
  const { resize, letterbox, centerCrop } = options;
  if (letterbox !== undefined) return boxed(op, image, options);
  const size =
    resize === undefined
      ? ([image.height, image.width] as const)
      : typeof resize === 'number'
        ? shorterSide(op, image, resize)
        : sizeOf(op, 'resize', resize);
  if (centerCrop === undefined) return { size, at: [0, 0], outer: size };
  const outer = sizeOf(op, 'centerCrop', centerCrop);
  const at = [cropStart(size[0], outer[0]), cropStart(size[1], outer[1])] as const;
  return { size, at, outer };
}

/** `_compute_resized_output_size` of torchvision. */
function shorterSide(op: string, { height, width }: Pixels, side: number): Size {
  checkInteger(op, 'resize', side, 1);
  const long = Math.floor((side * Math.max(height, width)) / Math.min(height, width));
  return width <= height ? [long, side] : [side, long];
}

/** `center_crop` of torchvision: halves are rounded to even; less is padded, half of it rounded down before. */
function cropStart(size: number, crop: number): number {
  if (crop > size) return Math.floor((crop - size) / 2);
  const half = (size - crop) / 2;
  const below = Math.floor(half);
  const start = half === below || below % 2 === 0 ? below : below + 1;
  return start === 0 ? 0 : -start;
}

/** `letterbox` of YOLOv5: lengths are rounded, an odd line is below and to the right. */
function boxed(op: string, { height, width }: Pixels, options: FrameOptions): Frame {
  for (const name of ['resize', 'centerCrop'] as const) {
    if (options[name] === undefined) continue;
    throw new TypeError(
      `${op}: ${name}: expected none beside letterbox, got ${String(options[name])}`,
    );
  }
  const outer = sizeOf(op, 'letterbox', options.letterbox!);
  const scale = Math.min(outer[0] / height, outer[1] / width);
  const size = [
    Math.max(1, Math.round(height * scale)),
    Math.max(1, Math.round(width * scale)),
  ] as const;
  const at = [Math.floor((outer[0] - size[0]) / 2), Math.floor((outer[1] - size[1]) / 2)] as const;
  return { size, at, outer };
}

function sizeOf(op: string, argument: string, value: number | Size): Size {
  const size: unknown = typeof value === 'number' ? [value, value] : value;
  if (!Array.isArray(size) || size.length !== 2) {
    throw wrongKind(op, argument, 'a number or [height, width]', value);
  }
  for (const length of size as number[]) checkInteger(op, argument, length, 1);
  return size as unknown as Size;
}

/** The picture with its first pixel at `at` of one of the size `outer`; `fill` is the colour around it. */
export function place(
  pixels: Pixels,
  [top, left]: Frame['at'],
  [height, width]: Size,
  fill: readonly number[],
): Pixels {
  const { channels } = pixels;
  if (top === 0 && left === 0 && height === pixels.height && width === pixels.width) return pixels;
  const data = new Uint8Array(height * width * channels);
  if (fill.some((value) => value !== 0)) {
    for (let i = 0; i < data.length; i++) data[i] = fill[i % channels]!;
  }
  const begin = Math.max(0, left);
  const end = Math.min(width, left + pixels.width);
  for (let y = Math.max(0, top); y < Math.min(height, top + pixels.height); y++) {
    const row = (y - top) * pixels.width - left;
    data.set(
      pixels.data.subarray((row + begin) * channels, (row + end) * channels),
      (y * width + begin) * channels,
    );
  }
  return { data, channels, height, width };
}
