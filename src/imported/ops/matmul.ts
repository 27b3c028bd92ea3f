import { linear } from '../../ops/linear.js';
import { matmul as matmulTensor } from '../../ops/matmul.js';
import { add, mul } from '../../ops/zip/functions.js';
import { Value } from '../value.js';

/** Matrix product as NumPy's: axes before the last two broadcast. @throws ShapeError */
export function matmul(
  a: Value,
  b: Value,
  { transposeA = false, transposeB = false }: { transposeA?: boolean; transposeB?: boolean } = {},
): Value {
  const [left, right] = [a.tensor(), b.tensor()];
  const isDense = b.rank === 2 && a.rank > 1 && b.size > 0 && !transposeA && !transposeB;
  const y = isDense ? linear(left, right) : matmulTensor(left, right, { transposeA, transposeB });
  return Value.of(y, undefined, a.dtype);
}

/** Options of `gemm`; alpha and beta are 1, unless given. */
export interface GemmOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  readonly alpha?: number;
  readonly beta?: number;
}

/** `alpha · a · b + beta · c` of matrices; c broadcasts. A transposed b is best stored so. @throws ShapeError */
export function gemm(
  a: Value,
  b: Value,
  c: Value | undefined,
  { transposeA = false, transposeB = false, alpha = 1, beta = 1 }: GemmOptions = {},
): Value {
  const left = a.tensor(transposeA ? [1, 0] : [0, 1]);
  const right = b.tensor(transposeB ? [1, 0] : [0, 1]);
  const columns = right.shape[1]!;
  const isBias = c?.rank === 1 && c.size === columns && alpha === 1 && beta === 1;
  if (isBias && b.size > 0) return Value.of(linear(left, right, c.tensor()), undefined, a.dtype);
  const product = b.size > 0 ? linear(left, right) : matmulTensor(left, right);
  const scaled = alpha === 1 ? product : mul(product, alpha);
  if (!c || beta === 0) return Value.of(scaled, undefined, a.dtype);
  const shift = c.isHost && c.size === 1 ? c.numbers()[0]! : c.tensor();
  return Value.of(
    add(scaled, beta === 1 ? shift : typeof shift === 'number' ? beta * shift : mul(shift, beta)),
    undefined,
    a.dtype,
  );
}
