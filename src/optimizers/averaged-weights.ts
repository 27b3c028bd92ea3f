import { checkArity, checkInteger, wrongKind } from '../check.js';
import { COPY, isNumberArray, type Origin } from '../describe.js';
import { DisposedError } from '../errors.js';
import type { NamedArray } from '../formats/safetensors.js';
import { checkTensor } from '../ops/check.js';
import { checkOptions } from '../options.js';
import { launch } from '../runtime/launch.js';
import { checkSameShape } from '../shape.js';
import { keep, Tensor } from '../tensor.js';
import { listOf, roundShare } from './check.js';
import { withTable } from './updates.js';

/** Options of `AveragedWeights`. */
export interface AveragedWeightsOptions {
  /** The share of the averages that each update keeps, in [0, 1). Left out: all updates count alike. */
  decay?: number;
}

/** What `AveragedWeights` remembers: how many updates, and the averages by their places `0`, `1`, … */
export interface AveragedWeightsState {
  readonly tensors: ReadonlyMap<string, NamedArray>;
  readonly updates: number;
}

const ORIGIN: Origin = { kind: 'AveragedWeights', copy: COPY };

/**
 * Averages of weights over the steps of a training, with the formulas of torch.optim.swa_utils.AveragedModel. The first
 * update copies the weights; each after it does `average += (1 − decay) · (weight − average)`, an exponential moving
 * average, or without `decay` `average += (weight − average) / updates`, stochastic weight averaging (Izmailov et al.
 * 2018):
 *
 *     const averages = new AveragedWeights(model.parameters(), { decay: 0.999 });
 *     averages.update(); // after each optimizer.step()
 *     averages.swap(); // the model has the averages, to be evaluated or saved …
 *     averages.swap(); // … and its own weights again
 */
export class AveragedWeights {
  readonly params: readonly Tensor[];
  readonly #averages: readonly Tensor[];
  readonly #decay: number | undefined;
  #updates = 0;
  #isSwapped = false;
  #isDisposed = false;

  /**
   * @param params the tensors to average; buffers may be among them
   * @throws TypeError, RangeError, OutOfMemoryError
   */
  constructor(params: Iterable<Tensor>, options: AveragedWeightsOptions = {}) {
    const op = 'AveragedWeights';
    checkArity(op, arguments.length, 2);
    checkOptions(op, options, ['decay']);
    const { decay } = options;
    this.#decay = decay === undefined ? undefined : roundShare(op, 'decay', decay);
    const list = listOf(op, params);
    list.forEach((parameter, i) => checkTensor(op, `params[${i}]`, parameter));
    this.params = Object.freeze(list);
    this.#averages = copiesOf(list);
  }

  /** @internal */
  get '@simdgrad'(): Origin {
    return ORIGIN;
  }

  /** How many updates the averages are of. */
  get updates(): number {
    return this.#updates;
  }

  /** Takes the weights as they are into the averages. @throws DisposedError; Error while they are swapped */
  update(): void {
    this.#checkAlive('update');
    if (this.#isSwapped) {
      throw new Error(
        'AveragedWeights: update: expected the weights themselves, got the averages: call swap()',
      );
    }
    if (this.#updates++ === 0) {
      this.params.forEach((weight, i) => this.#averages[i]!.view().set(weight.view()));
      return;
    }
    const share = this.#decay === undefined ? 1 / this.#updates : 1 - this.#decay;
    const rows = this.params.map((gradient, i) => {
      return { parameter: this.#averages[i]!, gradient, buffers: [] };
    });
    const size = this.params.reduce((total, parameter) => total + parameter.size, 0);
    // average −= −share · (weight − average): a step up the weight, with a decay of the average.
    withTable(rows, (table) => launch('sgdStep', [table, -share, 0, 1, false, -1, true], size));
  }

  /** Exchanges weights and averages, in place. @throws DisposedError */
  swap(): void {
    this.#checkAlive('swap');
    this.params.forEach((weight, i) => {
      const average = this.#averages[i]!;
      const values = weight.data();
      weight.view().set(average.view());
      average.view().set(values);
      weight.version++;
    });
    this.#isSwapped = !this.#isSwapped;
  }

  /** Copies of all that `loadState` needs to go on with the same bits. @throws DisposedError */
  state(): AveragedWeightsState {
    this.#checkAlive('state');
    const entries = this.#averages.map(({ shape }, i) => {
      const { [i]: from } = this.#isSwapped ? this.params : this.#averages;
      return [`${i}`, { shape, data: from!.data() }] as const;
    });
    return { tensors: new Map(entries), updates: this.#updates };
  }

  /**
   * Goes back to a state of averages of the same weights.
   * @throws TypeError, ShapeError, RangeError; nothing is changed then
   */
  loadState(state: AveragedWeightsState): void {
    const op = 'AveragedWeights: loadState';
    this.#checkAlive('loadState');
    const { tensors, updates } = (state ?? {}) as Partial<AveragedWeightsState>;
    checkInteger(op, 'updates', updates, 0);
    if (typeof tensors?.get !== 'function') throw wrongKind(op, 'tensors', 'a Map', tensors);
    const values = this.#averages.map(({ shape, size }, i) => {
      const value = tensors.get(`${i}`);
      if (
        !isNumberArray(value?.data) ||
        !Array.isArray(value.shape) ||
        value.data.length !== size
      ) {
        throw wrongKind(op, `tensors: ${i}`, `a shape and ${size} values`, value);
      }
      checkSameShape(op, `tensors: ${i}`, shape, value.shape);
      return value.data;
    });
    const to = this.#isSwapped ? this.params : this.#averages;
    values.forEach((data, i) => to[i]!.assign(data));
    this.#updates = updates;
  }

  #checkAlive(method: string): void {
    if (!this.#isDisposed) return;
    throw new DisposedError(`AveragedWeights: ${method}: the averages were used after dispose()`);
  }

  /** Frees the averages. The weights stay. */
  dispose(): void {
    this.#isDisposed = true;
    for (const average of this.#averages) average.dispose();
  }

  /** `dispose()` at the end of a block with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** They belong to no scope. */
function copiesOf(tensors: readonly Tensor[]): Tensor[] {
  const copies: Tensor[] = [];
  try {
    for (const tensor of tensors) {
      const copy = keep(Tensor.allocate(tensor.shape));
      copies.push(copy);
      copy.view().set(tensor.view());
    }
    return copies;
  } catch (error) {
    for (const copy of copies) copy.dispose();
    throw error;
  }
}
