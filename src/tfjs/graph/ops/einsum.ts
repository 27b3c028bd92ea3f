import { FormatError } from '../../../errors.js';
import { matmul } from '../../../imported/ops/matmul.js';
import { reduce } from '../../../imported/ops/reduce.js';
import { reshape, transpose } from '../../../imported/ops/shape-ops.js';
import type { Value } from '../../../imported/value.js';

/**
 * TensorFlow's Einsum of two values: products summed over the letters that the result has not, `abc,acd->abd`.
 * @throws FormatError for other equations: of one value or three, with a letter twice or with `...`
 */
export function einsum(equation: string, a: Value, b: Value): Value {
  const [, left = '', right = '', result = ''] =
    /^([a-zA-Z]*),([a-zA-Z]*)->([a-zA-Z]*)$/.exec(equation.replaceAll(' ', '')) ?? [];
  const all = [left, right, result];
  const isPlain = all.every((letters) => new Set(letters).size === letters.length);
  const isKnown = [...result].every((letter) => left.includes(letter) || right.includes(letter));
  if (!isPlain || !isKnown || left.length !== a.rank || right.length !== b.rank) {
    throw new FormatError(
      `attribute equation: expected two values as in 'abc,acd->abd', got ${equation.slice(0, 100)}`,
    );
  }
  const [x, lettersOfX] = summed(a, left, right + result);
  const [y, lettersOfY] = summed(b, right, left + result);
  const shared = [...lettersOfX].filter((letter) => lettersOfY.includes(letter));
  const batch = shared.filter((letter) => result.includes(letter));
  const inner = shared.filter((letter) => !result.includes(letter));
  const rows = [...lettersOfX].filter((letter) => !shared.includes(letter));
  const columns = [...lettersOfY].filter((letter) => !shared.includes(letter));
  const sizes = new Map<string, number>();
  x.shape.forEach((size, axis) => sizes.set(lettersOfX[axis]!, size));
  y.shape.forEach((size, axis) => sizes.set(lettersOfY[axis]!, size));
  const sizeOf = (letters: readonly string[]) =>
    letters.reduce((product, letter) => product * sizes.get(letter)!, 1);
  const product = matmul(
    reshape(inOrder(x, lettersOfX, [...batch, ...rows, ...inner]), [
      sizeOf(batch),
      sizeOf(rows),
      sizeOf(inner),
    ]),
    reshape(inOrder(y, lettersOfY, [...batch, ...inner, ...columns]), [
      sizeOf(batch),
      sizeOf(inner),
      sizeOf(columns),
    ]),
  );
  const letters = [...batch, ...rows, ...columns];
  const whole = reshape(
    product,
    letters.map((letter) => sizes.get(letter)!),
  );
  return inOrder(whole, letters.join(''), [...result]);
}

/** The sum over the letters that nobody else has. */
function summed(x: Value, letters: string, others: string): [Value, string] {
  const axes = [...letters].flatMap((letter, axis) => (others.includes(letter) ? [] : [axis]));
  const kept = [...letters].filter((letter) => others.includes(letter)).join('');
  return axes.length === 0 ? [x, letters] : [reduce('sum', x, axes, false), kept];
}

function inOrder(x: Value, letters: string, order: readonly string[]): Value {
  return transpose(
    x,
    order.map((letter) => letters.indexOf(letter)),
  );
}
