import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/** The names of the files of a folder, without `.ts`. */
function basenames(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !['index.ts', 'inference.ts'].includes(file))
    .map((file) => file.replace(/\.ts$/, ''));
}

const kernelFiles = basenames('assembly');
const abi = readFileSync('assembly/index.ts', 'utf8');
const exported = [...abi.matchAll(/\b[a-z]\w+(?=[,\s}])/g)].map(([name]) => name);

describe.each(kernelFiles)('%s', (name) => {
  const source = readFileSync(`assembly/${name}.ts`, 'utf8');

  test('has tests of both sides', () => {
    expect(existsSync(`tests/kernels/${name}.test.ts`), 'kernel test').toBe(true);
    const sides = ['ops', 'optimizers'].map((side) => `tests/${side}/${name}.test.ts`);
    expect(
      sides.some((file) => existsSync(file)),
      'op test',
    ).toBe(true);
  });

  test('opens with what it computes, where its shapes are checked and which reference says it slowly', () => {
    const [header] = source.split(/\nimport|\nexport|\n@/);
    for (const named of [
      /src\/(ops|optimizers)\/[\w/-]+\.ts/,
      /tests\/support\/reference\/[\w-]+\.ts/,
    ]) {
      expect(existsSync(named.exec(header!)![0]), `${named}`).toBe(true);
    }
  });

  test('exports every kernel through the ABI, and a gradient for every forward kernel', () => {
    const kernels = [...source.matchAll(/^export function (\w+)/gm)].map(([, kernel]) => kernel!);
    expect(kernels.length).toBeGreaterThan(0);
    for (const kernel of kernels) expect(exported).toContain(kernel);
    for (const kernel of kernels.filter((k) => k.endsWith('Forward'))) {
      const gradient = kernel.replace(/Forward$/, 'Grad');
      expect(
        exported.some((k) => k.startsWith(gradient)),
        `gradient of ${kernel}`,
      ).toBe(true);
    }
  });
});

test('kernels import only lib/', () => {
  for (const name of kernelFiles) {
    const source = readFileSync(`assembly/${name}.ts`, 'utf8');
    for (const [, path] of source.matchAll(/from '([^']+)'/g)) expect(path).toMatch(/^\.\/lib\//);
  }
});

test('lib/ imports nothing above it', () => {
  for (const name of basenames('assembly/lib')) {
    const source = readFileSync(`assembly/lib/${name}.ts`, 'utf8');
    for (const [, path] of source.matchAll(/from '([^']+)'/g)) {
      expect(path, name).toMatch(/^\.\/[\w-]+$/);
    }
  }
});

test('kernels hold no state: no module variables, no heap', () => {
  for (const folder of ['assembly', 'assembly/lib']) {
    for (const name of basenames(folder)) {
      const source = readFileSync(`${folder}/${name}.ts`, 'utf8').replace(
        /\/\/.*|\/\*[^]*?\*\//g,
        '',
      );
      expect(source, `${folder}/${name}`).not.toMatch(/^(export )?let /m);
      expect(source, `${folder}/${name}`).not.toMatch(
        /(=|return) new |StaticArray|memory\.data|heap\./,
      );
    }
  }
});

test('each file of golden values has the script that writes it', () => {
  const names = (ending: string) =>
    readdirSync('tests/golden')
      .filter((file) => file.endsWith(ending))
      .map((file) => file.replace(ending, ''));
  expect(names('.json')).toEqual(names('.py'));
});

test('inference has every kernel but those of gradients and updates', () => {
  const line = /export \{ (.*) \} from '(.*)'/g;
  const kernelsOf = (file: string) =>
    Array.from(readFileSync(file, 'utf8').matchAll(line), ([, names, from]) =>
      names!.split(', ').map((name) => `${from} ${name}`),
    ).flat();
  const expected = kernelsOf('assembly/index.ts').filter((name) => !/Grad|Step$/.test(name));
  expect(kernelsOf('assembly/inference.ts')).toEqual(expected);
});
