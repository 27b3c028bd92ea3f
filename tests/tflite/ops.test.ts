// Every operator in a file of its own, against numbers that are plain to see.
import { describe, expect, test } from 'vitest';
import { tensor } from '../../src/creation.js';
import { loadTflite } from '../../src/tflite/index.js';
import { type NestedArray, scope } from '../../src/tensor.js';
import { type Field, tfliteFile, type TYPES } from '../support/tflite-file.js';

interface Operand {
  readonly shape: number[];
  readonly values: number[];
  readonly type: keyof typeof TYPES;
  readonly isConstant: boolean;
}

const flat = (data: NestedArray): number[] =>
  typeof data === 'number' ? [data] : data.flatMap(flat);
const shapeOf = (data: NestedArray): number[] =>
  typeof data === 'number' ? [] : [data.length, ...(data.length > 0 ? shapeOf(data[0]!) : [])];

/** An input of the model, and a constant of it. */
const input = (data: NestedArray, type: Operand['type'] = 'float32'): Operand => ({
  shape: shapeOf(data),
  values: flat(data),
  type,
  isConstant: false,
});
const constant = (data: NestedArray, type: Operand['type'] = 'int32'): Operand => ({
  ...input(data, type),
  isConstant: true,
});
const i32 = (value: number): Field => ({ i32: value });
const i8 = (value: number): Field => ({ i8: value });
const f32 = (value: number): Field => ({ f32: value });

type Options = readonly [union: number, fields: readonly Field[]];

interface Call {
  readonly operands: readonly Operand[];
  readonly options?: Options;
  readonly outputs?: number;
  readonly outputType?: Operand['type'];
  readonly custom?: Uint8Array;
}

/** What a model of one operator gives. */
function run(code: number | string, call: Call): NestedArray[] {
  const { operands, outputs = 1, outputType = 'float32', options, custom } = call;
  const tensors = [
    ...operands.map(({ shape, values, type, isConstant }) => ({
      shape,
      type,
      ...(isConstant && { data: values }),
    })),
    ...Array.from({ length: outputs }, () => ({ shape: [], type: outputType })),
  ];
  const places = tensors.map((_, i) => i);
  const results = places.slice(operands.length);
  const inputs = places.filter((place) => operands[place]?.isConstant === false);
  const operator = {
    code,
    inputs: places.slice(0, operands.length),
    outputs: results,
    ...(options && { options }),
    ...(custom && { custom }),
  };
  const model = loadTflite(
    tfliteFile({ tensors, operators: [operator], inputs, outputs: results }),
  );
  return scope(() => {
    const given = inputs.map((place) => {
      const { values, shape } = operands[place]!;
      return [`t${place}`, tensor(values, shape)] as const;
    });
    const named = model.run(Object.fromEntries(given));
    model.dispose();
    return results.map((place) => named[`t${place}`]!.toArray());
  });
}

function expectNear(got: NestedArray, expected: NestedArray): void {
  expect(shapeOf(got)).toEqual(shapeOf(expected));
  const values = flat(expected);
  flat(got).forEach((value, i) => {
    expect(Math.abs(value - values[i]!)).toBeLessThan(1e-5 * Math.max(1, Math.abs(values[i]!)));
  });
}

type Row = [name: string, code: number | string, call: Call, ...expected: NestedArray[]];
const check = (rows: Row[]) =>
  test.each(rows)('%s', (_, code, call, ...expected) => {
    const got = run(code, { outputs: expected.length, ...call });
    expected.forEach((value, i) => expectNear(got[i]!, value));
  });

const X = input([-2, -0.5, 0, 0.5, 7]);

describe('of one operand', () => {
  const of = (name: string, code: number, expected: number[], options?: Options): Row => [
    name,
    code,
    { operands: [X], ...(options && { options }) },
    expected,
  ];
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  check([
    of('ABS', 101, [2, 0.5, 0, 0.5, 7]),
    of('CEIL', 104, [-2, 0, 0, 1, 7]),
    of('COS', 108, X.values.map(Math.cos)),
    of('DEQUANTIZE of floats', 6, X.values),
    of(
      'ELU',
      111,
      X.values.map((x) => (x > 0 ? x : Math.expm1(x))),
    ),
    of('EXP', 47, X.values.map(Math.exp)),
    of('FAKE_QUANT', 80, [-1, -0.5, 0, 0.5, 1.55], [58, [f32(-1), f32(1.55), i32(8)]]),
    of('FLOOR', 8, [-2, -1, 0, 0, 7]),
    of('GELU', 150, [-0.0454023, -0.154286, 0, 0.345714, 7], [116, [i8(1)]]),
    of('HARD_SWISH', 117, [-1 / 3, -1.25 / 6, 0, 1.75 / 6, 7]),
    of('LEAKY_RELU', 98, [-0.5, -0.125, 0, 0.5, 7], [75, [f32(0.25)]]),
    of('LOGISTIC', 14, X.values.map(sigmoid)),
    of(
      'LOG_SOFTMAX',
      50,
      X.values.map((x) => x - Math.log(X.values.reduce((s, v) => s + Math.exp(v), 0))),
    ),
    of(
      'L2_NORMALIZATION',
      11,
      X.values.map((x) => x / Math.hypot(...X.values)),
    ),
    of('NEG', 59, [2, 0.5, -0, -0.5, -7]),
    of('RELU', 19, [0, 0, 0, 0.5, 7]),
    of('RELU6', 21, [0, 0, 0, 0.5, 6]),
    of('RELU_0_TO_1', 152, [0, 0, 0, 0.5, 1]),
    of('RELU_N1_TO_1', 20, [-1, -0.5, 0, 0.5, 1]),
    of('ROUND', 116, [-2, -0, 0, 0, 7]),
    of('SIGN', 158, [-1, -1, 0, 1, 1]),
    of('SIN', 66, X.values.map(Math.sin)),
    of(
      'SOFTMAX with beta',
      25,
      X.values.map((x) => Math.exp(x / 2) / X.values.reduce((s, v) => s + Math.exp(v / 2), 0)),
      [9, [f32(0.5)]],
    ),
    of('SQUARE', 92, [4, 0.25, 0, 0.25, 49]),
    of('TANH', 28, X.values.map(Math.tanh)),
    of('ZEROS_LIKE', 93, [0, 0, 0, 0, 0]),
    ['LOG', 73, { operands: [input([1, 4])] }, [0, Math.log(4)]],
    ['SQRT', 75, { operands: [input([1, 4])] }, [1, 2]],
    ['RSQRT', 76, { operands: [input([1, 4])] }, [1, 0.5]],
    ['CAST to whole numbers', 53, { operands: [X], outputType: 'int32' }, [-2, 0, 0, 0, 7]],
    ['LOGICAL_NOT', 87, { operands: [input([0, 1], 'bool')] }, [1, 0]],
  ]);
});

describe('of two operands', () => {
  const a = input([
    [1, 2],
    [-3, 4],
  ]);
  const b = constant([2, -3], 'float32');
  const of = (name: string, code: number, expected: NestedArray, options?: Options): Row => [
    name,
    code,
    { operands: [a, b], ...(options && { options }) },
    expected,
  ];
  check([
    of(
      'ADD with RELU',
      0,
      [
        [3, 0],
        [0, 1],
      ],
      [11, [i8(1)]],
    ),
    of(
      'SUB with RELU_N1_TO_1',
      41,
      [
        [-1, 1],
        [-1, 1],
      ],
      [28, [i8(2)]],
    ),
    of(
      'MUL with RELU6',
      18,
      [
        [2, 0],
        [0, 0],
      ],
      [21, [i8(3)]],
    ),
    of(
      'DIV with TANH',
      42,
      [
        [Math.tanh(0.5), Math.tanh(-2 / 3)],
        [Math.tanh(-1.5), Math.tanh(-4 / 3)],
      ],
      [29, [i8(4)]],
    ),
    of('FLOOR_DIV', 90, [
      [0, -1],
      [-2, -2],
    ]),
    of('FLOOR_MOD', 95, [
      [1, -1],
      [1, -2],
    ]),
    of('MAXIMUM', 55, [
      [2, 2],
      [2, 4],
    ]),
    of('MINIMUM', 57, [
      [1, -3],
      [-3, -3],
    ]),
    of('POW', 78, [
      [1, 0.125],
      [9, 1 / 64],
    ]),
    of('SQUARED_DIFFERENCE', 99, [
      [1, 25],
      [25, 49],
    ]),
    of('PRELU', 54, [
      [1, 2],
      [-6, 4],
    ]),
    of('EQUAL', 71, [
      [0, 0],
      [0, 0],
    ]),
    of('NOT_EQUAL', 72, [
      [1, 1],
      [1, 1],
    ]),
    of('GREATER', 61, [
      [0, 1],
      [0, 1],
    ]),
    of('GREATER_EQUAL', 62, [
      [0, 1],
      [0, 1],
    ]),
    of('LESS', 58, [
      [1, 0],
      [1, 0],
    ]),
    of('LESS_EQUAL', 63, [
      [1, 0],
      [1, 0],
    ]),
    [
      'LOGICAL_AND',
      86,
      { operands: [input([0, 1, 1], 'bool'), input([1, 0, 1], 'bool')] },
      [0, 0, 1],
    ],
    [
      'LOGICAL_OR',
      84,
      { operands: [input([0, 1, 0], 'bool'), input([1, 0, 0], 'bool')] },
      [1, 1, 0],
    ],
    ['ADD_N', 106, { operands: [input([1, 2]), input([3, 4]), input([5, 6])] }, [9, 12]],
    [
      'SELECT of rows',
      64,
      {
        operands: [
          input([1, 0], 'bool'),
          a,
          input([
            [5, 6],
            [7, 8],
          ]),
        ],
      },
      [
        [1, 2],
        [7, 8],
      ],
    ],
    [
      'SELECT_V2',
      123,
      {
        operands: [
          input([1, 0], 'bool'),
          a,
          input([
            [5, 6],
            [7, 8],
          ]),
        ],
      },
      [
        [1, 6],
        [-3, 8],
      ],
    ],
  ]);
});

describe('convolutions and pools', () => {
  const picture = input([
    [
      [[1], [2], [3]],
      [[4], [5], [6]],
      [[7], [8], [9]],
    ],
  ]);
  const two = input([
    [
      [
        [1, 10],
        [2, 20],
      ],
      [
        [3, 30],
        [4, 40],
      ],
    ],
  ]);
  const ones = constant(
    [
      [
        [[1], [1]],
        [[1], [1]],
      ],
    ],
    'float32',
  );
  const bias = constant([0.5], 'float32');
  const conv = (padding: number, stride = 1, dilation = 1): Options => [
    1,
    [i8(padding), i32(stride), i32(stride), i8(0), i32(dilation), i32(dilation)],
  ];
  const pool = (padding: number, stride = 1): Options => [
    5,
    [i8(padding), i32(stride), i32(stride), i32(2), i32(2), i8(0)],
  ];
  const words = (...values: number[]) => new Uint8Array(Int32Array.from(values).buffer);
  check([
    [
      'CONV_2D, valid',
      3,
      { operands: [picture, ones, bias], options: conv(1) },
      [
        [
          [[12.5], [16.5]],
          [[24.5], [28.5]],
        ],
      ],
    ],
    [
      'CONV_2D, same, stride 2',
      3,
      { operands: [picture, ones], options: conv(0, 2) },
      [
        [
          [[12], [9]],
          [[15], [9]],
        ],
      ],
    ],
    ['CONV_2D, dilated', 3, { operands: [picture, ones], options: conv(1, 1, 2) }, [[[[20]]]]],
    [
      'CONV_2D in groups',
      3,
      { operands: [two, constant([[[[1]]], [[[2]]]], 'float32')], options: conv(1) },
      [
        [
          [
            [1, 20],
            [2, 40],
          ],
          [
            [3, 60],
            [4, 80],
          ],
        ],
      ],
    ],
    [
      'DEPTHWISE_CONV_2D with a multiplier',
      4,
      {
        operands: [two, constant([[[[1, 2, 3, 4]]]], 'float32'), constant([0, 0, 0, 1], 'float32')],
        options: [2, [i8(1), i32(1), i32(1), i32(2), i8(0)]],
      },
      [
        [
          [
            [1, 2, 30, 41],
            [2, 4, 60, 81],
          ],
          [
            [3, 6, 90, 121],
            [4, 8, 120, 161],
          ],
        ],
      ],
    ],
    [
      'TRANSPOSE_CONV, valid',
      67,
      {
        operands: [
          constant([1, 3, 2, 1]),
          constant([[[[1]], [[2]]]], 'float32'),
          input([[[[1], [2]]]]),
          bias,
        ],
        options: [49, [i8(1), i32(1), i32(2)]],
      },
      [
        [
          [[1.5], [2.5]],
          [[2.5], [4.5]],
          [[0.5], [0.5]],
        ],
      ],
    ],
    [
      'TRANSPOSE_CONV, same',
      67,
      {
        operands: [
          constant([1, 1, 4, 1]),
          constant([[[[1], [2], [3]]]], 'float32'),
          input([[[[1], [10]]]]),
        ],
        options: [49, [i8(0), i32(2), i32(1)]],
      },
      [[[[1], [2], [13], [20]]]],
    ],
    [
      'Convolution2DTransposeBias',
      'Convolution2DTransposeBias',
      {
        operands: [
          input([[[[1], [10]]]]),
          constant(
            [
              [
                [[1], [2]],
                [[3], [4]],
              ],
            ],
            'float32',
          ),
          bias,
        ],
        custom: words(1, 2, 2),
      },
      [
        [
          [[1.5], [2.5], [10.5], [20.5]],
          [[3.5], [4.5], [30.5], [40.5]],
        ],
      ],
    ],
    [
      'CONV_3D',
      132,
      {
        operands: [
          input([[[[[1], [2]]], [[[3], [4]]]]]),
          constant([[[[[1]]]], [[[[10]]]]], 'float32'),
        ],
        options: [106, [i8(1), i32(1), i32(1), i32(1), i8(0)]],
      },
      [[[[[31], [42]]]]],
    ],
    [
      'CONV_3D_TRANSPOSE',
      141,
      {
        operands: [
          constant([1, 2, 1, 2, 1]),
          constant([[[[[1]]]], [[[[10]]]]], 'float32'),
          input([[[[[1], [2]]]]]),
        ],
        options: [106, [i8(1), i32(1), i32(1), i32(1), i8(0)]],
      },
      [[[[[1], [2]]], [[[10], [20]]]]],
    ],
    [
      'AVERAGE_POOL_2D, same: padding does not count',
      1,
      { operands: [picture], options: pool(0, 2) },
      [
        [
          [[3], [4.5]],
          [[7.5], [9]],
        ],
      ],
    ],
    [
      'MAX_POOL_2D',
      17,
      { operands: [picture], options: pool(1) },
      [
        [
          [[5], [6]],
          [[8], [9]],
        ],
      ],
    ],
    ['L2_POOL_2D', 12, { operands: [picture], options: pool(1, 2) }, [[[[Math.sqrt(46 / 4)]]]]],
    [
      'FULLY_CONNECTED flattens',
      9,
      {
        operands: [
          two,
          constant(
            [
              [1, 0, 0, 0, 0, 0, 0, 1],
              [1, 1, 1, 1, 0, 0, 0, 0],
            ],
            'float32',
          ),
          constant([1, -50], 'float32'),
        ],
        options: [8, [i8(1)]],
      },
      [[42, 0]],
    ],
    [
      'FULLY_CONNECTED that keeps its axes',
      9,
      { operands: [two, constant([[1, 1]], 'float32')], options: [8, [i8(0), i8(0), i8(1)]] },
      [
        [
          [[11], [22]],
          [[33], [44]],
        ],
      ],
    ],
    [
      'BATCH_MATMUL',
      126,
      {
        operands: [
          input([[[1, 2]]]),
          input([
            [
              [3, 4],
              [5, 6],
            ],
          ]),
        ],
        options: [101, [i8(0), i8(1)]],
      },
      [[[11, 17]]],
    ],
    [
      'RESIZE_BILINEAR',
      23,
      {
        operands: [input([[[[0], [4]]]]), constant([1, 4])],
        options: [15, [undefined, undefined, i8(0), i8(1)]],
      },
      [[[[0], [1], [3], [4]]]],
    ],
    [
      'RESIZE_BILINEAR, corners aligned',
      23,
      {
        operands: [input([[[[0], [3]]]]), constant([1, 4])],
        options: [15, [undefined, undefined, i8(1), i8(0)]],
      },
      [[[[0], [1], [2], [3]]]],
    ],
    [
      'RESIZE_BILINEAR, as it was',
      23,
      { operands: [input([[[[0], [4]]]]), constant([1, 4])], options: [15, []] },
      [[[[0], [2], [4], [4]]]],
    ],
    [
      'RESIZE_NEAREST_NEIGHBOR',
      97,
      { operands: [input([[[[1], [2], [3]]]]), constant([1, 2])], options: [74, [i8(0), i8(1)]] },
      [[[[1], [3]]]],
    ],
    [
      'RESIZE_NEAREST_NEIGHBOR, as it was',
      97,
      { operands: [input([[[[1], [2], [3]]]]), constant([1, 2])], options: [74, []] },
      [[[[1], [2]]]],
    ],
    [
      'LOCAL_RESPONSE_NORMALIZATION',
      13,
      { operands: [input([[[[1, 2, 3]]]])], options: [13, [i32(1), f32(1), f32(0.5), f32(1)]] },
      [[[[1 / 3.5, 2 / 8, 3 / 7.5]]]],
    ],
  ]);
});

describe('places and shapes', () => {
  const matrix = input([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const pixels = input([
    [
      [[1], [2]],
      [[3], [4]],
    ],
  ]);
  const no = undefined;
  check([
    [
      'RESHAPE',
      22,
      { operands: [matrix, constant([3, -1])] },
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    ],
    [
      'RESHAPE by its options',
      22,
      { operands: [matrix], options: [17, [{ i32s: [-1] }]] },
      [1, 2, 3, 4, 5, 6],
    ],
    [
      'SQUEEZE',
      43,
      { operands: [pixels], options: [30, [{ i32s: [-1] }]] },
      [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    ],
    [
      'EXPAND_DIMS',
      70,
      { operands: [matrix, constant(0)] },
      [
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
      ],
    ],
    [
      'TRANSPOSE',
      39,
      { operands: [matrix, constant([1, 0])] },
      [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    ],
    [
      'CONCATENATION',
      2,
      { operands: [matrix, constant([[7], [-8]], 'float32')], options: [10, [i32(-1), i8(1)]] },
      [
        [1, 2, 3, 7],
        [4, 5, 6, 0],
      ],
    ],
    [
      'PAD',
      34,
      {
        operands: [
          matrix,
          constant([
            [1, 0],
            [0, 1],
          ]),
        ],
      },
      [
        [0, 0, 0, 0],
        [1, 2, 3, 0],
        [4, 5, 6, 0],
      ],
    ],
    [
      'PADV2',
      60,
      {
        operands: [
          matrix,
          constant([
            [0, 0],
            [1, 0],
          ]),
          constant(-1, 'float32'),
        ],
      },
      [
        [-1, 1, 2, 3],
        [-1, 4, 5, 6],
      ],
    ],
    [
      'MIRROR_PAD',
      100,
      {
        operands: [
          matrix,
          constant([
            [1, 0],
            [0, 2],
          ]),
        ],
        options: [77, [i8(0)]],
      },
      [
        [4, 5, 6, 5, 4],
        [1, 2, 3, 2, 1],
        [4, 5, 6, 5, 4],
      ],
    ],
    [
      'MIRROR_PAD, symmetric',
      100,
      {
        operands: [
          matrix,
          constant([
            [1, 0],
            [0, 2],
          ]),
        ],
        options: [77, [i8(1)]],
      },
      [
        [1, 2, 3, 3, 2],
        [1, 2, 3, 3, 2],
        [4, 5, 6, 6, 5],
      ],
    ],
    [
      'STRIDED_SLICE',
      45,
      {
        operands: [matrix, constant([0, 3]), constant([1, 0]), constant([1, -2])],
        options: [32, [i32(0), i32(2), no, no, i32(1)]],
      },
      [3, 1],
    ],
    [
      'STRIDED_SLICE of lengths',
      45,
      {
        operands: [matrix, constant([1, 1]), constant([1, 2]), constant([1, 1])],
        options: [32, [no, no, no, no, no, i8(1)]],
      },
      [[5, 6]],
    ],
    ['SLICE', 65, { operands: [matrix, constant([0, 1]), constant([1, -1])] }, [[2, 3]]],
    [
      'SPLIT',
      49,
      { operands: [constant(1), matrix], options: [35, [i32(3)]] },
      [[1], [4]],
      [[2], [5]],
      [[3], [6]],
    ],
    [
      'SPLIT_V',
      102,
      { operands: [matrix, constant([1, -1]), constant(-1)], options: [79, [i32(2)]] },
      [[1], [4]],
      [
        [2, 3],
        [5, 6],
      ],
    ],
    [
      'PACK',
      83,
      { operands: [input([1, 2]), input([3, 4])], options: [59, [i32(2), i32(1)]] },
      [
        [1, 3],
        [2, 4],
      ],
    ],
    ['UNPACK', 88, { operands: [matrix], options: [64, [i32(2), i32(0)]] }, [1, 2, 3], [4, 5, 6]],
    [
      'GATHER',
      36,
      { operands: [matrix, constant([2, 0])], options: [23, [i32(1)]] },
      [
        [3, 1],
        [6, 4],
      ],
    ],
    [
      'GATHER_ND',
      107,
      {
        operands: [
          matrix,
          constant([
            [1, 2],
            [0, 0],
          ]),
        ],
      },
      [6, 1],
    ],
    [
      'SCATTER_ND',
      122,
      { operands: [constant([[2], [0]]), input([5, 7]), constant([4])] },
      [7, 0, 5, 0],
    ],
    [
      'EMBEDDING_LOOKUP',
      7,
      { operands: [constant([1, 1]), matrix] },
      [
        [4, 5, 6],
        [4, 5, 6],
      ],
    ],
    ['TILE', 69, { operands: [input([1, 2]), constant([2])] }, [1, 2, 1, 2]],
    [
      'BROADCAST_TO',
      130,
      { operands: [input([1, 2]), constant([2, 2])] },
      [
        [1, 2],
        [1, 2],
      ],
    ],
    [
      'FILL',
      94,
      { operands: [constant([2, 2]), input(3)] },
      [
        [3, 3],
        [3, 3],
      ],
    ],
    [
      'RANGE',
      96,
      { operands: [constant(1), constant(7), constant(3)], outputType: 'int32' },
      [1, 4],
    ],
    ['SHAPE', 77, { operands: [matrix], outputType: 'int32' }, [2, 3]],
    ['RANK', 110, { operands: [matrix], outputType: 'int32' }, 2],
    [
      'ONE_HOT',
      85,
      {
        operands: [constant([1, 3]), constant(3), constant(5, 'float32'), constant(-1, 'float32')],
        options: [61, [i32(-1)]],
      },
      [
        [-1, 5, -1],
        [-1, -1, -1],
      ],
    ],
    [
      'REVERSE_V2',
      105,
      { operands: [matrix, constant([1])] },
      [
        [3, 2, 1],
        [6, 5, 4],
      ],
    ],
    ['SPACE_TO_DEPTH', 26, { operands: [pixels], options: [19, [i32(2)]] }, [[[[1, 2, 3, 4]]]]],
    [
      'DEPTH_TO_SPACE',
      5,
      { operands: [input([[[[1, 2, 3, 4]]]])], options: [94, [i32(2)]] },
      [
        [
          [[1], [2]],
          [[3], [4]],
        ],
      ],
    ],
    [
      'SPACE_TO_BATCH_ND',
      38,
      {
        operands: [
          pixels,
          constant([2, 2]),
          constant([
            [0, 0],
            [2, 0],
          ]),
        ],
      },
      [[[[0], [1]]], [[[0], [2]]], [[[0], [3]]], [[[0], [4]]]],
    ],
    [
      'BATCH_TO_SPACE_ND',
      37,
      {
        operands: [
          input([[[[0], [1]]], [[[0], [2]]], [[[0], [3]]], [[[0], [4]]]]),
          constant([2, 2]),
          constant([
            [0, 0],
            [2, 0],
          ]),
        ],
      },
      [
        [
          [[1], [2]],
          [[3], [4]],
        ],
      ],
    ],
  ]);
});

describe('along axes', () => {
  const matrix = input([
    [1, 5, 3],
    [6, 0, 2],
  ]);
  const keep = (keepDims: number): Options => [27, [i8(keepDims)]];
  check([
    ['MEAN', 40, { operands: [matrix, constant([1])], options: keep(1) }, [[3], [8 / 3]]],
    [
      'SUM of an axis named twice',
      74,
      { operands: [matrix, constant([-1, 1])], options: keep(0) },
      [9, 8],
    ],
    ['REDUCE_MAX', 82, { operands: [matrix, constant([0])], options: keep(0) }, [6, 5, 3]],
    ['REDUCE_MIN', 89, { operands: [matrix, constant([0, 1])], options: keep(0) }, 0],
    ['REDUCE_PROD', 81, { operands: [matrix, constant([1])], options: keep(0) }, [15, 0]],
    [
      'REDUCE_ANY',
      91,
      {
        operands: [
          input(
            [
              [0, 1],
              [0, 0],
            ],
            'bool',
          ),
          constant([1]),
        ],
        options: keep(0),
      },
      [1, 0],
    ],
    [
      'REDUCE_ALL',
      140,
      {
        operands: [
          input(
            [
              [0, 1],
              [1, 1],
            ],
            'bool',
          ),
          constant([1]),
        ],
        options: keep(0),
      },
      [0, 1],
    ],
    [
      'ARG_MAX',
      56,
      { operands: [matrix, constant(1)], outputType: 'int32', options: [40, [i8(2)]] },
      [1, 0],
    ],
    [
      'ARG_MIN',
      79,
      { operands: [matrix, constant(-1)], outputType: 'int32', options: [57, [i8(2)]] },
      [0, 1],
    ],
    [
      'CUMSUM',
      128,
      { operands: [matrix, constant(1)], options: [102, [i8(1), i8(0)]] },
      [
        [0, 1, 6],
        [0, 6, 6],
      ],
    ],
    [
      'TOPK_V2',
      48,
      { operands: [matrix, constant(2)] },
      [
        [5, 3],
        [6, 2],
      ],
      [
        [1, 2],
        [0, 2],
      ],
    ],
    [
      'WHERE',
      109,
      {
        operands: [
          input(
            [
              [1, 0],
              [0, 1],
            ],
            'bool',
          ),
        ],
        outputType: 'int64',
      },
      [
        [0, 0],
        [1, 1],
      ],
    ],
    [
      'NON_MAX_SUPPRESSION_V4',
      120,
      {
        operands: [
          input([
            [0, 0, 1, 1],
            [0, 0.1, 1, 1.1],
            [0, 5, 1, 6],
          ]),
          input([0.5, 0.9, 0.7]),
          constant(3),
          constant(0.5, 'float32'),
          constant(0, 'float32'),
        ],
      },
      [1, 2, 0],
      2,
    ],
    [
      'NON_MAX_SUPPRESSION_V5',
      121,
      {
        operands: [
          input([
            [0, 0, 1, 1],
            [0, 5, 1, 6],
          ]),
          input([0.5, 0.9]),
          constant(2),
          constant(0.5, 'float32'),
          constant(0, 'float32'),
          constant(0.5, 'float32'),
        ],
      },
      [1, 0],
      [0.9, 0.5],
      2,
    ],
  ]);
});
