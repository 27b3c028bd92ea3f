// The convolution kernels, called as src/ops/conv/indirect.ts does, in a given number of parts.
import { CONV2D_FIELDS, type Conv2dPlan } from '../../src/ops/conv/plan.js';
import { withPartialSums } from '../../src/ops/partial-sums.js';
import { writeGeometry } from '../../src/runtime/geometry-block.js';
import { runtime } from '../../src/runtime/runtime.js';
import { withScratch } from '../../src/runtime/storage.js';
import type { Tensor } from '../../src/tensor.js';
import { ranges } from './tensors.js';

/** Runs `body` with the fields of the plan written, and memory for packed weights and scratch: what src/ops provides. */
export function withPlan<Field extends string>(
  fields: readonly Field[],
  plan: Readonly<Record<Field | 'packedBytes' | 'scratchBytes', number>>,
  body: (geometry: number, packed: number, scratch: number) => void,
) {
  withScratch(256, (geometry) =>
    withScratch(plan.packedBytes, (packed) =>
      withScratch(plan.scratchBytes, (scratch) => {
        writeGeometry(geometry, fields, plan);
        body(geometry, packed, scratch);
      }),
    ),
  );
}

/** Addresses of what a kernel does with its sums; 0 for none. */
export interface Pointers {
  readonly bias?: number | undefined;
  readonly activation?: number;
  readonly residual?: number;
}

/** y, in `parts` calls of the kernel. */
export function runForward(
  y: Tensor,
  x: Tensor,
  w: Tensor,
  plan: Conv2dPlan,
  parts: number,
  ending: Pointers = {},
) {
  withPlan(CONV2D_FIELDS, plan, (geometry, packed, scratch) => {
    runtime().kernels.conv2dPackWeight(packed, w.pointer, geometry);
    convolve(y, x, packed, scratch, geometry, plan, parts, ending);
  });
}

/** dx, in `parts` calls for each phase. */
export function runGradInput(
  dx: Tensor,
  dy: Tensor,
  w: Tensor,
  phases: readonly Conv2dPlan[],
  parts: number,
  ending: Pointers = {},
) {
  for (const plan of phases) {
    withPlan(CONV2D_FIELDS, plan, (geometry, packed, scratch) => {
      runtime().kernels.conv2dPackWeightRotated(packed, w.pointer, geometry);
      convolve(dx, dy, packed, scratch, geometry, plan, parts, ending);
    });
  }
}

function convolve(
  y: Tensor,
  x: Tensor,
  packed: number,
  scratch: number,
  geometry: number,
  plan: Conv2dPlan,
  parts: number,
  { bias = 0, activation = 0, residual = 0 }: Pointers,
) {
  const values = [y.pointer, x.pointer, packed, bias, activation, residual, scratch] as const;
  for (const [begin, end] of ranges(plan.tasks, parts)) {
    runtime().kernels.conv2dForward(...values, geometry, begin, end);
  }
}

/** dw, in `parts` calls. */
export function runGradWeight(
  dw: Tensor,
  x: Tensor,
  dy: Tensor,
  plan: Conv2dPlan,
  accumulate: boolean,
  parts: number,
) {
  withPartialSums(dw, plan.sums, accumulate, (to, accumulates) =>
    withPlan(CONV2D_FIELDS, plan, (geometry, _packed, scratch) => {
      for (const [begin, end] of ranges(plan.tasks, parts)) {
        runtime().kernels.conv2dGradWeight(
          to,
          x.pointer,
          dy.pointer,
          scratch,
          geometry,
          accumulates,
          begin,
          end,
        );
      }
    }),
  );
}
