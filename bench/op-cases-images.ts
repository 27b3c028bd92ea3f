// Cases of what layers of signals, pictures and volumes do.
import * as sg from '../src/index.js';
import { drawn, each, indices, of, one, type OpCase } from './op-case.js';

const signal = drawn([4, 1024, 64]);
const picture = drawn([4, 32, 32, 64]);
const volume = drawn([1, 16, 16, 16, 64]);

const PRODUCTS: Record<string, OpCase[]> = {
  linear: one(drawn([256, 256], [256, 256], [256]), (x, w, b) => sg.linear(x, w!, b)),
  matmul: one(drawn([256, 256], [256, 256]), (a, b) => sg.matmul(a, b!)),
  conv1d: one(drawn([4, 1024, 64], [3, 64, 64], [64]), (x, w, b) => sg.conv1d(x, w!, b)),
  conv2d: one(drawn([4, 32, 32, 64], [3, 3, 64, 64], [64]), (x, w, b) => sg.conv2d(x, w!, b)),
  conv3d: one(drawn([1, 16, 16, 16, 64], [3, 3, 3, 64, 64], [64]), (x, w, b) =>
    sg.conv3d(x, w!, b),
  ),
  convTranspose1d: one(drawn([4, 1024, 64], [3, 64, 64], [64]), (x, w, b) =>
    sg.convTranspose1d(x, w!, b),
  ),
  convTranspose2d: one(drawn([4, 32, 32, 64], [3, 3, 64, 64], [64]), (x, w, b) =>
    sg.convTranspose2d(x, w!, b),
  ),
  convTranspose3d: one(drawn([1, 16, 16, 16, 64], [3, 3, 3, 64, 64], [64]), (x, w, b) =>
    sg.convTranspose3d(x, w!, b),
  ),
};

const POOLS: Record<string, OpCase[]> = {
  ...each(signal, {
    adaptiveAvgPool1d: (x) => sg.adaptiveAvgPool1d(x, 300),
    adaptiveMaxPool1d: (x) => sg.adaptiveMaxPool1d(x, 300),
    avgPool1d: (x) => sg.avgPool1d(x, 2),
    globalAvgPool1d: sg.globalAvgPool1d,
    globalMaxPool1d: sg.globalMaxPool1d,
    lpPool1d: (x) => sg.lpPool1d(x, 2, 2),
    maxPool1d: (x) => sg.maxPool1d(x, 2),
  }),
  ...each(picture, {
    adaptiveAvgPool2d: (x) => sg.adaptiveAvgPool2d(x, 7),
    adaptiveMaxPool2d: (x) => sg.adaptiveMaxPool2d(x, 7),
    avgPool2d: (x) => sg.avgPool2d(x, 2),
    globalAvgPool2d: sg.globalAvgPool2d,
    globalMaxPool2d: sg.globalMaxPool2d,
    lpPool2d: (x) => sg.lpPool2d(x, 2, 2),
    maxPool2d: (x) => sg.maxPool2d(x, 2),
  }),
  ...each(volume, {
    adaptiveAvgPool3d: (x) => sg.adaptiveAvgPool3d(x, 7),
    adaptiveMaxPool3d: (x) => sg.adaptiveMaxPool3d(x, 7),
    globalAvgPool3d: sg.globalAvgPool3d,
    globalMaxPool3d: sg.globalMaxPool3d,
    lpPool3d: (x) => sg.lpPool3d(x, 2, 2),
  }),
  avgPool3d: [2, 3].map((size) =>
    of(volume, (x) => sg.avgPool3d(x, size, { stride: 2 }), `kernel ${size}`),
  ),
  maxPool3d: [2, 3].map((size) =>
    of(volume, (x) => sg.maxPool3d(x, size, { stride: 2 }), `kernel ${size}`),
  ),
  maxUnpool1d: one(
    () => sg.maxPool1d(sg.rand([4, 1024, 64]), 2, { returnIndices: true }),
    (x, at) => sg.maxUnpool1d(x, at!, 2),
  ),
  maxUnpool2d: one(
    () => sg.maxPool2d(sg.rand([4, 32, 32, 64]), 2, { returnIndices: true }),
    (x, at) => sg.maxUnpool2d(x, at!, 2),
  ),
  maxUnpool3d: one(
    () => sg.maxPool3d(sg.rand([1, 16, 16, 16, 64]), 2, { returnIndices: true }),
    (x, at) => sg.maxUnpool3d(x, at!, 2),
  ),
};

const NORMS: Record<string, OpCase[]> = {
  ...each(drawn([4, 32, 32, 64], [64], [64]), {
    batchNorm: (x, w, b) => sg.batchNorm(x, undefined, undefined, w, b, { training: true }),
    groupNorm: (x, w, b) => sg.groupNorm(x, 8, w, b),
    instanceNorm: (x, w, b) => sg.instanceNorm(x, w, b),
    rmsNorm: (x, w) => sg.rmsNorm(x, 64, w),
  }),
  layerNorm: [
    of(drawn([4, 32, 32, 64], [64], [64]), (x, w, b) => sg.layerNorm(x, 64, w, b), 'rows of 64'),
    of(drawn([512, 512], [512], [512]), (x, w, b) => sg.layerNorm(x, 512, w, b), 'rows of 512'),
  ],
};

const RESIZED: Record<string, OpCase[]> = {
  interpolate: [
    of(drawn([4, 16, 16, 256]), (x) => sg.interpolate(x, { scaleFactor: 2 }), 'nearest'),
    of(
      drawn([4, 16, 16, 256]),
      (x) => sg.interpolate(x, { scaleFactor: 2, mode: 'bilinear' }),
      'bilinear',
    ),
    of(
      drawn([1, 148, 148, 3]),
      (x) => sg.interpolate(x, { scaleFactor: 2, mode: 'bilinear' }),
      'bilinear, 3 channels',
    ),
    of(
      drawn([4, 32, 32, 64]),
      (x) => sg.interpolate(x, { scaleFactor: 0.5, mode: 'bilinear' }),
      'bilinear, to a half',
    ),
    of(
      drawn([4, 16, 16, 256]),
      (x) => sg.interpolate(x, { scaleFactor: 2, mode: 'bicubic' }),
      'bicubic',
    ),
    of(
      drawn([1, 16, 16, 16, 64]),
      (x) => sg.interpolate(x, { scaleFactor: 2, mode: 'trilinear' }),
      'trilinear',
    ),
  ],
};

const LOSSES: Record<string, OpCase[]> = {
  ...each(() => [sg.rand([26_214, 10]), indices(26_214, 10)], {
    crossEntropy: (x, labels) => sg.crossEntropy(x, labels!),
    nllLoss: (x, labels) => sg.nllLoss(x, labels!),
  }),
  mse: one(drawn([512, 512], [512, 512]), (a, b) => sg.mse(a, b!)),
};

/** By the name of the op's definition. */
export const IMAGE_CASES: Readonly<Record<string, readonly OpCase[]>> = {
  ...PRODUCTS,
  ...POOLS,
  ...NORMS,
  ...RESIZED,
  ...LOSSES,
};
