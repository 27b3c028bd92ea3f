import { runInNewContext } from 'node:vm';
import { describe as suite, expect, test } from 'vitest';
import { bytesOf } from '../src/check.js';
import { COPY, describe, isNumberArray, typedArrayName } from '../src/describe.js';
import { checkOptions } from '../src/options.js';

const moved = new Float32Array(4);
structuredClone(moved, { transfer: [moved.buffer] });
const failing = Object.create(null, {
  constructor: {
    get() {
      throw new Error('no');
    },
  },
}) as object;
class Dog {}

suite('describe', () => {
  const long = Array.from({ length: 100 }, () => 'x'.repeat(50));
  test.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [NaN, 'NaN'],
    [true, 'true'],
    [12n, '12n'],
    [Symbol('s'), 'a symbol'],
    [() => 1, 'a function'],
    ['same', '"same"'],
    [[1, [2, 'x'], { lr: 1 }], '[1, [2, "x"], an object]'],
    [[1, 2, 3, 4, 5], '[1, 2, 3, 4, … (5 in all)]'],
    [[[[[1]]]], '[[an array of 1]]'],
    [{}, 'an object'],
    [Object.create(null), 'an object'],
    [failing, 'an object'],
    [new Dog(), 'a Dog'],
    [new Uint8Array(200_704), 'a Uint8Array of 200704 values'],
    [moved, 'a Float32Array whose buffer was moved'],
    [moved.buffer, 'an ArrayBuffer that was moved'],
    [new ArrayBuffer(8), 'an ArrayBuffer of 8 bytes'],
    [runInNewContext('new Float32Array(2)'), 'a Float32Array of 2 values'],
    [{ '@simdgrad': { kind: 'Tensor', copy: COPY } }, 'a Tensor'],
  ])('%#', (value, text) => {
    expect(describe(value)).toBe(text);
  });

  test('an object of another copy of the library is said to be one', () => {
    expect(describe({ '@simdgrad': { kind: 'Tensor', copy: {} } })).toMatch(
      /^a Tensor of another copy of simdgrad /,
    );
  });

  test.each([['x'.repeat(1e6)], [long], [long.map(() => long)], [[BigInt('9'.repeat(500))]]])(
    'takes up 100 characters at most: %#',
    (value) => {
      expect(describe(value).length).toBeLessThanOrEqual(100);
    },
  );
});

suite('typed arrays of any realm', () => {
  test.each(['Uint8Array', 'Float64Array', 'Int16Array', 'Uint8ClampedArray'])('%s', (name) => {
    const foreign: unknown = runInNewContext(`new ${name}(3)`);
    expect(typedArrayName(foreign)).toBe(name);
    expect(isNumberArray(foreign)).toBe(true);
  });

  test('views that hold no numbers are none', () => {
    expect(typedArrayName(new DataView(new ArrayBuffer(8)))).toBeUndefined();
    expect(isNumberArray(new BigInt64Array(1))).toBe(false);
    expect(isNumberArray([1, 2])).toBe(false);
  });

  test('bytes of views and buffers share their memory', () => {
    const buffer = runInNewContext('new Uint8Array([1, 2, 3, 4]).buffer') as ArrayBuffer;
    expect([...bytesOf('f', 'bytes', buffer)]).toEqual([1, 2, 3, 4]);
    expect([...bytesOf('f', 'bytes', new DataView(buffer, 1, 2))]).toEqual([2, 3]);
    expect(bytesOf('f', 'bytes', new Uint8Array(buffer)).buffer).toBe(buffer);
  });

  test.each([
    [undefined, 'f: bytes: expected a Uint8Array, got undefined'],
    ['text', 'f: bytes: expected a Uint8Array, got "text"'],
    [moved, 'f: bytes: expected a Uint8Array, got a Float32Array whose buffer was moved'],
  ])('what has no bytes is refused: %#', (value, message) => {
    expect(() => bytesOf('f', 'bytes', value)).toThrow(new TypeError(message));
  });
});

suite('checkOptions', () => {
  const known = ['lr', 'betas', 'stride', 'batchSize'];

  test('nothing, and what is known, is taken', () => {
    checkOptions('f', undefined, known);
    checkOptions('f', {}, known);
    checkOptions('f', Object.assign(Object.create(null) as object, { lr: 1 }), known);
  });

  test.each([
    [
      { learningRate: 1 },
      'expected lr, betas, stride, batchSize, got learningRate, which is lr here',
    ],
    [
      { learning_rate: 1 },
      'expected lr, betas, stride, batchSize, got learning_rate, which is lr here',
    ],
    [{ strides: 1 }, 'expected lr, betas, stride, batchSize, got strides, which is stride here'],
    [
      { batch_size: 1 },
      'expected lr, betas, stride, batchSize, got batch_size, which is batchSize here',
    ],
    [{ beta2: 1 }, 'expected lr, betas, stride, batchSize, got beta2, which is betas here'],
    [{ momentum: 1 }, 'expected lr, betas, stride, batchSize, got momentum'],
    [{ 'a b': 1 }, 'expected lr, betas, stride, batchSize, got "a b"'],
    ['same', 'expected an object, got "same"'],
    [null, 'expected an object, got null'],
    [[1], 'expected an object, got [1]'],
    [new Float32Array(1), 'expected an object, got a Float32Array of 1 values'],
    [() => 1, 'expected an object, got a function'],
  ])('%#', (options, message) => {
    expect(() => checkOptions('f', options as object, known)).toThrow(
      new TypeError(`f: options: ${message}`),
    );
  });
});
