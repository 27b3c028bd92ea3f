// Steps of optimizers (ai.onnx.preview.training): of each of some parameters, with its gradient and its state.
import { FormatError } from '../../errors.js';
import { Value } from '../../imported/value.js';
import { exp, log, powInt } from '../../math.js';
import { mul, add, sub, div } from '../../ops/zip/functions.js';
import { sqrt } from '../../ops/map/functions.js';
import type { Tensor } from '../../tensor.js';
import type { OnnxAttributes } from '../attributes.js';
import { numberOf, type OnnxHandlers } from './handler.js';

const DOMAIN = 'ai.onnx.preview.training';

/** One parameter: [x, gradient, …state] → [x, …state]. */
type Update = (tensors: readonly Tensor[], rate: number, steps: number) => Tensor[];

export const UPDATES: OnnxHandlers = {
  [`${DOMAIN}:Adagrad`]: {
    needs: 2,
    run(inputs, a) {
      const [norm, eps] = [a.float('norm_coefficient') ?? 0, a.float('epsilon') ?? 0];
      const decay = a.float('decay_factor') ?? 0;
      return updated(inputs, 3, ([x, given, h], rate, steps) => {
        const gradient = add(given!, mul(x!, norm));
        const sums = add(h!, mul(gradient, gradient));
        const step = div(gradient, add(sqrt(sums), eps));
        return [sub(x!, mul(step, rate / (1 + steps * decay))), sums];
      });
    },
  },
  [`${DOMAIN}:Adam`]: { needs: 2, run: (inputs, a) => updated(inputs, 4, adam(a)) },
  [`${DOMAIN}:Momentum`]: {
    needs: 2,
    run(inputs, a) {
      const [alpha, beta, norm] = ['alpha', 'beta', 'norm_coefficient'].map((name) =>
        a.needed(name, a.float(name)),
      ) as [number, number, number];
      const isNesterov = a.oneOf('mode', ['standard', 'nesterov']) === 'nesterov';
      return updated(inputs, 3, ([x, given, v], rate, steps) => {
        const gradient = add(given!, mul(x!, norm));
        const velocity = add(mul(v!, alpha), mul(gradient, steps > 0 ? beta : 1));
        const step = isNesterov ? add(gradient, mul(velocity, alpha)) : velocity;
        return [sub(x!, mul(step, rate)), velocity];
      });
    },
  },
};

function adam(a: OnnxAttributes): Update {
  const [alpha, beta] = [a.float('alpha') ?? 0.9, a.float('beta') ?? 0.999];
  const [norm, normAfter] = [
    a.float('norm_coefficient') ?? 0,
    a.float('norm_coefficient_post') ?? 0,
  ];
  const eps = a.float('epsilon') ?? 0;
  return ([x, given, v, h], rate, steps) => {
    const gradient = add(given!, mul(x!, norm));
    const mean = add(mul(v!, alpha), mul(gradient, 1 - alpha));
    const square = add(mul(h!, beta), mul(mul(gradient, gradient), 1 - beta));
    const corrected =
      steps > 0 ? (rate * Math.sqrt(1 - power(beta, steps))) / (1 - power(alpha, steps)) : rate;
    const now = sub(x!, mul(div(mean, add(sqrt(square), eps)), corrected));
    return [mul(now, 1 - normAfter), mean, square];
  };
}

const power = (x: number, n: number) => (Number.isSafeInteger(n) ? powInt(x, n) : exp(n * log(x)));

/** @param kinds of inputs for each parameter; of each kind all follow one another */
function updated(inputs: readonly Value[], kinds: number, update: Update): Value[] {
  const rate = numberOf('learning rate', inputs[0]!);
  const steps = numberOf('update count', inputs[1]!);
  const count = (inputs.length - 2) / kinds;
  if (!Number.isInteger(count)) {
    throw new FormatError(`inputs: expected ${kinds} for each parameter, got ${inputs.length - 2}`);
  }
  const results = Array.from({ length: count }, (_, i) => {
    const own = Array.from({ length: kinds }, (_, k) => inputs[2 + k * count + i]!.tensor());
    return update(own, rate, steps);
  });
  return Array.from({ length: kinds - 1 }, (_, k) =>
    results.map((result) => Value.of(result[k]!)),
  ).flat();
}
