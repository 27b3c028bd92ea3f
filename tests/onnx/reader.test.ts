import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/errors.js';
import { readOnnx } from '../../src/onnx/reader.js';
import type { OnnxLimits, OnnxTensor } from '../../src/onnx/types.js';
import {
  attribute,
  type Field,
  type Fields,
  float,
  graphProto,
  message,
  modelProto,
  node,
  tensorProto,
  valueInfo,
} from '../support/onnx-file.js';

const modelOf = (constants: readonly Fields[], nodes: readonly Fields[] = []) =>
  message(modelProto(graphProto({ nodes, constants, outputs: [] })));

/** Reads one initializer, named w. */
function readTensor(fields: Fields, options: Parameters<typeof readOnnx>[1] = {}): OnnxTensor {
  return readOnnx(modelOf([[...fields, [8, 'w']]]), options).graph.constants.get('w')!;
}

const bytesOf = (array: ArrayBufferView) =>
  new Uint8Array(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength);
const failing = (run: () => unknown) => {
  expect(run).toThrow(FormatError);
  return expect(run);
};

describe('a model', () => {
  test('has its graph, opsets and producer; unknown fields are skipped', () => {
    const graph = graphProto({
      nodes: [node('Conv', ['x', '', 'w'], ['y'], { group: 2, pads: [1, -1] }, 'conv')],
      inputs: [valueInfo('x', ['N', 3, 8])],
      outputs: [valueInfo('y', [1], 10)],
    });
    const unknown: Field[] = [
      [99, 5],
      [98, 'text'],
      [97, float(1)],
    ];
    const model = readOnnx(
      message([
        ...unknown,
        ...modelProto(graph, 13),
        [2, 'pytorch'],
        [
          8,
          [
            [1, 'my'],
            [2, 3],
          ],
        ],
      ]),
    );
    expect(model.producer).toBe('pytorch');
    expect([...model.opsets]).toEqual([
      ['', 13],
      ['my', 3],
    ]);
    expect(model.graph.inputs).toEqual([{ name: 'x', dtype: 'float32', shape: [null, 3, 8] }]);
    expect(model.graph.outputs).toEqual([{ name: 'y', dtype: 'float16', shape: [1] }]);
    const [conv] = model.graph.nodes;
    expect(conv).toMatchObject({ op: 'Conv', name: 'conv', domain: '', outputs: ['y'] });
    expect(conv!.inputs).toEqual(['x', '', 'w']);
    expect(conv!.attributes.get('group')).toEqual({ kind: 'int', value: 2 });
    expect(conv!.attributes.get('pads')).toEqual({ kind: 'ints', value: [1, -1] });
  });

  test('holds attributes of every kind, and those of old files without a type', () => {
    const inner = graphProto({ nodes: [], outputs: [valueInfo('z', [])] });
    const given = {
      f: 1.5,
      s: 'same',
      floats: [0.5, 2],
      strings: ['a', 'b'],
      t: { tensor: tensorProto('', [2], [1, 2]) },
      g: { graph: inner },
    };
    const fields: Fields = [
      ...node('A', [], ['y'], given),
      [
        5,
        [
          [1, 'old'],
          [3, 7],
        ],
      ],
    ];
    const { attributes } = readOnnx(modelOf([], [fields])).graph.nodes[0]!;
    const kinds = [...attributes].map(([name, { kind }]) => `${name}: ${kind}`);
    expect(kinds).toEqual([
      'f: float',
      's: string',
      'floats: floats',
      'strings: strings',
      't: tensor',
      'g: graph',
      'old: int',
    ]);
    expect(attributes.get('floats')!.value).toEqual([0.5, 2]);
    expect(attributes.get('strings')!.value).toEqual(['a', 'b']);
    expect(attributes.get('old')!.value).toBe(7);
  });

  test('is refused without a graph, with two, and as other bytes', () => {
    failing(() => readOnnx(new Uint8Array())).toThrow('onnx: expected a model with a graph, got');
    failing(() =>
      readOnnx(
        message([
          [7, []],
          [7, []],
        ]),
      ),
    ).toThrow('expected one graph, got two');
    failing(() => readOnnx(new TextEncoder().encode('{"format": "graph-model"}'))).toThrow('onnx:');
    expect(() => readOnnx('model.onnx' as never)).toThrow(
      'loadOnnx: bytes: expected a Uint8Array, got "model.onnx"',
    );
  });

  test('is refused with two attributes or initializers of one name', () => {
    const twice: Fields = [
      [4, 'Relu'],
      [5, attribute('a', 1)],
      [5, attribute('a', 2)],
    ];
    failing(() => readOnnx(modelOf([], [twice]))).toThrow(
      "expected one attribute a name, got two 'a'",
    );
    const w = tensorProto('w', [], [1]);
    failing(() => readOnnx(modelOf([w, w]))).toThrow(
      "expected one initializer a name, got two 'w'",
    );
  });
});

describe('a tensor', () => {
  test.each<[type: number, dtype: string, array: ArrayBufferView, values: number[]]>([
    [1, 'float32', Float32Array.of(1.5, -2), [1.5, -2]],
    [2, 'uint8', Uint8Array.of(255, 1), [255, 1]],
    [3, 'int8', Int8Array.of(-128, 1), [-128, 1]],
    [4, 'uint16', Uint16Array.of(65535, 1), [65535, 1]],
    [5, 'int16', Int16Array.of(-32768, 1), [-32768, 1]],
    [6, 'int32', Int32Array.of(-(2 ** 31), 1), [-(2 ** 31), 1]],
    [7, 'int64', BigInt64Array.of(-(2n ** 53n), 2n ** 63n - 1n), [-(2 ** 53), 2 ** 63]],
    [9, 'bool', Uint8Array.of(1, 0), [1, 0]],
    [10, 'float16', Uint16Array.of(0x3e00, 0xfc00), [1.5, -Infinity]],
    [11, 'float64', Float64Array.of(0.1, -2), [0.1, -2]],
    [12, 'uint32', Uint32Array.of(2 ** 32 - 1, 1), [2 ** 32 - 1, 1]],
    [13, 'uint64', BigUint64Array.of(2n ** 64n - 1n, 1n), [2 ** 64, 1]],
    [16, 'bfloat16', Uint16Array.of(0x3fc0, 0xff80), [1.5, -Infinity]],
  ])('of type %i, %s, from raw data', (type, dtype, array, values) => {
    const tensor = readTensor([
      [1, 2],
      [2, type],
      [9, bytesOf(array)],
    ]);
    expect(tensor.dtype).toBe(dtype);
    expect(tensor.shape).toEqual([2]);
    expect([...(tensor.data as Float64Array)]).toEqual(values);
  });

  test.each<[type: number, fields: Fields, values: number[]]>([
    [
      1,
      [
        [4, float(1.5)],
        [4, float(-2)],
      ],
      [1.5, -2],
    ],
    [1, [[4, bytesOf(Float32Array.of(1.5, -2))]], [1.5, -2]],
    [11, [[10, bytesOf(Float64Array.of(0.1, -2))]], [0.1, -2]],
    [
      3,
      [
        [5, -128],
        [5, 3],
      ],
      [-128, 3],
    ],
    [
      10,
      [
        [5, 0x3e00],
        [5, 0xfc00],
      ],
      [1.5, -Infinity],
    ],
    [16, [[5, Uint8Array.of(0xc0, 0x7f, 0x80, 0xff, 0x03)]], [1.5, -Infinity]],
    [
      7,
      [
        [7, -(2n ** 63n)],
        [7, 2n ** 53n - 1n],
      ],
      [-(2 ** 63), 2 ** 53 - 1],
    ],
    [
      13,
      [
        [11, 2n ** 64n - 1n],
        [11, 5],
      ],
      [2 ** 64, 5],
    ],
  ])('of type %i from typed data', (type, fields, values) => {
    const tensor = readTensor([[1, 2], [2, type], ...fields]);
    expect([...(tensor.data as Float64Array)]).toEqual(values);
  });

  test('without axes, and with none of its elements', () => {
    expect(
      readTensor([
        [2, 1],
        [4, float(3)],
      ]),
    ).toMatchObject({ shape: [] });
    const none = readTensor([
      [1, 0],
      [1, 2 ** 40],
      [2, 7],
    ]);
    expect([none.shape, none.data.length]).toEqual([[0, 2 ** 40], 0]);
  });

  test.each<[fields: Fields, message: string]>([
    [
      [
        [1, 3],
        [2, 1],
        [9, new Uint8Array(8)],
      ],
      'expected 12 bytes for float32 of shape [3], got 8',
    ],
    [
      [
        [1, 3],
        [2, 7],
        [7, 1],
      ],
      'expected 3 values for shape [3], got 1',
    ],
    [
      [
        [1, 3],
        [2, 1],
      ],
      'expected 3 values for shape [3], got 0',
    ],
    [
      [
        [1, -3],
        [2, 1],
      ],
      'expected sizes that are not negative, got [-3]',
    ],
    [
      [
        [1, 2 ** 20],
        [1, 2 ** 20],
        [2, 1],
      ],
      'expected at most 536870911 elements',
    ],
    [
      [
        [2, 22],
        [5, 1],
      ],
      'bfloat16, got int4',
    ],
    [[[2, 8]], 'got string'],
    [[[2, 77]], 'got type 77'],
    [
      [
        [2, 1],
        [3, [[1, 0]]],
      ],
      'expected a whole tensor, got a segment',
    ],
    [Array.from({ length: 33 }, (): Field => [1, 1]), 'expected at most 32 axes, got 33'],
  ])('that is wrong: %#', (fields, text) => {
    failing(() =>
      readTensor(fields.some(([field]) => field === 2) ? fields : [...fields, [2, 1]]),
    ).toThrow(text);
  });

  test('that is sparse gets its zeros', () => {
    const read = (indices: Fields) => {
      const fields: Fields = [
        [1, tensorProto('w', [2], [5, 6])],
        [2, indices],
        [3, 2],
        [3, 3],
      ];
      const graph: Fields = [...graphProto({ nodes: [], outputs: [] }), [15, fields]];
      return readOnnx(message(modelProto(graph))).graph.constants.get('w')!;
    };
    const linear = read(tensorProto('', [2], [1, 5], 'int64'));
    expect([linear.shape, [...(linear.data as Float64Array)]]).toEqual([
      [2, 3],
      [0, 5, 0, 0, 0, 6],
    ]);
    const byAxis = read(tensorProto('', [2, 2], [0, 1, 1, 2], 'int64'));
    expect(byAxis.data).toEqual(linear.data);
    failing(() => read(tensorProto('', [2], [1, 6], 'int64'))).toThrow('an index below 6, got 6');
    failing(() => read(tensorProto('', [1], [1], 'int64'))).toThrow('1 indices for each value');
  });
});

describe('external data', () => {
  const external = (entries: Record<string, string>): Fields => [
    [1, 2],
    [2, 1],
    ...Object.entries(entries).map(([key, value]): Field => [
      13,
      [
        [1, key],
        [2, value],
      ],
    ]),
    [14, 1],
  ];
  const file = bytesOf(Float32Array.of(1, 2, 3, 4));

  test('comes from the resolver, asked once a file', () => {
    const asked: string[] = [];
    const resolver = (location: string) => (asked.push(location), file);
    const part = external({ location: 'data/w.bin', offset: '8', length: '8' });
    const bytes = modelOf([
      [...part, [8, 'a']],
      [...part, [8, 'b']],
    ]);
    const { constants } = readOnnx(bytes, { externalData: resolver }).graph;
    expect([...constants.values()].map(({ data }) => [...(data as Float32Array)])).toEqual([
      [3, 4],
      [3, 4],
    ]);
    expect(asked).toEqual(['data/w.bin']);
  });

  test.each([
    '../w.bin',
    '/etc/passwd',
    'a/../../w',
    '..',
    'a\\..\\w',
    'C:\\w',
    'file:///w',
    '\\\\host\\w',
    'a\0b',
    '',
  ])('of %j is refused', (location) => {
    const read = () => readTensor(external({ location }), { externalData: () => file });
    failing(read).toThrow('expected external data in a relative path, got');
  });

  test('needs a resolver that gives enough bytes', () => {
    const read = (entries: Record<string, string>, externalData?: () => never) => () =>
      readTensor(external({ location: 'w', ...entries }), { externalData });
    failing(read({})).toThrow("expected the option externalData, for, got 'w'");
    const whole = (() => file) as unknown as () => never;
    failing(read({ offset: '12', length: '8' }, whole)).toThrow(
      "expected a part of the 16 bytes of 'w', got 12 + 8",
    );
    failing(read({ offset: '-1' }, whole)).toThrow('an offset of external data in digits, got -1');
    failing(read({ offset: '20' }, whole)).toThrow('an length of external data in digits, got -4');
    failing(read({ length: '1e9' }, whole)).toThrow('in digits, got 1e9');
    const missing = () => {
      throw new Error('no such file');
    };
    failing(read({}, missing)).toThrow('external data: no such file');
    expect(read({}, (() => 'text') as never)).toThrow("externalData('w'): expected a Uint8Array");
  });
});

describe('limits', () => {
  const nodes = [node('Relu', ['x'], ['y']), node('Relu', ['y'], ['z'])];
  const bytes = modelOf([tensorProto('w', [3], [1, 2, 3])], nodes);

  test.each<[OnnxLimits, string]>([
    [{ bytes: 40 }, 'onnx: expected at most 40 bytes, got'],
    [{ nodes: 1 }, 'onnx.graph: expected at most 1 nodes, got more'],
    [{ tensorElements: 2 }, 'expected at most 2 elements, got [3]'],
    [{ depth: 1 }, 'expected at most 1 messages in one another, got more'],
    [{ stringLength: 3 }, 'expected a text of at most 3 bytes, got '],
  ])('%j', (limits, text) => {
    readOnnx(bytes);
    failing(() => readOnnx(bytes, { limits })).toThrow(text);
  });

  test('of depth ends graphs in graphs', () => {
    let graph = graphProto({ nodes: [], outputs: [] });
    for (let i = 0; i < 20; i++) {
      graph = graphProto({ nodes: [node('If', ['c'], ['y'], { g: { graph } })], outputs: [] });
    }
    failing(() => readOnnx(message(modelProto(graph)))).toThrow('at most 32 messages');
  });

  test('that are none are refused', () => {
    expect(() => readOnnx(bytes, { limits: { bytes: -1 } })).toThrow(RangeError);
    expect(() => readOnnx(bytes, { limits: { node: 1 } as OnnxLimits })).toThrow(
      'loadOnnx: limits: expected bytes, nodes, tensorElements, depth, stringLength, got node',
    );
  });
});

describe('bytes that are wrong', () => {
  const wrong = (...bytes: number[]) => failing(() => readOnnx(Uint8Array.from(bytes)));

  test('lengths beyond the end, integers without one, other wire types', () => {
    wrong(0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f, 0).toThrow(
      'a field of at most 1 bytes, got 4294967295',
    );
    wrong(0x3a, ...new Array<number>(9).fill(0xff), 1).toThrow(
      'a field of at most 0 bytes, got -1',
    );
    wrong(0x08, 0x80).toThrow('expected 1 more bytes, got the end');
    wrong(0x08, ...new Array<number>(11).fill(0xff)).toThrow('an integer of at most ten bytes');
    wrong(0x0b, 0).toThrow('expected a field of a known wire type, got 3');
    wrong(0x38, 1).toThrow('expected wire type 2 in field 7, got wire type 0');
    wrong(0x02, 0).toThrow('expected a field, got 2');
    wrong(0x12, 1, 0xff).toThrow('expected text in UTF-8, got other bytes');
    wrong(0x09, 1, 2).toThrow('expected 8 more bytes, got the end');
  });

  test('packed fields that do not end with their elements', () => {
    const packed = (fields: Fields) => failing(() => readTensor([[2, 1], ...fields]));
    packed([[4, new Uint8Array(5)]]).toThrow('expected a multiple of 4 bytes, got 5');
    packed([[10, new Uint8Array(5)]]).toThrow('expected a multiple of 8 bytes, got 5');
    packed([[7, Uint8Array.of(0x80)]]).toThrow(
      'expected packed integers that end with their field',
    );
  });

  test('truncation at each byte is an error or a shorter model, never anything else', () => {
    const bytes = modelOf([tensorProto('w', [2], [1, 2])], [node('Relu', ['x'], ['y'])]);
    for (let length = 0; length < bytes.length; length++) {
      try {
        readOnnx(bytes.subarray(0, length));
      } catch (error) {
        expect(error, `${length} bytes`).toBeInstanceOf(FormatError);
      }
    }
  });
});
