// What the op tests of all activations have in common.

import { expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { DisposedError } from '../../src/errors.js';
import { sizeOf } from '../../src/shape.js';
import { fromData, scope, type Tensor } from '../../src/tensor.js';
import { expectClose } from './compare.js';
import { type ActivationCase, type ActivationName, golden } from './golden.js';
import { expectError } from './memory.js';
import { leaf } from './op.js';
import { floats } from './tensors.js';

/** An activation; without options, with any that have no kink at the values of `testGradient`. */
type Activation = (x: Tensor, options?: ActivationCase['options']) => Tensor;

/**
 * The tests of `op`, which is called `name` in messages and golden files. `relative` bounds the errors as in
 * `expectClose`; 0 asks for the very same numbers, to the sign of a zero.
 */
export function testActivation(name: ActivationName, op: Activation, relative: number): void {
  test.each(golden('activations')[name])('agrees with PyTorch: $name', (c) => {
    scope(() => {
      const x = leaf(c.x, [c.x.length]);
      const y = c.options ? op(x, c.options) : op(x);
      expectAgreement(y.data(), c.y, relative, 'y');
      y.backward(floats(c.dy));
      expectAgreement(x.grad!.data(), c.dx, relative, 'dx');
    });
  });

  testGradient(op);

  test.each([[[]], [[1]], [[0, 3]], [[2, 3, 5]], [[1, 2, 3, 4, 5]]])(
    'keeps the shape %j',
    (shape) => {
      scope(() => expect(op(floats(new Float32Array(sizeOf(shape)), shape)).shape).toEqual(shape));
    },
  );

  testErrors(name, op);
}

function expectAgreement(
  actual: ArrayLike<number>,
  expected: readonly number[],
  relative: number,
  label: string,
): void {
  if (relative === 0) expect(actual, label).toEqual(Float32Array.from(expected));
  else expectClose(actual, expected, { relative, label });
}

function testGradient(op: Activation): void {
  test('gradient check, with fan-out', () => {
    scope(() => {
      const x = leaf([0.5, -1, 2, 0.25, -0.5, 2.75, -2, 1.5], [2, 1, 4]);
      checkGradients((v) => op(op(v!)), [x]);
      const y = op(x);
      const dy = floats(new Float32Array(8).fill(1), [2, 1, 4]);
      y.backward(dy);
      const once = x.grad!.data();
      y.backward(dy);
      expect([...x.grad!.data()]).toEqual([...once.map((value) => 2 * value)]);
    });
  });
}

function testErrors(name: string, op: Activation): void {
  test('errors', () => {
    scope(() => {
      const integers = fromData('test', [1], [1], 'int32');
      expectError(
        () => op(integers),
        TypeError,
        `${name}: input: expected dtype float32, got int32`,
      );
      expectError(() => op([1] as never), TypeError, `${name}: input: expected a Tensor, got [1]`);
      const disposed = floats([1]);
      disposed.dispose();
      expectError(
        () => op(disposed),
        DisposedError,
        'a tensor of shape [1] was used after it was disposed; ' +
          'return it from its scope, or keep() it, to use it longer',
      );
    });
  });
}
