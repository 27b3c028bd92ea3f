// Convolutions of signals, pictures and volumes and their transposes: one op.
import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { activate } from '../../src/ops/activation.js';
import { add } from '../../src/ops/zip/functions.js';
import {
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
} from '../../src/ops/conv/conv-transpose.js';
import { conv1d, conv2d, conv3d } from '../../src/ops/conv/conv.js';
import { convGeometry } from '../../src/ops/conv/geometry.js';
import {
  CONV1D,
  CONV2D,
  CONV3D,
  CONV_TRANSPOSE1D,
  CONV_TRANSPOSE2D,
  CONV_TRANSPOSE3D,
} from '../../src/ops/conv/op.js';
import type { ConvOptions, ConvTransposeOptions } from '../../src/ops/conv/options.js';
import { apply } from '../../src/ops/op.js';
import type { Padding2d } from '../../src/ops/padding.js';
import { Random } from '../../src/random.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { ACTIVATIONS } from '../support/fused.js';
import { golden } from '../support/golden.js';
import { expectGolden, randomLeaf } from '../support/op.js';
import { pick } from '../support/random.js';
import * as reference from '../support/reference/conv2d.js';

type Options = ConvOptions & ConvTransposeOptions;
type Call = (x: Tensor, w: Tensor, b?: Tensor, options?: Options) => Tensor;

const OPS = [
  { op: CONV1D, call: conv1d as Call },
  { op: CONV2D, call: conv2d as Call },
  { op: CONV3D, call: conv3d as Call },
  { op: CONV_TRANSPOSE1D, call: convTranspose1d as Call },
  { op: CONV_TRANSPOSE2D, call: convTranspose2d as Call },
  { op: CONV_TRANSPOSE3D, call: convTranspose3d as Call },
].map((entry) => ({ ...entry, name: entry.op.name }));

/** Random shapes and options that fit together, or not: kernels may be larger than what they meet. */
function drawn(random: Random, { op }: (typeof OPS)[number]) {
  const { axes, isTransposed } = op;
  const each = <T>(draw: () => T) => Array.from({ length: axes }, draw);
  const depthwise = random.integer(4) === 0;
  const groups = depthwise ? 1 + random.integer(9) : pick(random, [1, 1, 2, 3]);
  const [from, to] = depthwise ? [1, 1] : [1 + random.integer(5), 1 + random.integer(9)];
  const largest = axes === 3 ? 4 : 8;
  const sizes = each(() => 1 + random.integer(largest));
  const kernel = each(() => pick(random, [1, 2, 3, 3, 4]));
  const stride = each(() => pick(random, [1, 1, 2, 3]));
  const dilation = each(() => pick(random, [1, 1, 2, 3]));
  const side = () => pick(random, [0, 0, 1, 2, 3]);
  const sides = [...each(side), ...each(side)];
  const padding = pick<Padding2d>(random, [sides, sides, 'same', 'valid']);
  const extra = each(() => pick(random, [0, 0, 1]));
  const numberIf1 = (values: number[]) => (axes === 1 ? values[0]! : values);
  const options: Options = {
    groups,
    stride: numberIf1(stride),
    dilation: numberIf1(dilation),
    padding,
    ...(isTransposed && padding !== 'same' ? { outputPadding: numberIf1(extra) } : {}),
  };
  const channels = isTransposed ? to * groups : from * groups;
  return {
    x: [random.integer(4), ...sizes, channels],
    w: [...kernel, from, to * groups],
    options,
  };
}

describe.each(OPS)('$name', (entry) => {
  const { op, call } = entry;

  test('and its gradients are those of the reference', () => {
    const seed = 500 + 10 * op.axes + Number(op.isTransposed);
    const random = new Random(seed);
    let done = 0;
    while (done < 60) {
      const { x, w, options } = drawn(random, entry);
      let geometry: ReturnType<typeof convGeometry>;
      try {
        geometry = convGeometry(op, x, w, options);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        continue;
      }
      const label = `seed ${seed} case ${done++} ${JSON.stringify({ x, w, options })}`;
      scope(() => expectReference(call, op.isTransposed, geometry, x, w, options, random, label));
    }
  });

  test('gradients are those of central differences', () =>
    scope(() => {
      const random = new Random(31);
      const sizes = [3, 4, 3].slice(0, op.axes);
      const kernel = [2, 3, 2].slice(0, op.axes);
      const [from, to] = op.isTransposed ? [6, 4] : [4, 6];
      const inputs = [[2, ...sizes, from], [...kernel, 2, 6], [to]].map((shape) =>
        randomLeaf(random, shape),
      );
      const padding = [1, 0, 1, 1, 1, 0].slice(0, 2 * op.axes);
      const options = { groups: 2, stride: 2, padding };
      checkGradients((x, w, b) => call(x!, w!, b, options), inputs);
    }));

  test('a residual is added before the activation, with the bits of ops of their own', () =>
    scope(() => {
      const random = new Random(77);
      for (const [from, to, groups] of [
        [4, 6, 2],
        [16, 16, 1],
        [4, 4, 4],
      ] as const) {
        const x = randomLeaf(random, [
          2,
          ...[5, 7, 6].slice(0, op.axes),
          op.isTransposed ? to : from,
        ]);
        const w = randomLeaf(random, [...[3, 3, 3].slice(0, op.axes), from / groups, to]);
        const b = randomLeaf(random, [op.isTransposed ? from : to]);
        const options = { groups, padding: 'same' as const };
        const sums = call(x, w, b, options);
        const residual = randomLeaf(random, sums.shape);
        const activation = pick(random, ACTIVATIONS);
        const y = apply(op, [x, w, b, residual], { ...options, activation });
        const expected = activate(add(residual, sums), activation);
        expect(y.data(), JSON.stringify({ groups, activation })).toEqual(expected.data());
        const dy = randomLeaf(random, y.shape);
        const gradients = [y, expected].map((result) => {
          result.backward(dy);
          return [x, w, b, residual].map((leaf) => {
            const gradient = leaf.grad!.data();
            leaf.grad!.dispose();
            leaf.grad = undefined;
            return gradient;
          });
        });
        expect(gradients[0]).toEqual(gradients[1]);
      }
    }));
});

describe.each([
  { name: 'conv3d', call: conv3d as Call, cases: golden('conv3d').conv3d },
  ...([convTranspose1d, convTranspose2d, convTranspose3d] as Call[]).map((call, i) => {
    const name = `convTranspose${i + 1}d` as 'convTranspose1d';
    return { name, call, cases: golden('conv_transpose')[name] };
  }),
])('what PyTorch computes: $name', ({ call, cases }) => {
  test.each(cases)('$name', ({ inputs, output, options }) => {
    const { padding } = options;
    // Of a single axis a list has two sides.
    const sides = typeof padding === 'number' ? [padding, padding] : padding;
    expectGolden((x, w, b) => call(x!, w!, b, { ...options, padding: sides }), inputs, output);
  });
});

/** The op, and two backward passes that add up, with random values. */
function expectReference(
  call: Call,
  isTransposed: boolean,
  geometry: ReturnType<typeof convGeometry>,
  xShape: number[],
  wShape: number[],
  options: Options,
  random: Random,
  label: string,
): void {
  const g = 'plane' in geometry ? { ...geometry.plane, ...geometry.depth } : geometry;
  const [x, w] = [randomLeaf(random, xShape), randomLeaf(random, wShape)];
  const b = random.integer(2)
    ? randomLeaf(random, [isTransposed ? g.inChannels : g.outChannels])
    : undefined;
  const y = call(x, w, b, options);
  const dy = randomLeaf(random, y.shape);
  const [vx, vw, vdy, vb] = [x.data(), w.data(), dy.data(), b?.data()];
  const biased = (values: Float64Array) =>
    values.map((value, i) => value + (vb ? vb[i % vb.length]! : 0));
  const expected = isTransposed
    ? {
        y: biased(reference.conv2dGradInput(vx, vw, g)),
        dx: reference.conv2dForward(vdy, vw, null, g),
        dw: reference.conv2dGradWeight(vdy, vx, g),
      }
    : {
        y: reference.conv2dForward(vx, vw, vb ?? null, g),
        dx: reference.conv2dGradInput(vdy, vw, g),
        dw: reference.conv2dGradWeight(vx, vdy, g),
      };
  const close = (actual: Tensor, values: Float64Array, name: string) =>
    expectClose(actual.data(), values, {
      relative: 5e-6,
      absolute: 1e-6,
      label: `${name} ${label}`,
    });
  close(y, expected.y, 'y');
  for (const times of [1, 2]) {
    y.backward(dy);
    close(
      x.grad!,
      expected.dx.map((value) => times * value),
      `dx of ${times}`,
    );
    close(
      w.grad!,
      expected.dw.map((value) => times * value),
      `dw of ${times}`,
    );
    if (!b) continue;
    const db = new Float64Array(b.size);
    vdy.forEach((value, i) => (db[i % b.size]! += times * value));
    close(b.grad!, db, `db of ${times}`);
  }
}
