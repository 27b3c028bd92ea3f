import { checkArity } from '../check.js';
import { globalAvgPool1d, globalAvgPool2d, globalAvgPool3d } from '../ops/pool/global-avg-pool.js';
import { globalMaxPool1d, globalMaxPool2d, globalMaxPool3d } from '../ops/pool/global-max-pool.js';
import type { Tensor } from '../tensor.js';
import { Module } from './module.js';

/** Base of the layers that make one value of all places of a channel. */
abstract class GlobalPoolLayer extends Module {
  readonly #pool: (x: Tensor) => Tensor;

  constructor(pool: (x: Tensor) => Tensor, type: string, given: number) {
    super();
    checkArity(type, given, 0);
    this.#pool = pool;
  }

  override forward(x: Tensor): Tensor {
    return this.#pool(x);
  }
}

/** Mean of every channel over all places, [N,L,C] to [N,C]. */
export class GlobalAvgPool1d extends GlobalPoolLayer {
  static readonly signature: string = 'GlobalAvgPool1d()';

  constructor() {
    super(globalAvgPool1d, 'GlobalAvgPool1d', arguments.length);
  }
}

/** Mean of every channel over all pixels, [N,H,W,C] to [N,C]: the end of a network before its dense layer. */
export class GlobalAvgPool2d extends GlobalPoolLayer {
  static readonly signature: string = 'GlobalAvgPool2d()';

  constructor() {
    super(globalAvgPool2d, 'GlobalAvgPool2d', arguments.length);
  }
}

/** Mean of every channel over all places, [N,D,H,W,C] to [N,C]. */
export class GlobalAvgPool3d extends GlobalPoolLayer {
  static readonly signature: string = 'GlobalAvgPool3d()';

  constructor() {
    super(globalAvgPool3d, 'GlobalAvgPool3d', arguments.length);
  }
}

/** Largest value of every channel, [N,L,C] to [N,C]. */
export class GlobalMaxPool1d extends GlobalPoolLayer {
  static readonly signature: string = 'GlobalMaxPool1d()';

  constructor() {
    super(globalMaxPool1d, 'GlobalMaxPool1d', arguments.length);
  }
}

/** Largest value of every channel, [N,H,W,C] to [N,C]. */
export class GlobalMaxPool2d extends GlobalPoolLayer {
  static readonly signature: string = 'GlobalMaxPool2d()';

  constructor() {
    super(globalMaxPool2d, 'GlobalMaxPool2d', arguments.length);
  }
}

/** Largest value of every channel, [N,D,H,W,C] to [N,C]. */
export class GlobalMaxPool3d extends GlobalPoolLayer {
  static readonly signature: string = 'GlobalMaxPool3d()';

  constructor() {
    super(globalMaxPool3d, 'GlobalMaxPool3d', arguments.length);
  }
}
