// What PyTorch computes, in simdgrad's layouts: tests/support/golden-files.ts says its form.
import { readFileSync } from 'node:fs';
import type { Conv2dGeometry } from '../../src/ops/conv/geometry.js';
import type { Pool2dGeometry } from '../../src/ops/pool/geometry.js';
import type {
  Pair,
  Shape1d,
  Shape2d,
  Padding1d,
  Padding2d,
  Conv1dCase,
  Conv2dCase,
  PoolCase,
  MaxPool1dCase,
  MaxPool2dCase,
  AvgPool1dCase,
  AvgPool2dCase,
  GoldenFiles,
} from './golden-files.js';

export type * from './golden-files.js';

/** The cases of `tests/golden/<file>.json`, by op. */
export function golden<File extends keyof GoldenFiles>(file: File): GoldenFiles[File] {
  const url = new URL(`../golden/${file}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as GoldenFiles[File];
}

export function conv2dGeometry(c: Conv2dCase): Conv2dGeometry {
  const [batch, inHeight, inWidth, inChannels] = c.xShape;
  const [, outHeight, outWidth, outChannels] = c.yShape;
  const [kernelHeight, kernelWidth] = c.wShape;
  const [strideHeight, strideWidth] = c.stride;
  const [dilationHeight, dilationWidth] = c.dilation;
  const [padTop, padLeft] = c.padding;
  return {
    batch,
    inHeight,
    inWidth,
    inChannels,
    outHeight,
    outWidth,
    outChannels,
    kernelHeight,
    kernelWidth,
    strideHeight,
    strideWidth,
    dilationHeight,
    dilationWidth,
    padTop,
    padLeft,
    groups: c.groups,
  };
}

export function pool2dGeometry(c: MaxPool2dCase | AvgPool2dCase): Pool2dGeometry {
  const [batch, inHeight, inWidth, channels] = c.xShape;
  const [, outHeight, outWidth] = c.yShape;
  const [kernelHeight, kernelWidth] = c.kernelSize;
  const [strideHeight, strideWidth] = c.stride;
  const [dilationHeight, dilationWidth] = 'dilation' in c ? c.dilation : [1, 1];
  const [padTop, padLeft, padBottom, padRight] = c.padding;
  return {
    batch,
    inHeight,
    inWidth,
    channels,
    outHeight,
    outWidth,
    kernelHeight,
    kernelWidth,
    strideHeight,
    strideWidth,
    dilationHeight,
    dilationWidth,
    padTop,
    padLeft,
    padBottom,
    padRight,
  };
}

/** The same case with height 1. */
export function conv1dAs2d(c: Conv1dCase): Conv2dCase {
  return {
    ...c,
    stride: [1, c.stride],
    padding: imagePadding(c.padding),
    dilation: [1, c.dilation],
    xShape: imageShape(c.xShape),
    wShape: [1, ...c.wShape],
    yShape: imageShape(c.yShape),
  };
}

/** The same case with height 1. */
export function maxPool1dAs2d(c: MaxPool1dCase): MaxPool2dCase {
  return { ...pool1dAs2d(c), dilation: [1, c.dilation], argmax: c.argmax };
}

/** The same case with height 1. */
export function avgPool1dAs2d(c: AvgPool1dCase): AvgPool2dCase {
  return { ...pool1dAs2d(c), countIncludePad: c.countIncludePad };
}

function pool1dAs2d(c: PoolCase<Shape1d, number, Padding1d>): PoolCase<Shape2d, Pair, Padding2d> {
  return {
    ...c,
    kernelSize: [1, c.kernelSize],
    stride: [1, c.stride],
    padding: imagePadding(c.padding),
    xShape: imageShape(c.xShape),
    yShape: imageShape(c.yShape),
  };
}

function imageShape([batch, length, channels]: Shape1d): Shape2d {
  return [batch, 1, length, channels];
}

function imagePadding([left, right]: Padding1d): Padding2d {
  return [0, left, 0, right];
}
