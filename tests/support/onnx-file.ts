// Writes ONNX files for tests, field by field as onnx.proto numbers them; what is wrong can be written too.

/** A field of a message: an integer, a float32, text, bytes, or the fields of a message. */
export type Field = readonly [field: number, value: number | bigint | string | Uint8Array | Fields];
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- a type alias may not name itself
export interface Fields extends ReadonlyArray<Field> {}

/** A number that is written as float32 (wire type 5). */
export const float = (value: number): Uint8Array & { wire: 5 } =>
  Object.assign(new Uint8Array(Float32Array.of(value).buffer), { wire: 5 as const });

export function varint(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

/** The bytes of a message. */
export function message(fields: Fields): Uint8Array<ArrayBuffer> {
  const parts = fields.map(([field, value]) => {
    if (typeof value === 'number' || typeof value === 'bigint') {
      return [...varint(field * 8), ...varint(value)];
    }
    if (value instanceof Uint8Array && 'wire' in value) return [...varint(field * 8 + 5), ...value];
    const bytes =
      typeof value === 'string'
        ? new TextEncoder().encode(value)
        : value instanceof Uint8Array
          ? value
          : message(value);
    return [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
  });
  return Uint8Array.from(parts.flat());
}

const isText = (values: readonly unknown[]) => values.every((value) => typeof value === 'string');
const isWhole = (values: readonly unknown[]) => values.every((value) => Number.isInteger(value));

/** An AttributeProto; a tensor or a graph as `{ tensor }`, `{ graph }`. */
export function attribute(
  name: string,
  value: number | string | readonly (number | string)[] | { tensor: Fields } | { graph: Fields },
): Fields {
  const of = (type: number, ...fields: Field[]): Fields => [[1, name], ...fields, [20, type]];
  if (typeof value === 'string') return of(3, [4, value]);
  if (typeof value === 'number') {
    return Number.isInteger(value) ? of(2, [3, value]) : of(1, [2, float(value)]);
  }
  if ('tensor' in value) return of(4, [5, value.tensor]);
  if ('graph' in value) return of(5, [6, value.graph]);
  if (value.length > 0 && isText(value))
    return of(8, ...value.map((text): Field => [9, text as string]));
  return isWhole(value)
    ? of(7, ...value.map((integer): Field => [8, integer as number]))
    : of(6, ...value.map((number): Field => [7, float(number as number)]));
}

/** A NodeProto. */
export function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, Parameters<typeof attribute>[1]>> = {},
  name = '',
): Fields {
  return [
    ...inputs.map((input): Field => [1, input]),
    ...outputs.map((output): Field => [2, output]),
    ...(name === '' ? [] : [[3, name] as const]),
    [4, op],
    ...Object.entries(attributes).map(([key, value]): Field => [5, attribute(key, value)]),
  ];
}

/** A TensorProto of floats (float_data), or of int64 (int64_data). */
export function tensorProto(
  name: string,
  shape: readonly number[],
  values: readonly number[],
  type: 'float32' | 'int64' = 'float32',
): Fields {
  const data: Field =
    type === 'float32'
      ? [4, new Uint8Array(Float32Array.from(values).buffer)]
      : [7, Uint8Array.from(values.flatMap(varint))];
  return [
    ...shape.map((size): Field => [1, size]),
    [2, type === 'float32' ? 1 : 7],
    data,
    [8, name],
  ];
}

/** A ValueInfoProto of a tensor; sizes that are texts are named. */
export function valueInfo(name: string, shape: readonly (number | string)[], type = 1): Fields {
  const sizes = shape.map((size): Field => [1, [[typeof size === 'number' ? 1 : 2, size]]]);
  return [
    [1, name],
    [
      2,
      [
        [
          1,
          [
            [1, type],
            [2, sizes],
          ],
        ],
      ],
    ],
  ];
}

export interface GraphParts {
  readonly nodes: readonly Fields[];
  readonly constants?: readonly Fields[];
  readonly inputs?: readonly Fields[];
  readonly outputs: readonly Fields[];
}

/** A GraphProto. */
export const graphProto = ({ nodes, constants = [], inputs = [], outputs }: GraphParts): Fields => [
  ...nodes.map((each): Field => [1, each]),
  [2, 'graph'],
  ...constants.map((each): Field => [5, each]),
  ...inputs.map((each): Field => [11, each]),
  ...outputs.map((each): Field => [12, each]),
];

/** A ModelProto. */
export const modelProto = (graph: Fields, opset = 17): Fields => [
  [1, 8],
  [7, graph],
  [8, [[2, opset]]],
];
