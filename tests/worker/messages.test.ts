import { expect, test } from 'vitest';
import * as errors from '../../src/errors.js';
import { fromPlainError, toPlainError } from '../../src/worker/messages.js';

const kinds = [Error, TypeError, RangeError, ...Object.values(errors)];

test.each(kinds.map((Kind) => [Kind.name, Kind] as const))(
  'a %s crosses with its class, message and stack',
  (_name, Kind) => {
    const error = new Kind('op: argument: expected this, got that');
    const again = fromPlainError(structuredClone(toPlainError(error)));
    expect(again).toBeInstanceOf(Kind);
    expect(again.constructor).toBe(Kind);
    expect(again.message).toBe(error.message);
    expect(again.stack).toBe(error.stack);
  },
);

test('anything else that was thrown becomes an Error', () => {
  class Custom extends SyntaxError {
    override readonly name = 'constructor';
  }
  expect(fromPlainError(toPlainError(new Custom('text'))).constructor).toBe(Error);
  expect(fromPlainError(toPlainError('text'))).toEqual(new Error('text'));
});
