// The host writes a geometry as i32 fields in order; the kernels read them through an `@unmanaged` class.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DEPTHWISE_FIELDS } from '../../src/ops/conv/depthwise.js';
import { CONV2D_FIELDS } from '../../src/ops/conv/plan.js';
import { WINOGRAD_FIELDS } from '../../src/ops/conv/winograd-plan.js';
import { COPY_FIELDS } from '../../src/ops/copy/strided.js';
import { POOL_FIELDS } from '../../src/ops/pool/geometry.js';
import { ZIP_FIELDS } from '../../src/ops/zip/broadcast.js';
import { UPDATE_FIELDS } from '../../src/optimizers/updates.js';
import { ACTIVATION_POINTER, GEOMETRY_POINTER } from '../../src/runtime/heap.js';

/** The order of the fields of each axis in a `PoolGeometry`. */
const POOL_AXIS = ['size', 'outputs', 'kernel', 'stride', 'dilation', 'padBefore', 'padAfter'];

const BLOCKS = [
  { name: 'Conv2dGeometry', file: 'assembly/lib/conv2d-slab.ts', host: CONV2D_FIELDS },
  { name: 'CopyGeometry', file: 'assembly/lib/copy-geometry.ts', host: COPY_FIELDS },
  { name: 'DepthwiseGeometry', file: 'assembly/lib/depthwise-geometry.ts', host: DEPTHWISE_FIELDS },
  { name: 'PoolAxis', file: 'assembly/lib/pooling.ts', host: POOL_AXIS },
  { name: 'PoolGeometry', file: 'assembly/lib/pooling.ts', host: POOL_FIELDS },
  { name: 'Update', file: 'assembly/lib/updates.ts', host: UPDATE_FIELDS },
  { name: 'WinogradGeometry', file: 'assembly/lib/winograd-tiles.ts', host: WINOGRAD_FIELDS },
  { name: 'ZipGeometry', file: 'assembly/zip.ts', host: ZIP_FIELDS },
];

/** `field: i32;` (addresses too) of every line in the body of an `@unmanaged` class. */
function unmanagedFields(source: string, name: string): string[] {
  const body = new RegExp(`@unmanaged\\s+(?:export )?class ${name} \\{([^}]*)\\}`).exec(
    source,
  )?.[1];
  return (body ?? '')
    .split('\n')
    .map((line) => line.trim().replace(': usize;', ': i32;'))
    .filter((line) => line && !line.startsWith('/'));
}

describe.each(BLOCKS)('$name', ({ name, file, host }) => {
  test('has the fields on the host that the kernels read, in the same order', () => {
    const kernel = unmanagedFields(readFileSync(file, 'utf8'), name);
    expect(kernel.length).toBeGreaterThan(0);
    expect(host.map((field) => `${field}: i32;`)).toEqual(kernel);
  });

  test('fits where the kernels find it', () => {
    expect(4 * host.length).toBeLessThanOrEqual(ACTIVATION_POINTER - GEOMETRY_POINTER);
  });
});

test('every unmanaged class with fields is compared', () => {
  const files = readdirSync('assembly', { recursive: true, encoding: 'utf8' });
  const names = files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const source = readFileSync(`assembly/${file}`, 'utf8');
      return [
        ...source.matchAll(
          /@unmanaged\s+(?:export )?class (\w+) \{\s+(?:\/\*.*\*\/\s+)?\w+: (?:i32|usize);/g,
        ),
      ];
    });
  expect(names.map((match) => match[1]).sort()).toEqual(BLOCKS.map(({ name }) => name));
});
