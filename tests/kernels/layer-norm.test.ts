import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { randomValues } from '../support/random.js';
import * as reference from '../support/reference/layer-norm.js';
import { floats, ranges, unwritten } from '../support/tensors.js';

const SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 16, 17, 100];
const ROWS = 5;
const PARTS = [1, 2, 7];

describe.each([true, false])('centred: %s', (isCentred) => {
  test.each(SIZES)('rows of %i', (size) => {
    const seed = 31 * size + Number(isCentred);
    const random = new Random(seed);
    // Far from 0: what is computed from sums of squares would be nothing but rounding errors.
    const x = randomValues(ROWS * size, random).map((v) => v + (isCentred ? 300 : 0));
    const [dy, before] = [randomValues(x.length, random), randomValues(x.length, random)];
    const [w, b] = [randomValues(size, random), randomValues(size, random)];
    const eps = 2 ** -10;
    const bits: Float32Array[][] = [];
    for (const parts of PARTS) {
      scope(() => {
        const { kernels } = runtime();
        const [tx, tdy, tw, tb] = [x, dy, w, b].map((v) => floats(v).pointer);
        const [y, plain, dx, sum] = [0, 1, 2].map(() => unwritten(x.length)).concat(floats(before));
        const statistics = unwritten(ROWS, 2);
        const at = statistics.pointer;
        const [ones, zeros] = [1, 0].map((v) => floats(new Float32Array(size).fill(v))) as [
          Tensor,
          Tensor,
        ];
        for (const [begin, end] of ranges(ROWS, parts)) {
          const own = [size, eps, isCentred, begin, end] as const;
          kernels.layerNormForward(y!.pointer, tx!, tw!, tb!, at, ...own);
          kernels.layerNormForward(plain!.pointer, tx!, ones.pointer, zeros.pointer, 0, ...own);
        }
        for (const [begin, end] of ranges(ROWS, parts)) {
          const own = [tdy!, tx!, tw!, at, size, isCentred] as const;
          kernels.layerNormGradInput(dx!.pointer, ...own, false, begin, end);
          const none = [tdy!, tx!, ones.pointer, at, size, isCentred] as const;
          kernels.layerNormGradInput(sum!.pointer, ...none, true, begin, end);
        }
        bits.push([y, plain, dx, sum, statistics].map((t) => t!.data() as Float32Array));
      });
    }
    for (const other of bits.slice(1)) expect(other).toEqual(bits[0]);
    const [y, plain, dx, sum, statistics] = bits[0]!;
    const options = { size, eps, isCentred };
    const [ones, zeros] = [new Float64Array(size).fill(1), new Float64Array(size)];
    const close = (got: Float32Array, expected: ArrayLike<number>, label: string) =>
      expectClose(got, expected, { relative: 2e-6, absolute: 2e-6, label: `${label} ${seed}` });
    close(statistics!, reference.statistics(x, options).flat(), 'statistics');
    // The mean is rounded to float32 once.
    const allowed = isCentred ? 300 * 2 ** -24 * 32 : 2e-6;
    const loosely = (got: Float32Array, expected: ArrayLike<number>, label: string) =>
      expectClose(got, expected, { relative: 2e-6, absolute: allowed, label: `${label} ${seed}` });
    loosely(y!, reference.layerNormForward(x, w, b, options), 'y');
    loosely(plain!, reference.layerNormForward(x, ones, zeros, options), 'without weight and bias');
    loosely(dx!, reference.layerNormGradInput(dy, x, w, options), 'dx');
    const own = reference.layerNormGradInput(dy, x, ones, options);
    loosely(
      sum!,
      own.map((value, i) => value + before[i]!),
      'dx added',
    );
  });
});

test('long rows keep their digits', () => {
  scope(() => {
    const size = 20_001;
    const x = randomValues(size, new Random(1)).map((v, i) => v + (i % 2) + 4096);
    const [y, statistics] = [unwritten(size), unwritten(2)];
    const own = [statistics.pointer, size, 1e-5, true, 0, 1] as const;
    const [ones, zeros] = [1, 0].map((v) => floats(new Float32Array(size).fill(v)).pointer);
    runtime().kernels.layerNormForward(y.pointer, floats(x).pointer, ones!, zeros!, ...own);
    const [expected] = reference.statistics(x, { size, eps: 1e-5, isCentred: true });
    expectClose(statistics.data(), expected!, { relative: 2 ** -24, label: 'statistics' });
  });
});
