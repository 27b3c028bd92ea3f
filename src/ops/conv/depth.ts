import { recall } from '../../memo.js';
import { runtime } from '../../runtime/runtime.js';
import { sizeOf } from '../../shape.js';
import { scope, type Tensor } from '../../tensor.js';
import type { ConvAlgorithm, Ending } from './algorithm.js';
import { chooseConv2d } from './choose.js';
import {
  type Conv2dGeometry,
  type Conv3dDepth,
  type Conv3dGeometry,
  withBatch,
} from './geometry.js';
import { fillPlanes } from './indirect.js';

// A convolution of volumes by taps along the depth: for each of them a convolution of pictures over planes that follow
// one another, accumulated from the second on. Planes are counted through all volumes of the batch.

/** Floats of planes that several taps are added to: they should stay in the second-level cache. */
const RUN_FLOATS = 2 ** 18;

/** Planes of the result that meet the same taps, and for each of these the first plane of the operand. */
interface Run {
  readonly first: number;
  readonly count: number;
  readonly taps: readonly { readonly tap: number; readonly from: number }[];
}

/** A tap and the planes of x and of y that it connects, `count` of them side by side. */
interface Link {
  readonly tap: number;
  readonly x: number;
  readonly y: number;
  readonly count: number;
}

/** The runs of y, in order. */
function forwardRuns(d: Conv3dDepth): readonly Run[] {
  return runsOf(d, d.outDepth, (volume, plane, tap) => {
    const from = plane * d.strideDepth + tap * d.dilationDepth - d.padFront;
    return from >= 0 && from < d.inDepth ? volume * d.inDepth + from : undefined;
  });
}

/** The runs of dx, in order. */
function gradInputRuns(d: Conv3dDepth): readonly Run[] {
  return runsOf(d, d.inDepth, (volume, plane, tap) => {
    const from = (plane + d.padFront - tap * d.dilationDepth) / d.strideDepth;
    const isPlane = Number.isInteger(from) && from >= 0 && from < d.outDepth;
    return isPlane ? volume * d.outDepth + from : undefined;
  });
}

/** @param planeOf the plane that a plane of a volume meets at a tap */
function runsOf(
  { batch, kernelDepth }: Conv3dDepth,
  depth: number,
  planeOf: (volume: number, plane: number, tap: number) => number | undefined,
): readonly Run[] {
  const runs: Run[] = [];
  for (let first = 0; first < batch * depth; first++) {
    const taps: { tap: number; from: number }[] = [];
    for (let tap = 0; tap < kernelDepth; tap++) {
      const from = planeOf(Math.floor(first / depth), first % depth, tap);
      if (from !== undefined) taps.push({ tap, from });
    }
    const last = runs.at(-1);
    if (last && continues(last, taps)) runs[runs.length - 1] = { ...last, count: last.count + 1 };
    else runs.push({ first, count: 1, taps });
  }
  return runs;
}

function continues({ count, taps }: Run, next: Run['taps']): boolean {
  return (
    taps.length === next.length &&
    taps.every(({ tap, from }, i) => next[i]!.tap === tap && next[i]!.from === from + count)
  );
}

/** What each tap's gradient is summed from, tap by tap. */
function linksOf(d: Conv3dDepth): readonly Link[] {
  const links: Link[] = [];
  for (let tap = 0; tap < d.kernelDepth; tap++) {
    for (let y = 0; y < d.batch * d.outDepth; y++) {
      const plane = (y % d.outDepth) * d.strideDepth + tap * d.dilationDepth - d.padFront;
      if (plane < 0 || plane >= d.inDepth) continue;
      const x = Math.floor(y / d.outDepth) * d.inDepth + plane;
      const last = links.at(-1);
      const isNext = last?.tap === tap && last.x + last.count === x && last.y + last.count === y;
      if (isNext) links[links.length - 1] = { ...last, count: last.count + 1 };
      else links.push({ tap, x, y, count: 1 });
    }
  }
  return links;
}

const RUNS = { forward: { compute: forwardRuns }, gradInput: { compute: gradInputRuns } };
const LINKS = { compute: linksOf };

/** Planes of what is convolved, or of what comes of it. */
function planes(whole: Tensor, first: number, count: number): Tensor {
  const plane = whole.shape.slice(2);
  return whole.shareStorage([count, ...plane], first * sizeOf(plane));
}

function tapOf(weight: Tensor, tap: number): Tensor {
  const shape = weight.shape.slice(1);
  return weight.shareStorage(shape, tap * sizeOf(shape));
}

type Pass = 'forward' | 'gradInput';

/** Writes the planes of `to`, some at a time. */
function convolve(
  pass: Pass,
  to: Tensor,
  from: Tensor,
  weight: Tensor,
  { plane, depth }: Conv3dGeometry,
  ending: Ending,
): void {
  const most = Math.max(1, Math.floor(RUN_FLOATS / sizeOf(to.shape.slice(2))));
  for (const run of recall(RUNS[pass], depth)) {
    const step = run.taps.length > 1 ? most : run.count;
    for (let done = 0; done < run.count; done += step) {
      const count = Math.min(step, run.count - done);
      const taps = run.taps.map((tap) => ({ ...tap, from: tap.from + done }));
      const part = { first: run.first + done, count, taps };
      convolveRun(pass, to, from, weight, withBatch(plane, count), part, ending);
    }
  }
}

/** The bias and the residual come with the first tap, the activation with the last. */
function convolveRun(
  pass: Pass,
  to: Tensor,
  from: Tensor,
  weight: Tensor,
  geometry: Conv2dGeometry,
  { first, count, taps }: Run,
  { bias, residual, activation }: Ending,
): void {
  const y = planes(to, first, count);
  const more = residual === to ? y : residual && planes(residual, first, count);
  if (taps.length === 0) return fillPlanes(y, { bias, residual: more, activation });
  const algorithm = chooseConv2d(geometry, runtime().precision)[pass];
  taps.forEach(({ tap, from: plane }, i) =>
    algorithm[pass](y, planes(from, plane, count), tapOf(weight, tap), geometry, {
      bias: i === 0 ? bias : undefined,
      residual: i === 0 ? more : y,
      activation: i === taps.length - 1 ? activation : undefined,
    }),
  );
}

/** A convolution of volumes: a convolution of pictures for each tap along the depth. */
export const throughDepth: ConvAlgorithm<Conv3dGeometry> = {
  forward(y, x, weight, geometry, ending) {
    scope(() => convolve('forward', y, x, weight, geometry, ending));
  },

  gradInput(gradInput, gradOutput, weight, geometry, ending) {
    scope(() => convolve('gradInput', gradInput, gradOutput, weight, geometry, ending));
  },

  gradWeight(gradWeight, x, gradOutput, { plane, depth }, accumulate) {
    scope(() => {
      if (!accumulate) gradWeight.view().fill(0);
      for (const { tap, x: from, y, count } of recall(LINKS, depth)) {
        const geometry = withBatch(plane, count);
        const { gradWeight: algorithm } = chooseConv2d(geometry, runtime().precision);
        const [own, dy] = [planes(x, from, count), planes(gradOutput, y, count)];
        algorithm.gradWeight(tapOf(gradWeight, tap), own, dy, geometry, true);
      }
    });
  },
};
