// The right results, in float64, from the slow reference that the kernels are tested against.

import * as conv from '../tests/support/reference/conv2d.js';
import * as linear from '../tests/support/reference/linear.js';
import * as pool from '../tests/support/reference/pool2d.js';
import type { Pool2dGeometry } from '../src/ops/pool/geometry.js';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Inputs } from './adapter.js';
import type { Graph } from './nets/graph.js';
import { ReferenceNet } from './nets/reference.js';
import type { Conv2dWorkload, LinearWorkload, OpPass, Workload } from './workloads.js';

export function expectedResult(workload: Workload, pass: OpPass, inputs: Inputs): Float32Array {
  return Float32Array.from(reference(workload, pass, inputs));
}

/** The output of a network's inference. It takes up to a minute: a file in the system's temporary folder keeps it. */
export function expectedNetOutput(graph: Graph): Float32Array {
  const version = createHash('sha256')
    .update(JSON.stringify(graph.nodes))
    .digest('hex')
    .slice(0, 16);
  const file = join(tmpdir(), `simdgrad-bench-${graph.id}-${version}.f32`);
  if (!existsSync(file)) {
    const output = Float32Array.from(new ReferenceNet(graph).forward());
    writeFileSync(file, new Uint8Array(output.buffer));
  }
  return new Float32Array(new Uint8Array(readFileSync(file)).buffer);
}

function reference(workload: Workload, pass: OpPass, inputs: Inputs): Float64Array {
  switch (workload.op) {
    case 'conv2d':
      return conv2d(workload, pass, inputs);
    case 'linear':
      return dense(workload, pass, inputs);
    case 'matmul':
      return product(workload, inputs);
    case 'maxPool2d':
      return maxPool(workload.g, pass, inputs);
    case 'avgPool2d':
      return avgPool(workload.g, pass, inputs);
  }
}

function conv2d({ g }: Conv2dWorkload, pass: OpPass, { x, w, b, dy }: Inputs): Float64Array {
  if (pass === 'forward') return conv.conv2dForward(x, w, b, g);
  return pass === 'gradInput' ? conv.conv2dGradInput(dy, w, g) : conv.conv2dGradWeight(x, dy, g);
}

function dense(sizes: LinearWorkload, pass: OpPass, { x, w, b, dy }: Inputs): Float64Array {
  if (pass === 'forward') return linear.linearForward(x, w, b, sizes);
  if (pass === 'gradInput') return linear.linearGradInput(dy, w, sizes);
  return linear.linearGradWeight(x, dy, sizes);
}

/** Row by row: the reference of the tests walks down columns, too slow for these sizes. */
function product(
  { rows, inFeatures, outFeatures }: LinearWorkload,
  { x, w }: Inputs,
): Float64Array {
  const y = new Float64Array(rows * outFeatures);
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < inFeatures; i++) {
      const value = x[r * inFeatures + i]!;
      for (let o = 0; o < outFeatures; o++) {
        y[r * outFeatures + o]! += value * w[i * outFeatures + o]!;
      }
    }
  }
  return y;
}

function maxPool(g: Pool2dGeometry, pass: OpPass, { x, dy }: Inputs): Float64Array {
  const { y, argmax } = pool.maxPool2dForward(x, g);
  return pass === 'forward' ? y : pool.maxPool2dGradInput(dy, argmax, g);
}

function avgPool(g: Pool2dGeometry, pass: OpPass, { x, dy }: Inputs): Float64Array {
  return pass === 'forward'
    ? pool.avgPool2dForward(x, g, true)
    : pool.avgPool2dGradInput(dy, g, true);
}
