import { conv, convTranspose, channelsFirstWeight } from '../../imported/ops/conv-ops.js';
import { gemm, matmul } from '../../imported/ops/matmul.js';
import {
  batchNorm,
  batchNormOfInput,
  groupNorm,
  layerNorm,
  layerStatistics,
  lpNormalize,
  lrn,
  meanVarianceNormalize,
  rmsNorm,
  runningMean,
} from '../../imported/ops/norm-ops.js';
import { axisOf } from '../../imported/ops/copies.js';
import { gather } from '../../imported/ops/index-ops.js';
import { sameOrder, Value } from '../../imported/value.js';
import type { OnnxAttributes } from '../attributes.js';
import { convWeightOrder, optional, type OnnxHandlers, plainWeights } from './handler.js';
import { sized, windowsOf } from './windows.js';

const eps = (attributes: OnnxAttributes) => attributes.float('epsilon') ?? 1e-5;

/** Convolutions and products. */
export const LAYERS: OnnxHandlers = {
  Conv: {
    needs: 2,
    weightOrder: convWeightOrder,
    run: ([x, w, b], attributes) => conv(x!, w!, b, convOptions(attributes, x!)),
  },
  ConvTranspose: {
    needs: 2,
    weightOrder: convWeightOrder,
    run: ([x, w, b], attributes) =>
      convTranspose(x!, w!, b, {
        ...convOptions(attributes, x!),
        outputPadding: sized(attributes, 'output_padding', x!.rank - 2),
        outputShape: attributes.ints('output_shape')?.slice(2 - x!.rank),
      }),
  },
  Gemm: {
    needs: 2,
    weightOrder(operand, rank, attributes) {
      if (operand === 1 && rank === 2) return attributes.flag('transB') ? [1, 0] : [0, 1];
      return operand === 2 ? sameOrder(rank) : undefined;
    },
    run: ([a, b, c], attributes) =>
      gemm(a!, b!, c, {
        transposeA: attributes.flag('transA'),
        transposeB: attributes.flag('transB'),
        alpha: attributes.float('alpha') ?? 1,
        beta: attributes.float('beta') ?? 1,
      }),
  },
  MatMul: {
    needs: 2,
    weightOrder: (_, rank) => (rank > 1 ? sameOrder(rank) : undefined),
    run: ([a, b]) => matmul(a!, b!),
  },
};

function convOptions(attributes: OnnxAttributes, x: Value) {
  return {
    ...windowsOf(attributes, x.rank - 2),
    layout: 'NCHW' as const,
    weightOrder: channelsFirstWeight(x.rank),
    groups: attributes.int('group') ?? 1,
  };
}

/** Normalizations. */
export const NORMS: OnnxHandlers = {
  BatchNormalization: {
    needs: 5,
    // The running statistics are no weights.
    weightOrder: (operand, rank) => (operand === 1 || operand === 2 ? sameOrder(rank) : undefined),
    run([x, scale, bias, mean, variance], attributes) {
      const options = { layout: 'NCHW' as const, eps: eps(attributes) };
      if (!attributes.flag('training_mode')) {
        return batchNorm(x!, { scale, bias, mean: mean!, variance: variance! }, options);
      }
      const momentum = attributes.float('momentum') ?? 0.9;
      const [y, newMean, newVariance] = batchNormOfInput(x!, { scale, bias }, options);
      return [
        y,
        runningMean(mean!, newMean, momentum),
        runningMean(variance!, newVariance, momentum),
      ];
    },
  },
  InstanceNormalization: {
    needs: 3,
    weightOrder: plainWeights,
    run: ([x, scale, bias], attributes) =>
      groupNorm(x!, x!.shape[1]!, { scale, bias }, { layout: 'NCHW', eps: eps(attributes) }),
  },
  GroupNormalization: {
    needs: 3,
    weightOrder: plainWeights,
    run([x, scale, bias], attributes) {
      const groups = attributes.needed('num_groups', attributes.int('num_groups'));
      const channels = x!.shape[1]!;
      const options = { layout: 'NCHW' as const, eps: eps(attributes) };
      const affine = {
        scale: ofChannels(scale!, channels),
        bias: ofChannels(bias!, channels),
      };
      return groupNorm(x!, groups, affine, options);
    },
  },
  LayerNormalization: {
    needs: 2,
    weightOrder: plainWeights,
    run([x, scale, bias], attributes, { node }) {
      const axis = axisOf('layerNorm', attributes.int('axis') ?? -1, x!.rank);
      const options = { eps: eps(attributes) };
      const y = layerNorm(x!, axis, { scale, bias: optional(bias) }, options);
      return node.outputs.length > 1 ? [y, ...layerStatistics(x!, axis, options.eps)] : y;
    },
  },
  RMSNormalization: {
    needs: 2,
    weightOrder: plainWeights,
    run: ([x, scale], attributes) =>
      rmsNorm(x!, axisOf('rmsNorm', attributes.int('axis') ?? -1, x!.rank), scale, {
        eps: eps(attributes),
      }),
  },
  LRN: {
    run: ([x], attributes) =>
      lrn(x!, attributes.needed('size', attributes.int('size')), {
        layout: 'NCHW',
        alpha: attributes.float('alpha') ?? 1e-4,
        beta: attributes.float('beta') ?? 0.75,
        k: attributes.float('bias') ?? 1,
      }),
  },
  LpNormalization: {
    run: ([x], attributes) =>
      lpNormalize(
        x!,
        axisOf('lpNormalize', attributes.int('axis') ?? -1, x!.rank),
        attributes.int('p') ?? 2,
      ),
  },
  MeanVarianceNormalization: {
    run: ([x], attributes) =>
      meanVarianceNormalize(
        x!,
        (attributes.ints('axes') ?? [0, 2, 3]).map((axis) => axisOf('axes', axis, x!.rank)),
      ),
  },
};

/** Scales of groups, as opset 18 to 20 have them, as those of their channels. */
function ofChannels(values: Value, channels: number): Value {
  if (values.size === channels) return values;
  const groups = values.size;
  const places = Array.from({ length: channels }, (_, c) => Math.floor((c * groups) / channels));
  return gather(values, Value.host(places, [channels], 'int64'));
}
