import { checkInteger, wrongKind, wrongNumber } from '../check.js';
import { COPY, describe, isNumberArray, type Origin } from '../describe.js';
import { DisposedError, ShapeError } from '../errors.js';
import type { NamedArray } from '../formats/safetensors.js';
import { checkTensor } from '../ops/check.js';
import { checkSameShape, formatShape, sameShape, type Shape, sizeOf } from '../shape.js';
import { type Slot, type Updates, withUpdates } from './updates.js';
import { keep, Tensor, type TensorData } from '../tensor.js';

/**
 * All that an optimizer remembers: the number `lr`, and for each parameter i that was updated the number `step.i` and
 * copies of the optimizer's tensors (`velocity.i`; `m.i`, `v.i`; `v.i`, `u.i`).
 */
export interface OptimizerState {
  readonly tensors: ReadonlyMap<string, NamedArray>;
  readonly numbers: Readonly<Record<string, number>>;
  /** `config()` of the optimizer; where it is there `loadState` compares it. */
  readonly config?: OptimizerSettings;
}

/** The `name` of an optimizer, and its options. */
export type OptimizerSettings = Readonly<Record<string, string | number | boolean>>;

interface LoadedSlot {
  readonly slot: Slot;
  readonly steps: number;
  /** For each buffer. */
  readonly values: readonly TensorData[];
}

const ORIGIN: Origin = { kind: 'Optimizer', copy: COPY };

/** Base of the optimizers: it owns the parameters' list and the state, a subclass has the formula. */
export abstract class Optimizer {
  readonly params: readonly Tensor[];
  readonly #name: string;
  readonly #slots: readonly Slot[];
  readonly #bufferNames: readonly string[];
  readonly #config: OptimizerSettings;
  #lr!: number;
  #isDisposed = false;

  /** @throws TypeError, RangeError */
  protected constructor(
    name: string,
    params: Iterable<Tensor>,
    lr: number,
    bufferNames: readonly string[],
    options: OptimizerSettings = {},
  ) {
    this.#name = name;
    this.#config = { name, ...options };
    this.lr = lr;
    this.params = Object.freeze(checkParameters(name, params));
    this.#bufferNames = bufferNames;
    this.#slots = this.params.map((parameter) => ({ parameter, steps: 0, buffers: [] }));
  }

  /** @internal */
  get '@simdgrad'(): Origin {
    return ORIGIN;
  }

  /** The learning rate; schedules set it between steps. */
  get lr(): number {
    return this.#lr;
  }

  /** @throws TypeError, RangeError */
  set lr(value: number) {
    checkNonNegative(this.#name, 'lr', value);
    this.#lr = value;
  }

  /**
   * Updates every parameter that has a gradient, in place.
   * @throws ShapeError, DisposedError, OutOfMemoryError; nothing is changed then
   */
  step(): void {
    this.#checkAlive('step');
    const ready = this.#slots.filter(({ parameter }) => parameter.grad);
    for (const { parameter } of ready) checkGradient(this.#name, parameter);
    for (const slot of ready) this.#makeBuffers(slot);
    withUpdates(ready, (updates) => this.update(updates));
    for (const slot of ready) {
      slot.steps++;
      slot.parameter.version++;
    }
  }

  /** Updates parameters and their buffers in place. @internal */
  protected abstract update(updates: Updates): void;

  /** Frees the gradients of all parameters: the next `backward` starts from nothing. */
  zeroGrad(): void {
    for (const parameter of this.params) {
      parameter.grad?.dispose();
      parameter.grad = undefined;
    }
  }

  /** Its name, and its options but for `lr`, as plain JSON. */
  config(): OptimizerSettings {
    return this.#config;
  }

  /** Copies of all that `loadState` needs to go on with the same bits. */
  state(): OptimizerState {
    this.#checkAlive('state');
    const tensors = new Map<string, NamedArray>();
    const numbers: Record<string, number> = { lr: this.#lr };
    this.#slots.forEach(({ steps, buffers }, i) => {
      if (steps === 0) return;
      numbers[`step.${i}`] = steps;
      this.#bufferNames.forEach((name, b) => {
        const buffer = buffers[b]!;
        tensors.set(`${name}.${i}`, { shape: buffer.shape, data: buffer.data() });
      });
    });
    return { tensors, numbers, config: this.#config };
  }

  /**
   * Goes back to a state that `state` of an optimizer with the same parameters and options gave, and to its `lr`.
   * @throws TypeError, ShapeError, RangeError naming the entry or the option that does not fit; nothing is changed then
   */
  loadState(state: OptimizerState): void {
    const op = `${this.#name}: loadState`;
    this.#checkAlive('loadState');
    checkState(op, state);
    this.#checkConfig(op, state.config);
    const tensors = new Map(state.tensors);
    const numbers = new Map(Object.entries(state.numbers));
    const lr = take(numbers, 'lr');
    checkNonNegative(op, 'lr', lr);
    const loaded = this.#slots.map((slot, i) => this.#takeSlot(slot, i, tensors, numbers));
    for (const name of [...tensors.keys(), ...numbers.keys()]) {
      throw new RangeError(
        `${op}: ${name}: expected no such entry for these parameters and options`,
      );
    }
    for (const { slot, steps } of loaded) if (steps > 0) this.#makeBuffers(slot);
    this.#lr = lr;
    for (const { slot, steps, values } of loaded) {
      slot.steps = steps;
      if (steps === 0) disposeBuffers(slot);
      values.forEach((value, b) => slot.buffers[b]!.assign(value));
    }
  }

  #checkConfig(op: string, config: OptimizerSettings = this.#config): void {
    for (const [key, value] of Object.entries(this.#config)) {
      if (Object.is(config[key], value)) continue;
      throw new RangeError(
        `${op}: ${key}: the state is of ${describe(config[key])}, this optimizer has ${describe(value)}`,
      );
    }
  }

  /** Takes the checked entries of parameter i out of a state. */
  #takeSlot(
    slot: Slot,
    i: number,
    tensors: Map<string, NamedArray>,
    numbers: Map<string, number>,
  ): LoadedSlot {
    const op = `${this.#name}: loadState`;
    if (!numbers.has(`step.${i}`)) return { slot, steps: 0, values: [] };
    const steps = take(numbers, `step.${i}`);
    checkInteger(op, `step.${i}`, steps, 1);
    const values = this.#bufferNames.map((name) => {
      const value = take(tensors, `${name}.${i}`);
      checkNamedArray(op, `${name}.${i}`, value, slot.parameter.shape);
      return value.data;
    });
    return { slot, steps, values };
  }

  /** Gives a slot its buffers, if it has none yet. They belong to no scope. */
  #makeBuffers({ parameter, buffers }: Slot): void {
    while (buffers.length < this.#bufferNames.length) {
      const buffer = keep(Tensor.allocate(parameter.shape));
      buffer.view().fill(0);
      buffers.push(buffer);
    }
  }

  #checkAlive(method: string): void {
    if (this.#isDisposed) {
      throw new DisposedError(`${this.#name}: ${method}: the optimizer was used after dispose()`);
    }
  }

  /** Frees the optimizer's own tensors. The parameters and their gradients stay. */
  dispose(): void {
    this.#isDisposed = true;
    for (const slot of this.#slots) disposeBuffers(slot);
  }

  /** `dispose()` at the end of a block with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** @throws TypeError, RangeError unless it is a finite number of at least 0. */
export function checkNonNegative(
  op: string,
  argument: string,
  value: unknown,
): asserts value is number {
  if (typeof value === 'number' && value >= 0 && value < Infinity) return;
  throw wrongNumber(op, argument, 'a number ≥ 0', value);
}

/** The share of a running mean that is kept, as float32. @throws TypeError, RangeError unless it is in [0, 1). */
export function roundShare(op: string, argument: string, share: unknown): number {
  if (typeof share === 'number' && share >= 0 && Math.fround(share) < 1) return Math.fround(share);
  throw wrongNumber(op, argument, 'a number in [0, 1)', share);
}

function checkParameters(op: string, params: Iterable<Tensor>): Tensor[] {
  if (typeof (params as Partial<Iterable<Tensor>> | undefined)?.[Symbol.iterator] !== 'function') {
    throw wrongKind(op, 'params', 'an array of tensors', params);
  }
  const list = [...params];
  if (list.length === 0) {
    throw new RangeError(`${op}: params: expected at least one parameter, got none`);
  }
  list.forEach((parameter, i) => {
    checkTensor(op, `params[${i}]`, parameter);
    if (parameter.node) {
      throw new TypeError(`${op}: params[${i}]: expected a leaf, got the result of an op`);
    }
    const first = list.indexOf(parameter);
    if (first < i) {
      throw new RangeError(
        `${op}: params[${i}]: expected distinct parameters, got params[${first}] again`,
      );
    }
  });
  return list;
}

/** A gradient may have been set by hand; the kernels trust its shape. */
function checkGradient(op: string, parameter: Tensor): void {
  void parameter.pointer;
  checkTensor(`${op}: step`, 'grad', parameter.grad);
  checkSameShape(`${op}: step`, 'grad', parameter.shape, parameter.grad.shape);
}

function checkState(op: string, state: OptimizerState): void {
  const { tensors, numbers } = (state ?? {}) as Partial<OptimizerState>;
  const isPlain = typeof numbers === 'object' && numbers !== null;
  if (isPlain && typeof (tensors as Partial<Iterable<unknown>>)?.[Symbol.iterator] === 'function') {
    return;
  }
  throw wrongKind(op, 'state', 'tensors and numbers, as state() gives them', state);
}

function checkNamedArray(
  op: string,
  argument: string,
  value: NamedArray | undefined,
  shape: Shape,
): asserts value is NamedArray {
  const isArray = Array.isArray(value?.shape) && isNumberArray(value.data);
  if (value !== undefined && !isArray) throw wrongKind(op, argument, 'a shape and data', value);
  if (value && sameShape(value.shape, shape) && value.data.length === sizeOf(shape)) return;
  const got = value ? `${formatShape(value.shape)} of ${value.data.length} values` : 'nothing';
  throw new ShapeError(`${op}: ${argument}: expected shape ${formatShape(shape)}, got ${got}`);
}

function take<Value>(entries: Map<string, Value>, name: string): Value | undefined {
  const value = entries.get(name);
  entries.delete(name);
  return value;
}

function disposeBuffers({ buffers }: Slot): void {
  for (const buffer of buffers) buffer.dispose();
  buffers.length = 0;
}
