import { emitConv } from './ops/conv.js';
import {
  emitConcat,
  emitFlip,
  emitPad,
  emitRoll,
  emitShuffle,
  emitSlice,
  emitSplit,
  emitStack,
} from './ops/copy.js';
import { type Emit, type Emitters, emitMap, emitPair, isMap, isPair } from './ops/elementwise.js';
import {
  emitCast,
  emitEmbedding,
  emitGather,
  emitOneHot,
  emitScatterAdd,
  emitTakeAlongAxis,
} from './ops/index-ops.js';
import { emitLinear, emitMatmul } from './ops/matmul.js';
import {
  emitBatchNorm,
  emitGroupNorm,
  emitInstanceNorm,
  emitLayerNorm,
  emitRmsNorm,
  emitStatistics,
} from './ops/norm.js';
import { emitAvgPool, emitGlobalAvgPool, emitLpPool, emitMaxPool } from './ops/pool.js';
import { emitArgReduction, emitReduction, emitSoftmax, emitTopk } from './ops/reduce.js';
import { emitInterpolate } from './ops/resize.js';
import { emitExpand, emitPermute, emitRepeat, emitReshape, emitTile } from './ops/shape.js';

/** By the names of our ops; those of one and of two tensors, element by element, have tables of their own. */
const EMITTERS: Emitters = {
  argmax: emitArgReduction,
  argmin: emitArgReduction,
  batchNorm: emitBatchNorm,
  cast: emitCast,
  channelShuffle: emitShuffle,
  channelStatistics: emitStatistics,
  concat: emitConcat,
  depthToSpace: emitShuffle,
  embedding: emitEmbedding,
  expand: emitExpand,
  flatten: emitReshape,
  flip: emitFlip,
  gather: emitGather,
  groupNorm: emitGroupNorm,
  instanceNorm: emitInstanceNorm,
  interpolate: emitInterpolate,
  layerNorm: emitLayerNorm,
  linear: emitLinear,
  matmul: emitMatmul,
  max: emitReduction,
  mean: emitReduction,
  min: emitReduction,
  oneHot: emitOneHot,
  pad: emitPad,
  permute: emitPermute,
  pixelShuffle: emitShuffle,
  pixelUnshuffle: emitShuffle,
  repeatInterleave: emitRepeat,
  reshape: emitReshape,
  rmsNorm: emitRmsNorm,
  roll: emitRoll,
  scatterAdd: emitScatterAdd,
  slice: emitSlice,
  softmax: emitSoftmax,
  spaceToDepth: emitShuffle,
  split: emitSplit,
  squeeze: emitReshape,
  stack: emitStack,
  sum: emitReduction,
  takeAlongAxis: emitTakeAlongAxis,
  tile: emitTile,
  topk: emitTopk,
  unsqueeze: emitReshape,
};

/** Those whose names end with the number of axes of their windows. */
const BY_AXES: Emitters = {
  adaptiveAvgPool: emitAvgPool,
  adaptiveMaxPool: emitMaxPool,
  avgPool: emitAvgPool,
  conv: emitConv,
  convTranspose: emitConv,
  globalAvgPool: emitGlobalAvgPool,
  globalMaxPool: emitMaxPool,
  lpPool: emitLpPool,
  maxPool: emitMaxPool,
};

/** How an op is said in ONNX; undefined where it cannot be. */
export function emitterOf(op: string): Emit | undefined {
  if (isMap(op)) return emitMap;
  if (isPair(op)) return emitPair;
  if (Object.hasOwn(EMITTERS, op)) return EMITTERS[op];
  const family = op.replace(/[123]d$/, '');
  return Object.hasOwn(BY_AXES, family) ? BY_AXES[family] : undefined;
}
