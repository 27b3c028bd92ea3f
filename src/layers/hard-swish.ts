import { checkArity } from '../check.js';
import { ActivationLayer } from './activation.js';

/** `x · min(max(x + 3, 0), 6) / 6`, element by element. */
export class Hardswish extends ActivationLayer {
  static readonly signature: string = 'Hardswish()';
  readonly activation = { kind: 'hardSwish' } as const;

  constructor() {
    super();
    checkArity('Hardswish', arguments.length, 0);
  }
}
