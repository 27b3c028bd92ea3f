// Every op goes out to ONNX and comes back as the same, or is refused by its name.
import { expect, test } from 'vitest';
import { noGrad } from '../../src/autograd.js';
import type { Module } from '../../src/layers/index.js';
import { loadOnnx, saveOnnx } from '../../src/onnx/index.js';
import { scope, Tensor } from '../../src/tensor.js';
import { OP_USES, type Use } from '../support/uses.js';

/** What ONNX has no op for, what is random, and losses, which no file of a model holds. */
const REFUSED =
  /^(crossEntropy|mse|nllLoss|dropout|maxUnpool[123]d|multiMargin|gaussianNll|adaptiveMaxPool2d)$/;

/** The inputs by names. */
const named = (inputs: readonly Tensor[]) => Object.fromEntries(inputs.map((x, i) => [`x${i}`, x]));

/** The op as a model of named inputs and outputs. */
function modelOf({ run }: Use): Module {
  const forward = (inputs: Record<string, Tensor>) => {
    const result: unknown = run(...Object.values(inputs));
    const outputs = result instanceof Tensor ? [result] : Object.values(result as Tensor[]);
    return Object.fromEntries(outputs.map((y, i) => [`y${i}`, y]));
  };
  return { forward, parameters: () => [] } as unknown as Module;
}

function expectSame(use: Use): void {
  scope(() => {
    const inputs = use.inputs();
    const model = modelOf(use);
    const expected = noGrad(() => model.forward(named(inputs) as never)) as unknown;
    const specs = inputs.map(({ shape, dtype }, i) => [`x${i}`, { shape, dtype }] as const);
    const file = saveOnnx(model, Object.fromEntries(specs), {
      opset: 19,
      layout: 'NHWC',
      dynamicBatch: false,
    });
    const again = loadOnnx(file);
    const got = again.run(named(inputs));
    for (const [name, y] of Object.entries(expected as Record<string, Tensor>)) {
      expect(got[name]!.shape).toEqual(y.shape);
      const values = got[name]!.data();
      y.data().forEach((value, i) => {
        const isSame = Object.is(value, values[i]);
        const most = 1e-5 * Math.max(1, Math.abs(value));
        if (!isSame) expect(Math.abs(values[i]! - value)).toBeLessThan(most);
      });
    }
    again.dispose();
  });
}

test.each(Object.entries(OP_USES))('%s', (name, uses) => {
  for (const use of uses) {
    try {
      expectSame(use);
    } catch (error) {
      const { message } = error as Error;
      const isRefused = /^(saveOnnx: expected ops|trace: the model reads)/.test(message);
      if (!isRefused || !REFUSED.test(name)) throw error;
    }
  }
});
