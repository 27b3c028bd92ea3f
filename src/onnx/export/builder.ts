import { type Shape, sizeOf } from '../../shape.js';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from '../types.js';

/** The attributes of a node, by their names in ONNX. */
export type Attributes = Readonly<Record<string, OnnxAttribute | undefined>>;

export const int = (value: number): OnnxAttribute => ({ kind: 'int', value });
export const ints = (value: readonly number[]): OnnxAttribute => ({ kind: 'ints', value });
export const float = (value: number): OnnxAttribute => ({ kind: 'float', value });
export const string = (value: string): OnnxAttribute => ({ kind: 'string', value });

/** The largest and the smallest int64 that a double holds, which ONNX takes for "to the end". */
export const TO_END = 2 ** 62;

/** The numbers of TensorProto.DataType that casts name. */
export const DATA_TYPES = { float32: 1, int32: 6, int64: 7, bool: 9 };

/** Collects the nodes and constants of an ONNX graph, each value under a name of its own. */
export class Builder {
  readonly nodes: OnnxNode[] = [];
  readonly constants = new Map<string, OnnxTensor>();
  readonly #taken = new Map<string, number>();
  readonly #small = new Map<string, string>();

  constructor(readonly opset: number) {}

  /** The name, with a number behind it where it is taken. */
  unique(name: string): string {
    const count = this.#taken.get(name);
    this.#taken.set(name, (count ?? 0) + 1);
    return count === undefined ? name : this.unique(`${name}_${count}`);
  }

  /** Adds a node of one output. @returns the output's name */
  node(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.all(op, inputs, attributes, 1)[0]!;
  }

  /** Adds a node. @returns the names of its outputs */
  all(
    op: string,
    inputs: readonly string[],
    attributes: Attributes,
    count: number,
  ): readonly string[] {
    const known = Object.entries(attributes).filter(([, value]) => value !== undefined);
    const outputs = Array.from({ length: count }, () => this.unique(op));
    this.nodes.push({
      name: `node_${outputs[0]!}`,
      op,
      domain: '',
      inputs,
      outputs,
      attributes: new Map(known as [string, OnnxAttribute][]),
    });
    return outputs;
  }

  /** Adds a tensor. @returns its name */
  constant(
    name: string,
    shape: Shape,
    data: ArrayLike<number>,
    dtype: OnnxTensor['dtype'] = 'float32',
  ): string {
    const unique = this.unique(name);
    this.constants.set(unique, { name: unique, shape, dtype, data });
    return unique;
  }

  /** A list of int64, one for all that ask for the same. */
  ints(values: readonly number[]): string {
    return this.#shared(`ints ${values.join()}`, () =>
      this.constant('ints', [values.length], values, 'int64'),
    );
  }

  /** A number, one for all that ask for the same. */
  scalar(value: number, dtype: 'float32' | 'int64' | 'int32' = 'float32'): string {
    const key = `${dtype} ${Object.is(value, -0) ? '-0' : value}`;
    return this.#shared(key, () => this.constant('scalar', [], [value], dtype));
  }

  /** Equal float32 values. */
  filled(shape: Shape, value: number): string {
    return this.#shared(`fill ${shape.join()} ${value}`, () =>
      this.constant('filled', shape, new Float32Array(sizeOf(shape)).fill(value)),
    );
  }

  #shared(key: string, make: () => string): string {
    const known = this.#small.get(key) ?? make();
    this.#small.set(key, known);
    return known;
  }
}
