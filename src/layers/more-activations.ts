import { checkArity } from '../check.js';
import {
  CELU as CELU_OP,
  celu,
  HARD_SHRINK,
  hardShrink,
  hardSigmoid,
  logSigmoid,
  mish,
  selu,
  softsign,
  THRESHOLD,
  threshold,
} from '../ops/map/more-activations.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** x where it is above 0, else `alpha · (e^(x / alpha) − 1)`, element by element. */
export class CELU extends Module {
  static readonly signature: string = 'CELU(alpha)';

  /** @throws TypeError, RangeError unless alpha is finite and above 0 */
  constructor(readonly alpha = 1) {
    super();
    checkArity('CELU', arguments.length, 1);
    CELU_OP.form('CELU', { alpha });
  }

  override forward(x: Tensor): Tensor {
    return celu(x, this.alpha);
  }

  override config(): LayerConfig {
    return { type: 'CELU', alpha: this.alpha };
  }
}

/** 0 where |x| is at most lambda, else x, element by element. */
export class Hardshrink extends Module {
  static readonly signature: string = 'Hardshrink(lambda)';

  /** @throws TypeError, RangeError unless lambda is finite and at least 0 */
  constructor(readonly lambda = 0.5) {
    super();
    checkArity('Hardshrink', arguments.length, 1);
    HARD_SHRINK.form('Hardshrink', { lambda });
  }

  override forward(x: Tensor): Tensor {
    return hardShrink(x, this.lambda);
  }

  override config(): LayerConfig {
    return { type: 'Hardshrink', lambda: this.lambda };
  }
}

/** `x / 6 + 1/2` held between 0 and 1, element by element. */
export class Hardsigmoid extends Module {
  static readonly signature: string = 'Hardsigmoid()';

  constructor() {
    super();
    checkArity('Hardsigmoid', arguments.length, 0);
  }

  override forward(x: Tensor): Tensor {
    return hardSigmoid(x);
  }
}

/** `−ln(1 + e^−x)`, element by element. */
export class LogSigmoid extends Module {
  static readonly signature: string = 'LogSigmoid()';

  constructor() {
    super();
    checkArity('LogSigmoid', arguments.length, 0);
  }

  override forward(x: Tensor): Tensor {
    return logSigmoid(x);
  }
}

/** `x · tanh(ln(1 + eˣ))`, element by element. */
export class Mish extends Module {
  static readonly signature: string = 'Mish()';

  constructor() {
    super();
    checkArity('Mish', arguments.length, 0);
  }

  override forward(x: Tensor): Tensor {
    return mish(x);
  }
}

/** ELU with the constants that keep mean 0 and variance 1, element by element. */
export class SELU extends Module {
  static readonly signature: string = 'SELU()';

  constructor() {
    super();
    checkArity('SELU', arguments.length, 0);
  }

  override forward(x: Tensor): Tensor {
    return selu(x);
  }
}

/** `x / (1 + |x|)`, element by element. */
export class Softsign extends Module {
  static readonly signature: string = 'Softsign()';

  constructor() {
    super();
    checkArity('Softsign', arguments.length, 0);
  }

  override forward(x: Tensor): Tensor {
    return softsign(x);
  }
}

/** x where it is above a threshold, else a value, element by element. */
export class Threshold extends Module {
  static readonly signature: string = 'Threshold(threshold, value)';

  /** @throws TypeError, RangeError unless both are finite */
  constructor(
    readonly threshold: number,
    readonly value: number,
  ) {
    super();
    checkArity('Threshold', arguments.length, 2);
    THRESHOLD.form('Threshold', { threshold, value });
  }

  override forward(x: Tensor): Tensor {
    return threshold(x, this.threshold, this.value);
  }

  override config(): LayerConfig {
    return { type: 'Threshold', threshold: this.threshold, value: this.value };
  }
}
