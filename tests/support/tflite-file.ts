// Writes .tflite files of a few ops: a flatbuffer whose tables stand before what they refer to.

/** A field of a table; undefined where it is absent. */
export type Field =
  | undefined
  | { readonly i8: number }
  | { readonly i32: number }
  | { readonly i64: number }
  | { readonly f32: number }
  | { readonly text: string }
  | { readonly table: readonly Field[] }
  | { readonly tables: readonly (readonly Field[])[] }
  | { readonly i32s: readonly number[] }
  | { readonly i64s: readonly number[] }
  | { readonly f32s: readonly number[] }
  | { readonly bytes: Uint8Array };

/** Every field has so many bytes in its table. */
const SLOT = 8;

class Writer {
  bytes = new Uint8Array(1 << 16);
  view = new DataView(this.bytes.buffer);
  end = 0;

  /** @returns where the bytes begin */
  take(count: number): number {
    while (this.end % SLOT !== 0) this.end++;
    const at = this.end;
    this.end += count;
    if (this.end > this.bytes.length) throw new Error('the file is too large');
    return at;
  }

  table(fields: readonly Field[]): number {
    const vtable = this.take(4 + 2 * fields.length);
    const table = this.take(4 + SLOT * fields.length);
    this.view.setInt32(table, table - vtable, true);
    this.view.setUint16(vtable, 4 + 2 * fields.length, true);
    this.view.setUint16(vtable + 2, 4 + SLOT * fields.length, true);
    fields.forEach((field, i) => {
      const offset = field ? 4 + SLOT * i : 0;
      this.view.setUint16(vtable + 4 + 2 * i, offset, true);
      if (field) this.field(table + offset, field);
    });
    return table;
  }

  field(at: number, field: NonNullable<Field>): void {
    const { view } = this;
    if ('i8' in field) view.setInt8(at, field.i8);
    else if ('i32' in field) view.setInt32(at, field.i32, true);
    else if ('i64' in field) view.setBigInt64(at, BigInt(field.i64), true);
    else if ('f32' in field) view.setFloat32(at, field.f32, true);
    else if ('table' in field) view.setUint32(at, this.table(field.table) - at, true);
    else view.setUint32(at, this.vector(field) - at, true);
  }

  vector(field: Exclude<NonNullable<Field>, { table: unknown }>): number {
    if ('text' in field) return this.vector({ bytes: new TextEncoder().encode(field.text) });
    if ('bytes' in field) {
      const at = this.length(field.bytes.length, 1);
      this.bytes.set(field.bytes, at + 4);
      return at;
    }
    const [kind, values] = Object.entries(field)[0] as [string, readonly never[]];
    const size = kind === 'i64s' ? 8 : 4;
    const at = this.length(values.length, size);
    values.forEach((value, i) => {
      const place = at + 4 + size * i;
      if (kind === 'tables') this.view.setUint32(place, this.table(value) - place, true);
      else this.field(place, { [kind.slice(0, -1)]: value } as never);
    });
    return at;
  }

  length(count: number, size: number): number {
    const at = this.take(4 + count * size);
    this.view.setUint32(at, count, true);
    return at;
  }
}

/** A flatbuffer with this root. */
export function flatbuffer(root: readonly Field[], identifier = 'TFL3'): Uint8Array<ArrayBuffer> {
  const writer = new Writer();
  writer.take(8);
  writer.bytes.set(new TextEncoder().encode(identifier), 4);
  const at = writer.table(root);
  writer.view.setUint32(0, at, true);
  return writer.bytes.slice(0, writer.end);
}

/** The numbers of the element types. */
export const TYPES = { float32: 0, float16: 1, int32: 2, uint8: 3, int64: 4, bool: 6, int8: 9 };

export interface TensorSpec {
  readonly name?: string;
  readonly shape: readonly number[];
  readonly type?: keyof typeof TYPES;
  /** Of a constant. */
  readonly data?: readonly number[];
  readonly scales?: readonly number[];
  readonly zeroPoints?: readonly number[];
  readonly axis?: number;
  /** Fields from the sixth on. */
  readonly more?: readonly Field[];
}

export interface OperatorSpec {
  /** The number of a builtin operator, or the name of another. */
  readonly code: number | string;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options?: readonly [union: number, fields: readonly Field[]];
  readonly custom?: Uint8Array;
}

export interface ModelSpec {
  readonly tensors: readonly TensorSpec[];
  readonly operators: readonly OperatorSpec[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly version?: number;
}

const ARRAYS = {
  float32: Float32Array,
  float16: Uint16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  int64: BigInt64Array,
  bool: Uint8Array,
  int8: Int8Array,
};

function bytesOf(data: readonly number[], type: keyof typeof TYPES): Uint8Array {
  const values = type === 'int64' ? data.map(BigInt) : data;
  return new Uint8Array(new (ARRAYS[type] as typeof Int32Array)(values as number[]).buffer);
}

/** The bytes of a .tflite file. */
export function tfliteFile(model: ModelSpec): Uint8Array<ArrayBuffer> {
  const { tensors, operators, inputs, outputs, version = 3 } = model;
  const buffers: Field[][] = [[]];
  const tensorTables = tensors.map((tensor, i): Field[] => {
    const { type = 'float32', data, scales, zeroPoints = [], axis = 0, more = [] } = tensor;
    if (data) buffers.push([{ bytes: bytesOf(data, type) }]);
    const quantization: Field[] = [undefined, undefined, { f32s: scales ?? [] }];
    quantization.push({ i64s: zeroPoints }, undefined, undefined, { i32: axis });
    return [
      { i32s: tensor.shape },
      { i8: TYPES[type] },
      { i32: data ? buffers.length - 1 : 0 },
      { text: tensor.name ?? `t${i}` },
      scales && { table: quantization },
      ...more,
    ];
  });
  const codes = operators.map(({ code }): Field[] =>
    typeof code === 'string'
      ? [{ i8: 32 }, { text: code }, undefined, { i32: 32 }]
      : [{ i8: Math.min(code, 127) }, undefined, undefined, { i32: code }],
  );
  const operatorTables = operators.map((operator, i): Field[] => [
    { i32: i },
    { i32s: operator.inputs },
    { i32s: operator.outputs },
    operator.options && { i8: operator.options[0] },
    operator.options && { table: operator.options[1] },
    operator.custom && { bytes: operator.custom },
  ]);
  const graph: Field[] = [{ tables: tensorTables }, { i32s: inputs }, { i32s: outputs }];
  graph.push({ tables: operatorTables });
  return flatbuffer([
    { i32: version },
    { tables: codes },
    { tables: [graph] },
    { text: 'a test' },
    { tables: buffers },
  ]);
}
