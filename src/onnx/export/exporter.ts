import type { GraphNode, GraphValue } from '../../graph/graph.js';
import { type Shape, sizeOf } from '../../shape.js';
import type { Builder } from './builder.js';
import { type Attributes, DATA_TYPES, int, ints } from './builder.js';
import type { Sizes } from './dynamic.js';
import {
  type Axes,
  equalAxes,
  movesNothing,
  ordered,
  permuted,
  sameAxes,
  withoutAxes,
} from './orders.js';

/** What ONNX cannot say. */
export class Unsupported extends Error {}

/** A value in the file. */
interface Stored {
  readonly name: string;
  readonly axes: Axes;
  /** Of a picture flattened with its channels first: the feature of the tensor that each of the file is. */
  readonly features?: readonly number[];
}

/**
 * Translates the values of a graph to those of a file, in which the axes of each may stand in another order: where
 * channels are last here, they are first there, and a transpose stands only where an op needs another order.
 */
export class Exporter {
  readonly #stored = new Map<GraphValue, Stored[]>();
  readonly #constants = new Map<string, string>();

  /**
   * @param sizes which sizes depend on the batch
   * @param isHalf whether constants are float16 in the file
   * @param uses the nodes that take each value
   */
  constructor(
    readonly builder: Builder,
    readonly sizes: Sizes,
    readonly isHalf: boolean,
    readonly uses: ReadonlyMap<GraphValue, readonly GraphNode[]>,
  ) {}

  /** Says what a value is called in the file, and how its axes stand there; left out, as they are. */
  set(value: GraphValue, name: string, axes: Axes = sameAxes(value.shape.length)): void {
    this.#stored.set(value, [{ name, axes }]);
  }

  /** Adds the node that computes a value. */
  setNode(value: GraphValue, op: string, inputs: string[], attributes?: Attributes, axes?: Axes) {
    this.set(value, this.builder.node(op, inputs, attributes), axes);
  }

  /** Says that a value is there with its last axis in another order too. */
  addFeatures(value: GraphValue, name: string, features: readonly number[]): void {
    const stored = this.#stored.get(value) ?? [];
    this.#stored.set(value, [...stored, { name, axes: sameAxes(value.shape.length), features }]);
  }

  featuresOf(value: GraphValue): Stored | undefined {
    return this.#stored.get(value)?.find(({ features }) => features);
  }

  /** The order in which a value is in the file; of a constant its own. */
  axesOf(value: GraphValue): Axes {
    return this.#first(value)?.axes ?? sameAxes(value.shape.length);
  }

  /** The name of a value with its axes as they are. */
  own(value: GraphValue): string {
    return this.as(value, sameAxes(value.shape.length));
  }

  /** The name of a value as it is in the file. */
  asStored(value: GraphValue): string {
    return this.as(value, this.axesOf(value));
  }

  /** The name of a value with its axes in this order. */
  as(value: GraphValue, axes: Axes): string {
    if (value.constant) return this.constant(value, axes);
    const known = this.#stored.get(value)?.filter(({ features }) => !features) ?? [];
    const same = known.find((stored) => equalAxes(stored.axes, axes));
    if (same) return same.name;
    const first = this.#first(value);
    if (!first) throw new Error(`saveOnnx: value ${value.id}: expected a node that computes it`);
    const name = this.transposed(first.name, value, first.axes, axes);
    this.#stored.set(value, [...this.#stored.get(value)!, { name, axes }]);
    return name;
  }

  /** A value of the file with the axes of another order; a reshape where that moves nothing. */
  transposed(name: string, value: GraphValue, from: Axes, to: Axes): string {
    const fixed = value.shape.map((size, axis) => (this.sizes.isDynamic(value, axis) ? -1 : size));
    if (movesNothing(fixed, from, to)) return this.reshaped(name, value, to);
    const perm = to.map((axis) => from.indexOf(axis));
    return this.builder.node('Transpose', [name], { perm: ints(perm) });
  }

  /** A value of the file in the shape of another, with that one's axes in this order. */
  reshaped(name: string, value: GraphValue, axes: Axes = sameAxes(value.shape.length)): string {
    return this.builder.node('Reshape', [name, this.shapeInput(value, axes)]);
  }

  /** The shape of a value as an operand: -1 for its one size that depends on the batch. */
  shapeInput(value: GraphValue, axes: Axes = sameAxes(value.shape.length)): string {
    const dynamic = axes.filter((axis) => this.sizes.isDynamic(value, axis));
    if (dynamic.length > 1 || sizeOf(value.shape) === 0) return this.dims(value, axes);
    return this.builder.ints(
      axes.map((axis) => (dynamic.includes(axis) ? -1 : value.shape[axis]!)),
    );
  }

  /** The shape of a value as an operand, computed from that of the input where it depends on the batch. */
  dims(value: GraphValue, axes: Axes = sameAxes(value.shape.length)): string {
    const sizes = axes.map((axis) => this.sizes.timesBatch(value, axis));
    if (sizes.every((times) => times === undefined)) {
      return this.builder.ints(ordered(value.shape, axes));
    }
    const parts = sizes.map((times, i) =>
      times === undefined ? this.builder.ints([value.shape[axes[i]!]!]) : this.#batchTimes(times),
    );
    return parts.length === 1 ? parts[0]! : this.builder.node('Concat', parts, { axis: int(0) });
  }

  #batchTimes(times: number): string {
    const { input, axis } = this.sizes.batch;
    const place = this.axesOf(input).indexOf(axis);
    const shape = this.builder.node('Shape', [this.asStored(input)], {
      start: int(place),
      end: int(place + 1),
    });
    return times === 1 ? shape : this.builder.node('Mul', [shape, this.builder.ints([times])]);
  }

  /**
   * An operand of an op that repeats axes, beside one of this order: a constant or a value of fewer axes gets those that
   * it lacks.
   */
  aligned(value: GraphValue, axes: Axes): string {
    const added = axes.length - value.shape.length;
    if (value.constant && value.constant.size === 1) return this.constant(value, [], []);
    if (added === 0) return this.as(value, axes);
    if (equalAxes(axes, sameAxes(axes.length))) return this.own(value);
    const shape = [...new Array<number>(added).fill(1), ...value.shape];
    if (value.constant) return this.constant(value, axes, shape);
    const padded = this.builder.node('Unsqueeze', [
      this.own(value),
      this.builder.ints(sameAxes(added)),
    ]);
    return this.builder.node('Transpose', [padded], { perm: ints(axes) });
  }

  /** The name of a constant with its axes in this order. @param shape in which it is seen, with further axes of 1 */
  constant(value: GraphValue, axes: Axes, shape: Shape = value.shape): string {
    const tensor = value.constant!;
    let sizes = ordered(shape, axes);
    // Axes of 1 in front, which broadcasting adds, are left out.
    if (shape !== value.shape) while (sizes[0] === 1 && sizes.length > 1) sizes = sizes.slice(1);
    const key = `${value.id} ${axes.join()} ${sizes.join()}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const name = value.name ?? 'constant';
    const data = tensor.data() as Float32Array | Int32Array;
    const moved = permuted(data, shape, axes.length === shape.length ? axes : []);
    const made = this.tensor(name, sizes, moved);
    this.#constants.set(key, made);
    return made;
  }

  /** A tensor of the file; float16 with a cast behind it where weights are to be so. */
  tensor(name: string, shape: Shape, data: Float32Array | Int32Array): string {
    const { builder } = this;
    if (data instanceof Int32Array) return builder.constant(name, shape, data, 'int32');
    if (!this.isHalf || data.length < 2) return builder.constant(name, shape, data);
    const half = builder.constant(name, shape, data, 'float16');
    return builder.node('Cast', [half], { to: int(DATA_TYPES.float32) });
  }

  /** The same value as another type. */
  cast(name: string, to: keyof typeof DATA_TYPES): string {
    return this.builder.node('Cast', [name], { to: int(DATA_TYPES[to]) });
  }

  /** The place in the file of one of the tensor's axes. */
  place(value: GraphValue, axis: number): number {
    return this.axesOf(value).indexOf(axis);
  }

  /** The order of a value some of whose axes are dropped. */
  axesWithout(value: GraphValue, isDropped: (axis: number) => boolean): Axes {
    return withoutAxes(this.axesOf(value), isDropped);
  }

  #first(value: GraphValue): Stored | undefined {
    return this.#stored.get(value)?.find(({ features }) => !features);
  }
}
