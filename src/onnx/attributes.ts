import { describe } from '../describe.js';
import { FormatError } from '../errors.js';
import type { FileGraph } from '../imported/graph.js';
import type { OnnxAttribute, OnnxTensor } from './types.js';

/** An attribute of a node; a graph inside it as the graphs of all formats are. */
export type NodeAttribute =
  | Exclude<OnnxAttribute, { kind: 'graph' }>
  | { readonly kind: 'graph'; readonly value: FileGraph<OnnxAttributes> };

type Kind = NodeAttribute['kind'];
type ValueOf<K extends Kind> = Extract<NodeAttribute, { readonly kind: K }>['value'];

/** The attributes of a node by their names, and the version of its op. @throws FormatError for one of another kind */
export class OnnxAttributes {
  constructor(
    private readonly attributes: ReadonlyMap<string, NodeAttribute>,
    /** Of the ops of the node's domain. */
    readonly opset: number,
  ) {}

  has(name: string): boolean {
    return this.attributes.has(name);
  }

  int(name: string): number | undefined {
    return this.#value(name, 'int');
  }

  ints(name: string): readonly number[] | undefined {
    return this.#value(name, 'ints');
  }

  float(name: string): number | undefined {
    return this.#value(name, 'float');
  }

  floats(name: string): readonly number[] | undefined {
    return this.#value(name, 'floats');
  }

  text(name: string): string | undefined {
    return this.#value(name, 'string');
  }

  texts(name: string): readonly string[] | undefined {
    return this.#value(name, 'strings');
  }

  tensor(name: string): OnnxTensor | undefined {
    return this.#value(name, 'tensor');
  }

  /** Of those that must be there. */
  graph(name: string): FileGraph<OnnxAttributes> {
    return this.needed(name, this.#value(name, 'graph'));
  }

  /** Whether an integer is not 0. */
  flag(name: string, byDefault = false): boolean {
    return (this.int(name) ?? Number(byDefault)) !== 0;
  }

  /** One of some texts, the first of which is the default. @throws FormatError for another */
  oneOf<const T extends string>(name: string, known: readonly [T, ...T[]]): T {
    const value = this.text(name) ?? known[0];
    if (known.includes(value as T)) return value as T;
    throw new FormatError(`${name}: expected one of ${known.join(', ')}, got ${describe(value)}`);
  }

  /** A value that must be there. @throws FormatError */
  needed<T>(name: string, value: T | undefined): T {
    if (value !== undefined) return value;
    throw new FormatError(`${name}: expected an attribute, got none`);
  }

  #value<K extends Kind>(name: string, kind: K): ValueOf<K> | undefined {
    const attribute = this.attributes.get(name);
    if (!attribute || attribute.kind === kind) return attribute?.value as ValueOf<K> | undefined;
    throw new FormatError(`${name}: expected an attribute of kind ${kind}, got ${attribute.kind}`);
  }
}
