import { expect, test } from 'vitest';
import * as library from '../../src/index.js';
import { type Optimizer, scope, type Tensor } from '../../src/index.js';
import { expectClose } from '../support/compare.js';
import { golden } from '../support/golden.js';
import { floats } from '../support/tensors.js';

type Class = new (params: unknown, options: object) => Optimizer;
const classOf = (name: string) => (library as unknown as Record<string, Class>)[name]!;

const { groups, ...single } = golden('optimizers');
const CLASSES: Record<string, string> = {
  sgd: 'SGD',
  adam: 'Adam',
  adamW: 'AdamW',
  adadelta: 'Adadelta',
};
const CASES = Object.entries(single).flatMap(([key, cases]) =>
  cases.map((c) => ({ ...c, title: `${CLASSES[key] ?? key}: ${c.name}`, of: CLASSES[key] ?? key })),
);

/** Twenty steps with these gradients: the parameters are PyTorch's after each. */
function follow(
  optimizer: Optimizer,
  params: readonly Tensor[],
  steps: readonly { gradients: number[][]; parameters: number[][] }[],
) {
  steps.forEach(({ gradients, parameters }, step) => {
    params.forEach((p, i) => (p.grad = floats(gradients[i]!)));
    optimizer.step();
    optimizer.zeroGrad();
    params.forEach((p, i) => {
      const label = `step ${step + 1}, parameter ${i}`;
      expectClose(p.data(), parameters[i]!, { relative: 1e-6, label });
    });
  });
  optimizer.dispose();
  expect(steps.length).toBe(20);
}

test.each(CASES)('agrees with PyTorch: $title', ({ of, options, initial, steps }) => {
  scope(() => {
    const params = [floats(initial)];
    const optimizer = new (classOf(of))(params, options);
    const rows = steps.map(({ gradient, parameter }) => {
      return { gradients: [gradient], parameters: [parameter] };
    });
    follow(optimizer, params, rows);
  });
});

test.each(groups)('agrees with PyTorch in groups: $name', ({ name, options, initial, ...c }) => {
  scope(() => {
    const params = initial.map((values) => floats(values));
    const given = c.groups.map((group, i) => ({ ...group, params: [params[i]!] }));
    follow(new (classOf(name))(given, options), params, c.steps);
  });
});
