import { describe, expect, test } from 'vitest';
import { TraceError } from '../../src/errors.js';
import { compile } from '../../src/graph/compile.js';
import { type Model, scope, type Tensor } from '../../src/index.js';
import { runtime } from '../../src/runtime/runtime.js';
import { LAYER_USES, OP_USES, type Use } from '../support/uses.js';

/** What some uses of them do depends on the values of their inputs: no graph can say it. */
const UNTRACEABLE = ['crossEntropy', 'gaussianNll', 'multiMargin'];

type Named = Record<string, Tensor>;

const named = (tensors: readonly Tensor[]): Named =>
  Object.fromEntries(tensors.map((tensor, i) => [`x${i}`, tensor]));

function modelOf(use: Use): Model {
  const forward = (inputs: Named) => use.run(...Object.values(inputs));
  return { forward: forward as unknown as Model['forward'], parameters: () => [] };
}

/** Bits as text, for a message that can be read. */
const bitsOf = (tensor: Tensor) =>
  Array.from(new Int32Array(tensor.data().buffer), (bits) => bits.toString(16)).join(' ');

function expectEqualBits(use: Use): void {
  scope(() => {
    const inputs = named(use.inputs());
    const session = compile(modelOf(use), inputs);
    for (const next of [inputs, named(use.inputs()), inputs]) {
      const actual = session.run(next) as Tensor;
      expect(bitsOf(actual)).toBe(bitsOf(use.run(...Object.values(next))));
    }
    session.dispose();
  });
}

/** Whether a graph can say what the use does. */
function isTraceable(use: Use): boolean {
  try {
    compile(modelOf(use), named(use.inputs())).dispose();
    return true;
  } catch (error) {
    if (error instanceof TraceError) return false;
    throw error;
  }
}

// What draws random numbers draws them once, when it is compiled.
const { dropout: _, ...uses } = OP_USES;

describe('a session gives the bits of', () => {
  test.each(Object.entries(uses))('%s', (name, uses) => {
    const { heap } = runtime();
    const before = [heap.bytesInUse, heap.tensors];
    const traceable = uses.filter((use) => scope(() => isTraceable(use)));
    traceable.forEach(expectEqualBits);
    expect(traceable.length < uses.length).toBe(UNTRACEABLE.includes(name));
    expect([heap.bytesInUse, heap.tensors]).toEqual(before);
  });

  test.each(Object.entries(LAYER_USES))('the layer %s', (_, { inputs, make }) => {
    scope(() => {
      const layer = make();
      const [x] = inputs();
      const session = compile(layer, x!);
      expect(bitsOf(session.run(x!) as Tensor)).toBe(bitsOf(layer.predict(x!)));
      session.dispose();
      layer.dispose();
    });
  });
});
