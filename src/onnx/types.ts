import type { ElementType } from '../imported/value.js';
import type { Shape } from '../shape.js';

/** The element types that are read; all but strings, complex numbers and those of less than a byte. */
export type OnnxType = Exclude<ElementType, 'string'>;

/** A tensor of the file. */
export interface OnnxTensor {
  /** Empty for the value of an attribute. */
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: OnnxType;
  /** Row-major; float16 and bfloat16 widened, integers beyond 2^53 as the nearest number. */
  readonly data: ArrayLike<number>;
}

/** The value of an attribute, with the name of its kind in onnx.proto, in lower case. */
export type OnnxAttribute =
  | { readonly kind: 'float' | 'int'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'tensor' | 'sparse_tensor'; readonly value: OnnxTensor }
  | { readonly kind: 'graph'; readonly value: OnnxGraph }
  | { readonly kind: 'floats' | 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] };

export interface OnnxNode {
  /** May be empty. */
  readonly name: string;
  readonly op: string;
  /** Empty for ONNX's own ops. */
  readonly domain: string;
  /** Names of values; empty where one is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

/** What the file says of an input or output, which need not be true. */
export interface OnnxValueInfo {
  readonly name: string;
  /** Undefined for what is no tensor of a type that is read. */
  readonly dtype: OnnxType | undefined;
  /** Null for a size that is not told; undefined where not even the rank is. */
  readonly shape: readonly (number | null)[] | undefined;
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, OnnxTensor>;
  /** With those that a constant gives a default. */
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
}

export interface OnnxModel {
  readonly graph: OnnxGraph;
  /** The version of each domain's ops; that of ONNX's own is ''. */
  readonly opsets: ReadonlyMap<string, number>;
  /** The program that wrote the file; empty where it does not say. */
  readonly producer: string;
}

/** What a file may make its reader do; larger ones are refused. */
export interface OnnxLimits {
  /** Of the file, and of external data. Default 2^31 − 1. */
  readonly bytes?: number;
  /** Nodes, subgraphs included. Default 100,000. */
  readonly nodes?: number;
  /** Elements of one tensor. Default 2^29 − 1, which are 2 GiB of float32. */
  readonly tensorElements?: number;
  /** Protobuf messages in one another; a subgraph is three deeper than its node. Default 32. */
  readonly depth?: number;
  /** Bytes of a name or text. Default 65,536. */
  readonly stringLength?: number;
}

/** Gives the bytes of a file beside the model, by the relative path that the model names. */
export type ExternalData = (location: string) => Uint8Array;
