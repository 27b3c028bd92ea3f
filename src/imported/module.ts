import { compose, isRecording } from '../autograd.js';
import { wrongKind } from '../check.js';
import { FormatError, ShapeError } from '../errors.js';
import { Module } from '../layers/module.js';
import { reshape } from '../ops/reshape.js';
import { formatShape } from '../shape.js';
import { scope, Tensor } from '../tensor.js';
import { constantTensor, freedOnError, staysOnHost, wantedOrders } from './constants.js';
import { fold } from './fold.js';
import type { FileGraph, FileInput, Handlers } from './graph.js';
import { interpret, type Values } from './interpreter.js';
import { cut, type ImportOptions } from './options.js';
import { isFloat, type Order, sameOrder, Value } from './value.js';

/** The values that go into a model with several inputs, or come out of one with several outputs, by their names. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/**
 * A model of another library's file: its graph, computed node by node by this library's ops, so that it trains like any
 * module. Its inputs and outputs have the shapes that the file gives them. Its parameters and buffers have the file's
 * names; they may be stored with their axes in another order.
 */
export class ImportedModule extends Module {
  /** What the model takes; the first axis, the batch, may have another size than the file says. */
  readonly inputs: readonly FileInput[];
  /** The names of what it gives. */
  readonly outputs: readonly string[];
  /** How the file is read, where that is not as it stands: that quantised numbers are real ones, for instance. */
  readonly notes: readonly string[];
  readonly #graph: FileGraph;
  readonly #handlers: Handlers;
  readonly #constants: Values;
  readonly #tensors = new Map<string, Tensor>();

  /**
   * @param format names the function that loads it, for errors
   * @param file its graph
   * @throws FormatError that lists every op without a handler, or for outputs that the file has not
   * @internal
   */
  constructor(format: string, file: FileGraph, handlers: Handlers, options: ImportOptions = {}) {
    super();
    const graph = options.outputs ? cut(file, options.outputs) : file;
    checkOps(format, graph, handlers);
    this.inputs = graph.inputs;
    this.outputs = graph.outputs;
    this.notes = graph.notes ?? [];
    this.#handlers = handlers;
    const wanted = wantedOrders(graph, handlers);
    const { values, trained } = constantsOf(graph, wanted, options.trainable === true);
    const folded = fold(graph, handlers, values, new Set(trained));
    this.#graph = folded.graph;
    this.#constants = folded.constants;
    for (const [name, value] of folded.constants) {
      const tensor = value.tensors[0];
      if (!tensor) continue;
      tensor.role = trained.has(name) ? 'parameter' : 'buffer';
      tensor.requiresGrad = trained.has(name) && !isFrozen(name, options.freeze ?? []);
      this.#tensors.set(name, tensor);
    }
  }

  /** The output of a model that has one. @throws Error where it has several: `run` gives them */
  override forward(x: Tensor | NamedTensors): Tensor {
    const [only, ...others] = this.outputs;
    if (only === undefined || others.length > 0) {
      throw new Error(
        `forward: expected a model of one output, got ${this.outputs.length} (${this.outputs.join(', ')}); use run`,
      );
    }
    return isRecording() ? compose(() => this.run(x)[only]!) : this.run(x)[only]!;
  }

  /**
   * All outputs, by their names.
   * @param x the input, or every input by its name
   * @throws TypeError, ShapeError for other inputs than the file declares
   */
  run(x: Tensor | NamedTensors): Record<string, Tensor> {
    const given = this.#inputsOf(x);
    const compute = () => {
      const around = new Map([...this.#constants, ...given]);
      const results = interpret(this.#graph, this.#handlers, around);
      return results.map((value) => ownTensor(value, given));
    };
    const tensors = isRecording() ? compute() : scope(compute);
    return Object.fromEntries(this.outputs.map((name, i) => [name, tensors[i]!]));
  }

  /** How many nodes of each op of the file are left to compute: those of constants alone are done. */
  get ops(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { op } of this.#graph.nodes) counts.set(op, (counts.get(op) ?? 0) + 1);
    return counts;
  }

  /** @throws Error: the graph of a file is no layers that `model.json` could name */
  override config(): never {
    throw new Error(
      "saveModel: model: expected layers, got a model of another library's file: " +
        'saveOnnx of simdgrad/onnx saves it, with the weights that it has now',
    );
  }

  /** Parameters and buffers, by the names that the file gives them. @internal */
  ownTensors(): [name: string, tensor: Tensor][] {
    return [...this.#tensors];
  }

  #inputsOf(x: Tensor | NamedTensors): Values {
    const [first, ...others] = this.inputs;
    if (x instanceof Tensor) {
      if (!first || others.length > 0) {
        const names = this.inputs.map(({ name }) => name).join(', ');
        throw new TypeError(`run: x: expected an object with the inputs ${names}, got a Tensor`);
      }
      return new Map([[first.name, inputValue(first, x)]]);
    }
    if (typeof x !== 'object' || x === null) throw wrongKind('run', 'x', 'a Tensor', x);
    return new Map(
      this.inputs.map((input) => [
        input.name,
        inputValue(input, Object.hasOwn(x, input.name) ? x[input.name] : undefined),
      ]),
    );
  }
}

function inputValue({ name, dtype, shape }: FileInput, tensor: unknown): Value {
  if (!(tensor instanceof Tensor)) throw wrongKind('run', `x['${name}']`, 'a Tensor', tensor);
  const fits =
    !shape ||
    (shape.length === tensor.rank &&
      shape.every((size, axis) => axis === 0 || size === null || size === tensor.shape[axis]));
  if (!fits) {
    const expected = `[${shape.map((size) => size ?? '?').join(',')}]`;
    throw new ShapeError(
      `run: x['${name}']: expected shape ${expected}, got ${formatShape(tensor.shape)}`,
    );
  }
  return Value.of(tensor, sameOrder(tensor.rank), dtype);
}

/** An output in the file's order; a tensor of its own also where it is an input or a constant. */
function ownTensor(value: Value, given: Values): Tensor {
  const tensor = value.output();
  const isGiven = [...given.values()].some((input) => input.tensors.includes(tensor));
  return isGiven || tensor.role !== undefined ? reshape(tensor, tensor.shape) : tensor;
}

function checkOps(format: string, graph: FileGraph, handlers: Handlers): void {
  const missing = new Map<string, string[]>();
  for (const { op, name } of graph.nodes) {
    if (Object.hasOwn(handlers, op)) continue;
    missing.set(op, [...(missing.get(op) ?? []), name]);
  }
  if (missing.size === 0) return;
  const listed = Array.from(missing, ([op, nodes]) => `${op} (${nodes.join(', ')})`).join('; ');
  throw new FormatError(`${format}: expected ops that are known here, got ${listed}`);
}

/** The constants of a graph as values, and the names of those that train. */
function constantsOf(
  graph: FileGraph,
  wanted: ReadonlyMap<string, Order>,
  trainable: boolean,
): { values: Values; trained: ReadonlySet<string> } {
  const values: Values = new Map();
  const trained = new Set<string>();
  freedOnError(values, () => {
    for (const [name, constant] of graph.constants) {
      const { shape, dtype, data } = constant;
      const order = wanted.get(name) ?? sameOrder(shape.length);
      const isTrained = trainable && wanted.has(name) && isFloat(dtype);
      if (isTrained) trained.add(name);
      const isHost = !isTrained && staysOnHost(constant);
      values.set(
        name,
        isHost
          ? Value.host(data, shape, dtype)
          : Value.of(constantTensor(constant, order), order, dtype),
      );
    }
  });
  return { values, trained };
}

function isFrozen(name: string, freeze: readonly (string | RegExp)[]): boolean {
  return freeze.some((entry) => (typeof entry === 'string' ? entry === name : entry.test(name)));
}
