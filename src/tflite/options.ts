import { FormatError } from '../errors.js';
import type { Table } from './flatbuffer.js';

/** The options of all operators, by the names of their fields; each has those of its table. */
export type Options = Readonly<
  Record<NumberField, number> & Record<'newShape' | 'squeezeDims', readonly number[]>
>;

type NumberField =
  | (
      | 'activation'
      | 'adjX'
      | 'adjY'
      | 'alignCorners'
      | 'alpha'
      | 'approximate'
      | 'axis'
      | 'batchDim'
    )
  | ('batchDims' | 'beginMask' | 'beta' | 'bias' | 'bits' | 'blockSize' | 'cellClip' | 'count')
  | ('dilationD' | 'dilationH' | 'dilationW' | 'ellipsisMask' | 'endMask' | 'exclusive' | 'filterH')
  | (
      | 'filterW'
      | 'halfPixelCenters'
      | 'keepDims'
      | 'max'
      | 'min'
      | 'mode'
      | 'narrowRange'
      | 'offset'
    )
  | ('newAxisMask' | 'outType' | 'padding' | 'projectionClip' | 'radius' | 'reverse' | 'seqDim')
  | ('shrinkAxisMask' | 'strideD' | 'strideH' | 'strideW' | 'timeMajor' | 'weightsFormat');

const CONV = 'b:padding i:strideW i:strideH b:activation i:dilationW=1 i:dilationH=1';
const CONV_3D =
  'b:padding i:strideD i:strideW i:strideH b:activation i:dilationD=1 i:dilationW=1 i:dilationH=1';
const POOL = '5 b:padding i:strideW i:strideH i:filterW i:filterH b:activation';
const REDUCER = '27 b:keepDims';

/**
 * The number of an operator's options in their union, and the fields of that table in turn: `b` for 8 bits, `i` for 32,
 * `f` for a float32 and `l` for a list of integers; what is absent is the number behind `=`, or 0. Fields without a name
 * are not read.
 */
const TABLES: Readonly<Record<string, string>> = {
  ADD: '11 b:activation',
  ARG_MAX: '40 b:outType',
  ARG_MIN: '57 b:outType',
  AVERAGE_POOL_2D: POOL,
  BATCH_MATMUL: '101 b:adjX b:adjY',
  CONCATENATION: '10 i:axis b:activation',
  CONV_2D: `1 ${CONV}`,
  CONV_3D: `106 ${CONV_3D}`,
  CONV_3D_TRANSPOSE: `106 ${CONV_3D}`,
  CUMSUM: '102 b:exclusive b:reverse',
  DEPTHWISE_CONV_2D: '2 b:padding i:strideW i:strideH i: b:activation i:dilationW=1 i:dilationH=1',
  DEPTH_TO_SPACE: '94 i:blockSize',
  DIV: '29 b:activation',
  FAKE_QUANT: '58 f:min f:max i:bits b:narrowRange',
  FULLY_CONNECTED: '8 b:activation b:weightsFormat b:keepDims',
  GATHER: '23 i:axis i:batchDims',
  GELU: '116 b:approximate',
  L2_POOL_2D: POOL,
  LEAKY_RELU: '75 f:alpha',
  LOCAL_RESPONSE_NORMALIZATION: '13 i:radius f:bias f:alpha f:beta',
  MAX_POOL_2D: POOL,
  MEAN: REDUCER,
  MIRROR_PAD: '77 b:mode',
  MUL: '21 b:activation',
  ONE_HOT: '61 i:axis',
  PACK: '59 i:count i:axis',
  REDUCE_ALL: REDUCER,
  REDUCE_ANY: REDUCER,
  REDUCE_MAX: REDUCER,
  REDUCE_MIN: REDUCER,
  REDUCE_PROD: REDUCER,
  RESHAPE: '17 l:newShape',
  RESIZE_BILINEAR: '15 i: i: b:alignCorners b:halfPixelCenters',
  RESIZE_NEAREST_NEIGHBOR: '74 b:alignCorners b:halfPixelCenters',
  REVERSE_SEQUENCE: '87 i:seqDim i:batchDim',
  SHAPE: '55 b:outType=2',
  SOFTMAX: '9 f:beta',
  SPACE_TO_DEPTH: '19 i:blockSize',
  SPLIT: '35 i:count',
  SPLIT_V: '79 i:count',
  SQUEEZE: '30 l:squeezeDims',
  STRIDED_SLICE: '32 i:beginMask i:endMask i:ellipsisMask i:newAxisMask i:shrinkAxisMask b:offset',
  SUB: '28 b:activation',
  SUM: REDUCER,
  TRANSPOSE_CONV: '49 b:padding i:strideW i:strideH b:activation',
  UNIDIRECTIONAL_SEQUENCE_LSTM: '71 b:activation f:cellClip f:projectionClip b:timeMajor',
  UNPACK: '64 i:count i:axis',
};

/**
 * The options of an operator, with their defaults.
 * @param union the number that the file gives its table; 0 for none
 * @throws FormatError for a table of another operator
 */
export function readOptions(
  op: string,
  union: number,
  table: Table | undefined,
  place: string,
): Options {
  const [number, ...fields] = (Object.hasOwn(TABLES, op) ? TABLES[op]! : '').split(' ');
  if (number && table && union !== Number(number)) {
    throw new FormatError(
      `${place}: ${op}: expected its options, of the kind ${number}, got those of the kind ${union}`,
    );
  }
  const options: Record<string, number | number[]> = {};
  fields.forEach((field, i) => {
    const [kind, name, absent = '0'] = field.split(/[:=]/);
    if (name) options[name] = readField(kind!, table, i, Number(absent));
  });
  return options as unknown as Options;
}

function readField(kind: string, table: Table | undefined, field: number, absent: number) {
  if (kind === 'l') return table?.int32s(field) ?? [];
  if (!table) return absent;
  if (kind === 'f') return table.float32(field);
  return kind === 'i' ? table.int32(field, absent) : table.int8(field, absent);
}
