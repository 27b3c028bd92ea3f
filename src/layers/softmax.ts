import { checkArity, checkInteger } from '../check.js';
import { checkOptions } from '../options.js';
import { logSoftmax } from '../ops/moments.js';
import { softmax } from '../ops/softmax.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** Options of `Softmax` and `LogSoftmax`. */
export interface SoftmaxLayerOptions {
  /** The axis of the classes; negative: counted from the last. Default -1. */
  axis?: number;
}

/** Base of the layers that turn scores of classes into probabilities. */
abstract class SoftmaxLayer extends Module {
  readonly #type: string;
  readonly #axis: number;
  readonly #op: (x: Tensor, axis: number) => Tensor;

  /** @throws TypeError, RangeError unless the axis is an integer */
  constructor(
    type: string,
    op: (x: Tensor, axis: number) => Tensor,
    given: number,
    options: SoftmaxLayerOptions,
  ) {
    super();
    checkArity(type, given, 1);
    checkOptions(type, options, ['axis']);
    const { axis = -1 } = options;
    checkInteger(type, 'axis', axis, -(2 ** 31));
    this.#type = type;
    this.#axis = axis;
    this.#op = op;
  }

  override forward(x: Tensor): Tensor {
    return this.#op(x, this.#axis);
  }

  override config(): LayerConfig {
    return { type: this.#type, axis: this.#axis };
  }
}

/** Probabilities of classes; see the op `softmax`. */
export class Softmax extends SoftmaxLayer {
  static readonly signature: string = 'Softmax({ axis })';

  constructor(options: SoftmaxLayerOptions = {}) {
    super('Softmax', softmax, arguments.length, options);
  }
}

/** Logarithms of probabilities of classes; see the op `logSoftmax`. */
export class LogSoftmax extends SoftmaxLayer {
  static readonly signature: string = 'LogSoftmax({ axis })';

  constructor(options: SoftmaxLayerOptions = {}) {
    super('LogSoftmax', logSoftmax, arguments.length, options);
  }
}
