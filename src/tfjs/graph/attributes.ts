import { describe } from '../../describe.js';
import { FormatError } from '../../errors.js';
import { isRecord } from '../../formats/json.js';
import type { FileGraph } from '../../imported/graph.js';
import type { Layout } from '../../imported/ops/layout.js';
import type { ElementType } from '../../imported/value.js';

/** TensorFlow's element types by their names, and by their numbers in files of its first converters. */
const TYPES: Readonly<Record<string, ElementType>> = {
  DT_FLOAT: 'float32',
  1: 'float32',
  DT_DOUBLE: 'float32',
  2: 'float32',
  DT_INT32: 'int32',
  3: 'int32',
  DT_UINT8: 'uint8',
  4: 'uint8',
  DT_INT8: 'int8',
  6: 'int8',
  DT_INT64: 'int32',
  9: 'int32',
  DT_BOOL: 'bool',
  10: 'bool',
  DT_HALF: 'float32',
  19: 'float32',
};

/** The attributes of a node of a GraphDef in JSON; each is checked where it is read. */
export class Attributes {
  readonly #values: Readonly<Record<string, unknown>>;
  /** The graphs that the node runs: of a loop the condition and the body, which both take its variables. */
  readonly graphs: readonly FileGraph<Attributes>[];

  constructor(
    values: Readonly<Record<string, unknown>>,
    graphs: readonly FileGraph<Attributes>[] = [],
  ) {
    this.#values = values;
    this.graphs = graphs;
  }

  #get(name: string, kind: string): unknown {
    const value = Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
    return isRecord(value) && Object.hasOwn(value, kind) ? value[kind] : undefined;
  }

  #error(name: string, expected: string, got: unknown): FormatError {
    return new FormatError(`attribute ${name}: expected ${expected}, got ${describe(got)}`);
  }

  /** A number; 64-bit integers are texts in JSON. @throws FormatError */
  number(name: string, otherwise: number): number {
    const value = this.#get(name, 'f') ?? this.#get(name, 'i') ?? otherwise;
    const number = typeof value === 'string' ? Number(value) : value;
    if (Number.isFinite(number)) return number as number;
    throw this.#error(name, 'a number', value);
  }

  /** @throws FormatError */
  integer(name: string, otherwise: number): number {
    const value = this.number(name, otherwise);
    if (Number.isSafeInteger(value)) return value;
    throw this.#error(name, 'an integer', value);
  }

  /** @throws FormatError */
  boolean(name: string, otherwise = false): boolean {
    const value = this.#get(name, 'b') ?? otherwise;
    if (typeof value === 'boolean') return value;
    throw this.#error(name, 'true or false', value);
  }

  /** A text; undefined where there is none. @throws FormatError */
  text(name: string): string | undefined {
    const value = this.#get(name, 's');
    return value === undefined ? undefined : this.#textOf(name, value);
  }

  /** @throws FormatError */
  texts(name: string): string[] {
    return this.#list(name, 's').map((value) => this.#textOf(name, value));
  }

  /** Bytes in base64, or as numbers. */
  #textOf(name: string, value: unknown): string {
    if (Array.isArray(value)) return String.fromCharCode(...(value.slice(0, 1000) as number[]));
    if (typeof value !== 'string' || !/^[\w+/-]*={0,2}$/.test(value) || value.length > 1000) {
      throw this.#error(name, 'a text in base64', value);
    }
    return atob(value.replaceAll('-', '+').replaceAll('_', '/'));
  }

  #list(name: string, kind: string): unknown[] {
    const list = this.#get(name, 'list') ?? {};
    const values = isRecord(list) && Object.hasOwn(list, kind) ? list[kind] : [];
    if (Array.isArray(values)) return values;
    throw this.#error(name, 'a list', values);
  }

  /** @throws FormatError */
  integers(name: string): number[] {
    return this.#list(name, 'i').map((value) => {
      const number = typeof value === 'string' ? Number(value) : value;
      if (Number.isSafeInteger(number)) return number as number;
      throw this.#error(name, 'integers', value);
    });
  }

  /** @throws FormatError */
  type(name: string, otherwise: ElementType = 'float32'): ElementType {
    const value = this.#get(name, 'type');
    if (value === undefined) return otherwise;
    if (Object.hasOwn(TYPES, String(value))) return TYPES[String(value)]!;
    throw this.#error(name, Object.keys(TYPES).slice(10).join(', '), value);
  }

  /** Where the channels are. @throws FormatError */
  layout(): Layout {
    const format = this.text('data_format') ?? 'NHWC';
    if (/^N(HW|DHW)C$/.test(format)) return 'NHWC';
    if (/^NC(HW|DHW)$/.test(format)) return 'NCHW';
    throw this.#error('data_format', 'NHWC or NCHW', format);
  }

  /** The numbers of a list with one for each axis that are about the axes of pictures. */
  spatial(name: string, layout: Layout): number[] | undefined {
    const values = this.integers(name);
    if (values.length === 0) return undefined;
    return layout === 'NCHW' ? values.slice(2) : values.slice(1, -1);
  }

  /** The shape of an input; undefined where not even the rank is known. @throws FormatError */
  shape(name: string): (number | null)[] | undefined {
    return shapeOf(this.#get(name, 'shape'));
  }
}

/** A shape in JSON; -1 is a size that is told when the model runs. @throws FormatError */
export function shapeOf(value: unknown): (number | null)[] | undefined {
  if (!isRecord(value) || value.unknownRank === true) return undefined;
  const dims = value.dim ?? [];
  if (!Array.isArray(dims) || dims.length > 8) {
    throw new FormatError(`shape: expected sizes, got ${describe(dims)}`);
  }
  return dims.map((dim) => {
    const size = Number(isRecord(dim) ? dim.size : NaN);
    if (!Number.isSafeInteger(size) || size < -1) {
      throw new FormatError(`shape: expected sizes, got ${describe(dim)}`);
    }
    return size === -1 ? null : size;
  });
}
