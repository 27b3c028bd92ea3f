// Files of torch.save, read without running their pickles.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/errors.js';
import { loadTorch } from '../../src/formats/pth.js';
import { describeWithData, readData } from '../data/support.js';
import { fuzz, MUTANTS } from '../support/fuzz.js';
import { expectError } from '../support/memory.js';
import { fileOf, type StateDictGolden } from './state-dict-nets.js';

const golden = JSON.parse(
  readFileSync(new URL('../golden/state_dict.json', import.meta.url), 'utf8'),
) as StateDictGolden;
const file = (name: keyof StateDictGolden['files']) => fileOf(golden, name);

describe.each(['views', 'legacyViews'] as const)('%s', (name) => {
  test('tensors of every type, turned, cut out, shared and without elements', () => {
    const tensors = loadTorch(file(name));
    const { large, ...others } = golden.views;
    expect(large).toEqual([2 ** 40]);
    expect([...tensors.keys()].sort()).toEqual(Object.keys(golden.views).sort());
    for (const [key, values] of Object.entries(others)) {
      expect([...tensors.get(key)!.data], key).toEqual(values);
    }
    expect([...tensors].map(([, { dtype }]) => dtype)).toEqual(
      expect.arrayContaining([
        'F32',
        'F64',
        'F16',
        'BF16',
        'I64',
        'I32',
        'I16',
        'I8',
        'U8',
        'BOOL',
      ]),
    );
    expect(tensors.get('turned')!.shape).toEqual([4, 2, 3]);
    expect(tensors.get('number')!.shape).toEqual([]);
    expect(() => tensors.get('large')!.data).toThrow('expected integers that fit int32');
  });
});

test('a checkpoint gives the tensors in its dictionaries, the same in every form', () => {
  const [zip, ...others] = (['zip', 'protocol4', 'legacy'] as const).map((name) =>
    loadTorch(file(name)),
  );
  expect(zip!.get('model.picture.0.weight')!.shape).toEqual([4, 1, 3, 2]);
  expect(zip!.has('epoch')).toBe(false);
  for (const other of others) expect(other).toEqual(zip);
});

test('a pickled model is refused, and says what to save', () => {
  expect(() => loadTorch(file('model'))).toThrow(FormatError);
  expect(() => loadTorch(file('model'))).toThrow(
    'pth: data.pkl: byte 37: expected what state dicts consist of, got torch.nn.modules.linear.Linear: ' +
      'save model.state_dict(), not the model, without other objects',
  );
});

test('limits and options', () => {
  const limited = () => loadTorch(file('views'), { maxElements: 50, name: 'views.pth' });
  expectError(
    limited,
    FormatError,
    'views.pth: expected at most 50 elements (maxElements), got 92',
  );
  expectError(
    () => loadTorch(new Uint8Array(9)),
    FormatError,
    'pth: expected a file that torch.save wrote, got other data',
  );
});

/** A pickle of these opcodes, as a file of PyTorch before 1.6. */
function legacy(...codes: (number | string)[]): Uint8Array {
  const header = file('legacy').slice(0, 15);
  const small = [0x80, 2, 0x4e, 0x2e];
  const body = codes.flatMap((code) => (typeof code === 'string' ? [...Buffer.from(code)] : code));
  return Uint8Array.from([...header, ...small, ...small, ...body]);
}

test.each<[string, Uint8Array, RegExp]>([
  ['a name to be run', legacy('cos\nsystem\n(X', 1, 0, 0, 0, 'xtR.'), /consist of, got os\.system/],
  ['an instance', legacy('cos\nsystem\n)', 0x81, '.'), /consist of, got os\.system/],
  ['an instance of protocol 1', legacy('(cos\nsystem\no.'), /a state dict's opcodes, got 0x6f/],
  ['a call of what is no name', legacy('})R.'), /expected the name of a function/],
  ['an empty stack', legacy('.'), /expected a value on the stack/],
  ['a tuple without a mark', legacy('t.'), /expected a mark on the stack/],
  ['a memo that is not there', legacy('h', 9, '.'), /expected a value in memo 9/],
  ['a string that ends too late', legacy('X', 255, 255, 255, 127, '.'), /truncated/],
  ['no end', legacy('}'), /truncated/],
  ['what is no dictionary', legacy('N.', 0x80, 2, ']', '.'), /expected a state dict, a dictionary/],
])('%s', (_, bytes, message) => {
  expect(() => loadTorch(bytes)).toThrow(FormatError);
  expect(() => loadTorch(bytes)).toThrow(message);
});

test('a dictionary in itself is looked into once', () => {
  const bytes = legacy('}q', 0, 'X', 1, 0, 0, 0, 'ah', 0, 's.', 0x80, 2, '].');
  expect(loadTorch(bytes).size).toBe(0);
});

describe('damaged files', () => {
  test.each(['views', 'legacyViews', 'protocol4'] as const)(
    '%s: FormatError or tensors',
    (name) => {
      return fuzz(file(name), MUTANTS, 17, (bytes) => loadTorch(bytes), {
        answer: (value) => expect(value).toBeInstanceOf(Map),
        error: { name: /^FormatError$/, message: /^pth: / },
      });
    },
  );
});

interface Summary {
  name: string;
  shape: number[];
  sum: number;
  first: number[];
}

describeWithData('real-models', () => {
  test.each([
    ['fastestdet', 'fastestdet.pth', 'fastestdet.tensors.json'],
    ['style-transfer-tiny', 'model.pth', 'model.tensors.json'],
  ])('%s', (folder, model, tensors) => {
    const read = loadTorch(readData(`real-models/${folder}/${model}`));
    const text = new TextDecoder().decode(readData(`real-models/${folder}/${tensors}`));
    const expected = JSON.parse(text) as Summary[];
    expect([...read.keys()]).toEqual(expected.map(({ name }) => name));
    for (const { name, shape, sum, first } of expected) {
      const { shape: got, data } = read.get(name)!;
      expect(got, name).toEqual(shape);
      expect([...data.slice(0, first.length)], name).toEqual(first);
      const total = [...data].reduce((a, b) => a + b, 0);
      expect(Math.abs(total - sum), name).toBeLessThan(1e-6 * (1 + Math.abs(sum)));
    }
  });
});
