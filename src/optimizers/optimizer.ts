import { DisposedError, ShapeError } from '../errors.js';
import { checkTensor, describe } from '../ops/check.js';
import { checkSameShape, formatShape, sameShape, type Shape } from '../shape.js';
import { keep, Tensor, type TensorData } from '../tensor.js';

/** A copy of one of an optimizer's tensors. */
export interface OptimizerTensor {
  readonly shape: Shape;
  readonly data: ArrayLike<number>;
}

/**
 * All that an optimizer remembers: `lr`, and for each parameter i that was updated `step.i` and the optimizer's
 * tensors (`velocity.i`, `m.i`, `v.i`).
 */
export type OptimizerState = Readonly<Record<string, number | OptimizerTensor>>;

/** A parameter and what its optimizer keeps for it. @internal */
export interface Slot {
  readonly parameter: Tensor;
  /** Updates so far. */
  steps: number;
  /** By name, of the parameter's shape; made at the first update, filled with zeros. */
  readonly buffers: Map<string, Tensor>;
}

/** Base of the optimizers: it owns the parameters' list and the state, a subclass has the formula. */
export abstract class Optimizer {
  readonly params: readonly Tensor[];
  readonly #name: string;
  readonly #slots: readonly Slot[];
  readonly #bufferNames: readonly string[];
  #lr!: number;
  #isDisposed = false;

  /** @throws TypeError, RangeError */
  protected constructor(
    name: string,
    params: Iterable<Tensor>,
    lr: number,
    bufferNames: readonly string[],
  ) {
    this.#name = name;
    this.lr = lr;
    this.params = Object.freeze(checkParameters(name, params));
    this.#bufferNames = bufferNames;
    this.#slots = this.params.map((parameter) => ({ parameter, steps: 0, buffers: new Map() }));
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
    if (this.#isDisposed) throw new DisposedError(`${this.#name}: step: it was disposed before`);
    const ready = this.#slots.filter(({ parameter }) => parameter.grad);
    for (const { parameter } of ready) checkGradient(this.#name, parameter);
    for (const slot of ready) this.#makeBuffers(slot);
    for (const slot of ready) {
      slot.steps++;
      this.update(slot, slot.parameter.grad!);
      slot.parameter.version++;
    }
  }

  /** Updates one parameter and its buffers in place; `slot.steps` counts this step already. @internal */
  protected abstract update(slot: Slot, grad: Tensor): void;

  /** Frees the gradients of all parameters: the next `backward` starts from nothing. */
  zeroGrad(): void {
    for (const parameter of this.params) {
      parameter.grad?.dispose();
      parameter.grad = undefined;
    }
  }

  /** Copies of all that `loadState` needs to go on with the same bits. */
  state(): OptimizerState {
    const state: Record<string, number | OptimizerTensor> = { lr: this.#lr };
    this.#slots.forEach(({ steps, buffers }, i) => {
      if (steps === 0) return;
      state[`step.${i}`] = steps;
      for (const [name, buffer] of buffers) {
        state[`${name}.${i}`] = { shape: buffer.shape, data: buffer.data() };
      }
    });
    return state;
  }

  /**
   * Goes back to a state that `state` of an optimizer with the same parameters and options gave.
   * @throws TypeError, ShapeError, RangeError naming the entry that does not fit; nothing is changed then
   */
  loadState(state: OptimizerState): void {
    const loaded = this.#slots.map((slot, i) => this.#readSlot(state, slot, i));
    const known = new Set(['lr', ...loaded.flatMap(({ names }) => names)]);
    const extra = Object.keys(state).find((name) => !known.has(name));
    if (extra !== undefined) {
      throw new RangeError(`${this.#name}: loadState: ${extra}: the optimizer has no such entry`);
    }
    const { lr } = state;
    checkNonNegative(this.#name, 'loadState: lr', lr);
    for (const slot of this.#slots) if (loaded) this.#makeBuffers(slot);
    this.#lr = lr;
    this.#slots.forEach((slot, i) => {
      const { steps, values } = loaded[i]!;
      slot.steps = steps;
      for (const [name, buffer] of slot.buffers) buffer.view().set(values.get(name) ?? []);
    });
  }

  /** Frees the optimizer's own tensors. The parameters and their gradients stay. */
  dispose(): void {
    this.#isDisposed = true;
    for (const { buffers } of this.#slots) {
      for (const buffer of buffers.values()) buffer.dispose();
      buffers.clear();
    }
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
