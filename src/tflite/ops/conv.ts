import { conv, convTranspose } from '../../imported/ops/conv-ops.js';
import { gemm, matmul } from '../../imported/ops/matmul.js';
import { reshape } from '../../imported/ops/shape-ops.js';
import type { Order, Value } from '../../imported/value.js';
import { activated, list, type TfliteHandlers } from '../handler.js';
import type { Options } from '../options.js';

/** [out, height, width, in] as [height, width, in, out], and as the transposed convolution has it. */
const CONV_WEIGHT = [1, 2, 3, 0] as const;
const TRANSPOSED_WEIGHT = [1, 2, 0, 3] as const;
/** [1, height, width, out] as [height, width, 1, out]. */
const DEPTHWISE_WEIGHT = [1, 2, 0, 3] as const;
const VOLUME_WEIGHT = [0, 1, 2, 3, 4] as const;

/** Padding as all windows have it. @throws RangeError */
export function paddingOf(padding: number): 'same' | 'valid' {
  if (padding === 0 || padding === 1) return padding === 0 ? 'same' : 'valid';
  throw new RangeError(`padding: expected 0 or 1, got ${padding}`);
}

/** The windows of a convolution of pictures. */
const pictures = ({ padding, strideH, strideW, dilationH, dilationW }: Options, order: Order) => ({
  layout: 'NHWC' as const,
  weightOrder: order,
  padding: paddingOf(padding),
  strides: [strideH, strideW],
  dilations: [dilationH, dilationW],
});

const volumes = (options: Options) => ({
  ...pictures(options, VOLUME_WEIGHT),
  strides: [options.strideD, options.strideH, options.strideW],
  dilations: [options.dilationD, options.dilationH, options.dilationW],
});

/** The order of a constant weight, if it has the axes, at its place among the operands; of the bias behind it. */
const weightsAt =
  (place: number, order: Order) =>
  (operand: number, rank: number): Order | undefined => {
    if (operand === place) return rank === order.length ? order : undefined;
    return rank === 1 && operand > place ? [0] : undefined;
  };

/** The sizes of the spatial axes that a transposed convolution is asked for. */
const wantedShape = (shape: Value) => ({ outputShape: list(shape).slice(1, -1) });

/** The fields of TfLiteTransposeConvParams: three words. @throws RangeError */
function customWindows(bytes: Uint8Array): { padding: 'same' | 'valid'; strides: number[] } {
  if (bytes.length < 12) throw new RangeError(`options: expected 12 bytes, got ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [padding, strideW, strideH] = [0, 4, 8].map((at) => view.getInt32(at, true));
  return { padding: paddingOf(padding! - 1), strides: [strideH!, strideW!] };
}

function fullyConnected(x: Value, weight: Value, bias: Value | undefined, options: Options): Value {
  if (options.weightsFormat !== 0) {
    throw new RangeError(`weightsFormat: expected 0, got ${options.weightsFormat}`);
  }
  const [outFeatures, inFeatures] = weight.shape as [number, number];
  const rows = gemm(reshape(x, [-1, inFeatures]), weight, bias, { transposeB: true });
  const shape = options.keepDims ? [...x.shape.slice(0, -1), outFeatures] : rows.shape;
  return activated(reshape(rows, shape), options);
}

export const CONV_OPS: TfliteHandlers = {
  CONV_2D: {
    operands: 2,
    weightOrder: (operand, rank) => weightsAt(1, CONV_WEIGHT)(operand, rank),
    run: ([x, w, b], { options }) => {
      const groups = x!.shape[3]! / w!.shape[3]!;
      return activated(conv(x!, w!, b, { ...pictures(options, CONV_WEIGHT), groups }), options);
    },
  },
  DEPTHWISE_CONV_2D: {
    operands: 2,
    weightOrder: (operand, rank) => weightsAt(1, DEPTHWISE_WEIGHT)(operand, rank),
    run: ([x, w, b], { options }) => {
      const windows = { ...pictures(options, DEPTHWISE_WEIGHT), groups: x!.shape[3]! };
      return activated(conv(x!, w!, b, windows), options);
    },
  },
  CONV_3D: {
    operands: 2,
    weightOrder: (operand, rank) => weightsAt(1, VOLUME_WEIGHT)(operand, rank),
    run: ([x, w, b], { options }) =>
      activated(
        conv(x!, w!, b, {
          ...volumes(options),
          weightOrder: VOLUME_WEIGHT,
          groups: x!.shape[4]! / w!.shape[3]!,
        }),
        options,
      ),
  },
  TRANSPOSE_CONV: {
    operands: 3,
    weightOrder: (operand, rank) => weightsAt(1, TRANSPOSED_WEIGHT)(operand, rank),
    run: ([shape, w, x, b], { options }) => {
      const { layout, weightOrder, padding, strides } = pictures(options, TRANSPOSED_WEIGHT);
      const windows = { layout, weightOrder, padding, strides, ...wantedShape(shape!) };
      return activated(convTranspose(x!, w!, b, windows), options);
    },
  },
  CONV_3D_TRANSPOSE: {
    operands: 3,
    weightOrder: (operand, rank) => weightsAt(1, VOLUME_WEIGHT)(operand, rank),
    run: ([shape, w, x, b], { options }) =>
      activated(convTranspose(x!, w!, b, { ...volumes(options), ...wantedShape(shape!) }), options),
  },
  'CUSTOM:Convolution2DTransposeBias': {
    operands: 3,
    weightOrder: (operand, rank) => weightsAt(1, TRANSPOSED_WEIGHT)(operand, rank),
    run: ([x, w, b], { customOptions }) =>
      convTranspose(x!, w!, b, {
        layout: 'NHWC',
        weightOrder: TRANSPOSED_WEIGHT,
        ...customWindows(customOptions),
      }),
  },
  FULLY_CONNECTED: {
    operands: 2,
    weightOrder: (operand, rank) => weightsAt(1, [1, 0])(operand, rank),
    run: ([x, w, b], { options }) => fullyConnected(x!, w!, b, options),
  },
  BATCH_MATMUL: {
    operands: 2,
    weightOrder: (operand, rank) => (operand === 1 && rank === 2 ? [0, 1] : undefined),
    run: ([a, b], { options: { adjX, adjY } }) =>
      matmul(a!, b!, { transposeA: adjX !== 0, transposeB: adjY !== 0 }),
  },
};
