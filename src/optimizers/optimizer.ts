import { checkInteger, wrongKind } from '../check.js';
import { COPY, describe, isNumberArray, type Origin } from '../describe.js';
import { DisposedError, ShapeError } from '../errors.js';
import type { NamedArray } from '../formats/safetensors.js';
import { checkTensor } from '../ops/check.js';
import { checkOptions } from '../options.js';
import { checkSameShape, formatShape, sameShape, type Shape, sizeOf } from '../shape.js';
import { keep, Tensor, type TensorData } from '../tensor.js';
import { checkNonNegative } from './check.js';
import {
  configOf,
  type Group,
  groupsOf,
  namesOf,
  type OptimizerOptions,
  type OptimizerSettings,
  type ParameterList,
  type Rule,
  settingsOf,
} from './groups.js';
import { type Slot, type Updates, withUpdates } from './updates.js';

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

/** Parameters of one group that have made as many steps, and how they are to be updated. */
export interface Update<Settings> extends Updates {
  /** Of the group. To go up the gradient it and the weight decay are negative: every formula is odd in the gradient. */
  readonly lr: number;
  readonly settings: Settings;
}

interface LoadedSlot {
  readonly slot: Slot;
  readonly steps: number;
  /** For each buffer. */
  readonly values: readonly (TensorData | undefined)[];
}

const ORIGIN: Origin = { kind: 'Optimizer', copy: COPY };

/** Base of the optimizers: it owns the parameters' list and the state, a subclass has the formula. */
export abstract class Optimizer<Settings extends object = object> {
  /** Those of all groups, in order. */
  readonly params: readonly Tensor[];
  readonly #name: string;
  readonly #groups: readonly Group[];
  readonly #slots: readonly Slot[];
  readonly #config: OptimizerSettings;
  #lr!: number;
  #isDisposed = false;

  /** @throws TypeError, RangeError @internal */
  protected constructor(
    rule: Rule<OptimizerOptions>,
    params: ParameterList<OptimizerOptions>,
    options: OptimizerOptions,
  ) {
    const { name } = rule;
    this.#name = name;
    checkOptions(name, options, namesOf(rule));
    const { lr = rule.lr } = options ?? {};
    this.lr = lr!;
    const settings = settingsOf(name, rule, options);
    this.#groups = groupsOf(rule, params, options, { lr: this.lr, settings });
    this.#config = configOf(name, settings, this.#groups);
    this.#slots = this.#groups.flatMap(({ params: own }, group) =>
      own.map((parameter) => ({ parameter, group, steps: 0, buffers: [] })),
    );
    this.params = Object.freeze(this.#slots.map(({ parameter }) => parameter));
  }

  /** @internal */
  get '@simdgrad'(): Origin {
    return ORIGIN;
  }

  /** The learning rate; schedules set it between steps. A group that was given its own keeps its ratio to it. */
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
    withUpdates(ready, (updates) => {
      const { lrShare, settings } = this.#groups[updates.group]!;
      const sign = settings['maximize'] ? -1 : 1;
      const weightDecay = sign * (settings['weightDecay'] as number);
      const signed = { ...settings, weightDecay } as unknown as Settings;
      this.update({ ...updates, lr: sign * this.#lr * lrShare, settings: signed });
    });
    for (const slot of ready) {
      slot.steps++;
      slot.parameter.version++;
    }
  }

  /** Updates parameters and their buffers in place. @internal */
  protected abstract update(updates: Update<Settings>): void;

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
    this.#slots.forEach(({ group, steps, buffers }, i) => {
      if (steps === 0) return;
      numbers[`step.${i}`] = steps;
      this.#groups[group]!.buffers.forEach((name, b) => {
        const buffer = buffers[b];
        if (buffer) tensors.set(`${name}.${i}`, { shape: buffer.shape, data: buffer.data() });
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
      values.forEach((value, b) => slot.buffers[b]?.assign(value!));
    }
  }

  #checkConfig(op: string, config: OptimizerSettings = this.#config): void {
    for (const key of Object.keys({ ...this.#config, ...config })) {
      const [saved, own] = [config[key], this.#config[key]];
      if (Object.is(saved, own)) continue;
      throw new RangeError(
        `${op}: ${key}: the state is of ${describe(saved)}, this optimizer has ${describe(own)}`,
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
    const values = this.#groups[slot.group]!.buffers.map((name) => {
      if (name === '') return undefined;
      const value = take(tensors, `${name}.${i}`);
      checkNamedArray(op, `${name}.${i}`, value, slot.parameter.shape);
      return value.data;
    });
    return { slot, steps, values };
  }

  /** Gives a slot its buffers, if it has none yet. They belong to no scope. */
  #makeBuffers({ parameter, group, buffers }: Slot): void {
    const { buffers: names, fill } = this.#groups[group]!;
    while (buffers.length < names.length) {
      const isKept = names[buffers.length] !== '';
      const buffer = isKept ? keep(Tensor.allocate(parameter.shape)) : undefined;
      buffer?.view().fill(fill);
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
  for (const buffer of buffers) buffer?.dispose();
  buffers.length = 0;
}
