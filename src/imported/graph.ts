import type { Shape } from '../shape.js';
import type { ElementType, Order, Value } from './value.js';

/** A tensor that a model file holds. */
export interface FileTensor {
  readonly shape: Shape;
  readonly dtype: ElementType;
  /** Row-major; float16 and bfloat16 widened. */
  readonly data: ArrayLike<number>;
}

/** A place of the file's graph where values arrive or leave. */
export interface FileInput {
  readonly name: string;
  readonly dtype: ElementType;
  /** Null for a size that is told only when the model runs; undefined where not even the rank is known. */
  readonly shape: readonly (number | null)[] | undefined;
}

/** One op of the file, with its attributes in the form of the format. */
export interface FileNode<Attributes = unknown> {
  readonly op: string;
  /** Unique and not empty: errors name it. */
  readonly name: string;
  /** The names of the values; empty where an operand is left out. */
  readonly inputs: readonly string[];
  /** The names of what it gives; empty where nobody wants it. */
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
  /** The values of the graph around that graphs inside its attributes take. */
  readonly captures?: readonly string[];
  /** Those graphs. */
  readonly inner?: readonly FileGraph<Attributes>[];
}

/** The graph of a model file: every node stands behind those that it takes values of. */
export interface FileGraph<Attributes = unknown> {
  readonly inputs: readonly FileInput[];
  readonly outputs: readonly string[];
  readonly nodes: readonly FileNode<Attributes>[];
  readonly constants: ReadonlyMap<string, FileTensor>;
  /** What who uses the model should know of how it is read, a sentence each. */
  readonly notes?: readonly string[];
}

/** What a handler may ask for beside its inputs. */
export interface Surroundings<Attributes = unknown> {
  readonly node: FileNode<Attributes>;
  /** Runs a graph inside the node, which sees the values around it. @param inputs one for each of the graph's */
  run(graph: FileGraph<Attributes>, inputs?: readonly Value[]): Value[];
}

/** How an op of a format is computed. */
export interface Handler<Attributes = unknown> {
  /** @returns the output, or all of them */
  run(
    inputs: readonly (Value | undefined)[],
    attributes: Attributes,
    surroundings: Surroundings<Attributes>,
  ): Value | readonly (Value | undefined)[];
  /**
   * The order in which the op wants the axes of a constant operand; undefined where that is no weight. What is one, is
   * trained where the model is.
   */
  weightOrder?(operand: number, rank: number, attributes: Attributes): Order | undefined;
  /** Gives other outputs for the same inputs: it is never computed ahead. */
  readonly isRandom?: boolean;
}

/** The ops of a format by their names. */
export type Handlers<Attributes = unknown> = Readonly<Record<string, Handler<Attributes>>>;
