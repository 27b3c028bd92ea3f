import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';

const dist = (file: string) => new URL(`../../dist/${file}`, import.meta.url).href;

/** What Node prints of an error that nobody catches. */
function uncaught(file: string, throwing: string): Promise<string> {
  const program = `
    import * as simdgrad from '${dist(file)}';
    await simdgrad.init();
    ${throwing}
  `;
  return new Promise((resolve) => {
    execFile('node', ['--input-type=module', '-e', program], (error, _, stderr) =>
      resolve(error ? stderr : 'no error'),
    );
  });
}

const CONVOLUTION = `
  const { Conv2d, ReLU, Sequential, zeros } = simdgrad;
  const model = new Sequential(new Conv2d(3, 4, 3), new ReLU());
  function step() { model.forward(zeros([1, 3, 32, 32])); }
  step();`;

test.each(['index.js', 'ops.js', 'inline.js'])(
  'an uncaught error of %s is one readable stack',
  async (file) => {
    const printed = await uncaught(file, CONVOLUTION);
    expect(printed.length).toBeLessThan(2000);
    expect(printed).toMatch(/^ShapeError: conv2d: input channels: expected 3 /m);
    const frames = [...printed.matchAll(/^ +at (\S+) \(/gm)].map(([, name]) => name);
    const ours = ['Conv2d.forward', 'Sequential.forward', 'step'];
    expect(frames.filter((name) => ours.includes(name!))).toEqual(ours);
  },
);

test.each([
  ['index.js', 'simdgrad.zeros([2]).backward()', 'Tensor.backward'],
  ['index.js', "await simdgrad.csvDataset('')", 'csvDataset'],
  ['index.js', 'new simdgrad.Dropout(2)', 'new Dropout'],
])('in %s, `%s` names %s', async (file, code, frame) => {
  const printed = await uncaught(file, code);
  expect(printed.length).toBeLessThan(2000);
  expect(printed).toMatch(new RegExp(`at (?:async )?(?:Module\\.)?${frame} \\(`));
});

test.each(['index.js', 'ops.js', 'data.js', 'node.js', 'worker.js', 'inline.js'])(
  'classes and functions of %s have their names',
  async (file) => {
    const entry = (await import(/* @vite-ignore */ dist(file))) as Record<string, unknown>;
    const named = Object.entries(entry).filter(([, value]) => typeof value === 'function');
    expect(named.length).toBeGreaterThan(3);
    for (const [name, value] of named) {
      // A second function of that name, within the same file, has a 2 at its end.
      expect([name, `${name}2`]).toContain((value as { name: string }).name);
    }
  },
);
