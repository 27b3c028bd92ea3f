import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { csvDataset, type CsvOptions } from '../../src/data/index.js';
import { FormatError } from '../../src/errors.js';

/** The class and the values of each sample. */
async function samplesOf(table: string | Uint8Array, options?: CsvOptions) {
  const dataset = await csvDataset(table, options);
  return Array.from({ length: dataset.length }, (_, i) => [
    dataset.classNames[dataset.labels[i]!],
    ...dataset.raw(i),
  ]);
}

const rows = [
  ['fox', 1, 2.5],
  ['dog', -3, 4],
];

describe('csvDataset: separators', () => {
  it.each([
    ['commas', 'fox,1,2.5\ndog,-3,4'],
    ['commas and blanks', ' fox , 1 ,\t2.5 \n dog,-3,  4'],
    ['semicolons', 'fox;1;2.5\ndog;-3;4\n'],
    ['semicolons and decimal commas', 'fox;1;2,5\ndog;-3;4\n'],
    ['tabs', 'fox\t1\t2.5\r\ndog\t-3\t4\r\n'],
    ['blanks', 'fox 1 2.5\ndog  -3  4'],
    ['blanks and tabs', '  fox \t 1 2.5\t\ndog\t-3 4  '],
    ['returns only', 'fox,1,2.5\rdog,-3,4\r'],
    ['quoted numbers', '"fox","1","2.5"\n"dog","-3","4"'],
    ['blank lines', '\n\nfox,1,2.5\n  \n\ndog,-3,4\n\n'],
    ['a separator at each end', 'fox,1,2.5,\ndog,-3,4,\n'],
    ['several separators at each end', 'name;a;b;;\nfox;1;2,5;;\ndog;-3;4;;\n'],
    ['a separator at each end but the header’s', 'label,a,b\nfox,1,2.5,\ndog,-3,4,\n'],
    ['comments above', '# made by hand\n#\n\nlabel,a,b\nfox,1,2.5\ndog,-3,4'],
    ['names in a comment, as NumPy writes them', '# label, a, b\nfox,1,2.5\ndog,-3,4'],
  ])('finds %s', async (_, table) => {
    expect(await samplesOf(table)).toEqual(rows);
    expect(await samplesOf(`\uFEFF${table}`)).toEqual(rows);
    expect(await samplesOf(gzipSync(`\uFEFF${table}`))).toEqual(rows);
  });

  it('takes the one that it is told', async () => {
    expect(await samplesOf('fox|1|2.5\ndog|-3|4', { separator: '|' })).toEqual(rows);
    expect(await samplesOf('1\t\t2\n3\t4', { separator: ' ' })).toEqual([
      ['1', 2],
      ['3', 4],
    ]);
  });

  it('keeps blanks within the cells of tabs, semicolons and commas', async () => {
    for (const separator of ['\t', ';', ',']) {
      const table = ['class name|v 1|v 2', 'red fox 7|1|2', 'dog|3|4'].join('\n');
      expect(await samplesOf(table.replaceAll('|', separator))).toEqual([
        ['red fox 7', 1, 2],
        ['dog', 3, 4],
      ]);
    }
  });

  it.each([
    ['one cell a line', '1|2|3\n0|3|4', 'line 1: expected a label and values with tabs'],
    [
      'two separators',
      '3;5,1,2\n4;5,3,4\n',
      'line 1, column 1: expected a finite number, got "5,1,2"',
    ],
    [
      'a missing value between tabs',
      '1\t0.5\t0.7\n2\t\t0.3',
      'line 2, column 1: expected a finite number, got "" (cells separated by tabs)',
    ],
    [
      'a missing value at the end',
      'label;a;b\nx;1;2\ny;1;\n',
      'line 3, column b: expected a finite number, got "" (cells separated by semicolons)',
    ],
    [
      'decimal commas and points',
      '1;1,5;2\n1;2;1.250\n',
      'line 2, column 2: expected a finite number with "," as decimal mark, got "1.250"',
    ],
    [
      'thousands in commas',
      '1\t1,234\n0\t5,678',
      'line 1, column 1: expected a finite number, got "1,234" (cells separated by tabs)',
    ],
    [
      'hexadecimal numbers',
      '1,0x10\n0,1',
      'line 1, column 1: expected a finite number, got "0x10"',
    ],
  ])('refuses %s', async (_, table, message) => {
    const promise = csvDataset(table);
    await expect(promise).rejects.toThrow(FormatError);
    await expect(promise).rejects.toThrow(`csv: ${message}`);
  });
});

describe('csvDataset: ragged rows', () => {
  it.each([
    ['1,2,3\n0,4\n1,5,6', 'line 2, column 2: expected 3 cells in all, as most lines have, got 2'],
    ['1,2\n0,4,5\n1,5,6', 'line 1, column 2: expected 3 cells in all, as most lines have, got 2'],
    [
      '1,2,3,9\n0,4,5\n1,5,6',
      'line 1, column 3: expected 3 cells in all, as most lines have, got 4',
    ],
    [
      '1,2,3\n0,4,5\n\n1,5,6,7',
      'line 4, column 3: expected 3 cells in all, as most lines have, got 4',
    ],
    ['My data\nlabel,a\n1,2\n0,3', 'line 1, column 1: expected 2 cells in all, as most lines have'],
    [
      'label a b\nx 1 2\ny 1\nx 3 4',
      'line 3, column 2: expected 3 cells in all, as most lines have',
    ],
    ['1 2 3\n0 4\n1 5 6', 'got 2 (cells separated by white space)'],
  ])('%j', async (table, message) => {
    await expect(csvDataset(table)).rejects.toThrow(FormatError);
    await expect(csvDataset(table)).rejects.toThrow(message);
  });
});

describe('csvDataset: quotes', () => {
  it('hold separators, line breaks and doubled quotes', async () => {
    const table = 'label,a\r\n"red,\r\nfox",1\r\n"12"" disc",2\r\n"""",3\r\n';
    expect(await samplesOf(table)).toEqual([
      ['red,\r\nfox', 1],
      ['12" disc', 2],
      ['"', 3],
    ]);
    expect(await samplesOf('"red fox" 1\n"dog"\t2')).toEqual([
      ['red fox', 1],
      ['dog', 2],
    ]);
  });

  it('within a cell are its own', async () => {
    expect(await samplesOf('5"disc,1\n6"disc,2')).toEqual([
      ['5"disc', 1],
      ['6"disc', 2],
    ]);
  });

  it('count the lines that they hold', async () => {
    await expect(csvDataset('label,a\n"x\n\ny",1\nz,oops')).rejects.toThrow(
      'csv: line 5, column a: expected a finite number, got "oops"',
    );
  });

  it('must be closed, and end their cell', async () => {
    await expect(csvDataset('label,a\nx,1\n"y,1\nz,1\n')).rejects.toThrow(
      new FormatError(
        'csv: line 3: expected a closing quote, got the end of the table (cells separated by commas)',
      ),
    );
    await expect(csvDataset('label,a\n"x"s,1\n')).rejects.toThrow(
      'csv: line 2: expected nothing behind a closing quote, got "s" (cells separated by commas)',
    );
  });
});

describe('csvDataset: headers', () => {
  const numbers = Array.from({ length: 12 }, (_, i) => i);

  it.each([
    ['label beside numbers', 'label,0,1\n3,10,20\n5,11,21'],
    ['Label, quoted', '"Label","0","1"\n3,10,20\n5,11,21'],
    ['LABELS at the end', '0,1,LABELS\n10,20,3\n11,21,5'],
    ['class', '0,Class,1,2\n9,3,10,20\n9,5,11,21'],
    ['target at the end', 'a,b,target\n10,20,3\n11,21,5'],
    ['y at the end', 'x1,x2,y\n10,20,3\n11,21,5'],
    ['a label cell alone that is no number', 'digit,0,1\n3,10,20\n5,11,21'],
    ['numbers of rows before the label', ',label,0,1\n0,3,10,20\n1,5,11,21'],
    ['numbers of rows, label at the end', 'Unnamed: 0,a,b,label\n0,10,20,3\n1,11,21,5'],
  ])('are found: %s', async (_, table) => {
    expect(await samplesOf(table)).toEqual([
      ['3', 10, 20],
      ['5', 11, 21],
    ]);
  });

  it('are found where they count, as those of pandas without names', async () => {
    const sample = ['3', ...numbers.slice(1).map((n) => 2 * n)];
    expect(await samplesOf(`${numbers}\n${sample}`)).toEqual([['3', ...sample.slice(1)]]);
    expect(await samplesOf(`${numbers}\n${sample}`, { header: false })).toHaveLength(2);
    expect((await samplesOf('0,1,2,3\n1,4,5,6')).length).toBe(2);
  });

  it('are no classes called label or target', async () => {
    const samples = await samplesOf('target,0.5,1\nother,1,2\ntarget,3,4');
    expect(samples.map(([name]) => name)).toEqual(['target', 'other', 'target']);
  });

  it.each([
    ['?,1,2\n0,3,4\n1,5,6', 'line 1, column 0: expected a class, got "?"'],
    ['1,2,3\nnan,3,4', 'line 2, column 0: expected a class, got "nan"'],
    ['1,2,3\n"",3,4', 'line 2, column 0: expected a class, got ""'],
    ['cat,?,?\ndog,1,2', 'line 1, column 1: expected a finite number, got "?"'],
    ['0.97,0.5,1\n0.9,1,2', 'line 1, column 0: expected a class (labelColumn tells its column)'],
    [',0,1\n0,3,4\n1,5,6', 'header: expected a column named label, class or target, or the option'],
  ])('are not guessed at: %j', async (table, message) => {
    await expect(csvDataset(table)).rejects.toThrow(FormatError);
    await expect(csvDataset(table)).rejects.toThrow(`csv: ${message}`);
  });

  it('follow from names that are told', async () => {
    const table = '7,8,9\n1,2,3\n';
    expect(await samplesOf(table, { labelColumn: '8', valueColumns: ['7', '9'] })).toEqual([
      ['2', 1, 3],
    ]);
  });

  it('do not matter where fractions are told to be classes', async () => {
    expect(await samplesOf('0.5,1\n0.25,2', { labelColumn: 0 })).toEqual([
      ['0.5', 1],
      ['0.25', 2],
    ]);
  });
});

describe('csvDataset: bytes and text', () => {
  it('takes bytes of another realm, and an ArrayBuffer', async () => {
    const bytes = new TextEncoder().encode('fox,1\ndog,2');
    const foreign = runInNewContext(`Uint8Array.from([${bytes.join()}])`) as Uint8Array;
    expect(await samplesOf(foreign)).toHaveLength(2);
    expect(await samplesOf(bytes.buffer as never)).toHaveLength(2);
  });

  it.each([
    ['UTF-16 with a mark', [0xff, 0xfe, 0x31, 0], 'table: expected text in UTF-8, got UTF-16'],
    ['UTF-16, big end first', [0xfe, 0xff, 0, 0x31], 'table: expected text in UTF-8, got UTF-16'],
    ['UTF-16 without a mark', [0x31, 0, 0x2c, 0], 'table: expected text in UTF-8, got UTF-16'],
    ['Latin-1', [0x31, 0x2c, 10, 0xe9, 0x2c, 0x31], 'line 2: expected text in UTF-8, got other'],
  ])('names %s', async (_, bytes, message) => {
    await expect(csvDataset(Uint8Array.from(bytes))).rejects.toThrow(FormatError);
    await expect(csvDataset(Uint8Array.from(bytes))).rejects.toThrow(`csv: ${message}`);
  });

  it('keeps large whole numbers apart that are one in float64', async () => {
    const samples = await samplesOf('9007199254740992,1\n9007199254740993,2');
    expect(new Set(samples.map(([name]) => name)).size).toBe(2);
  });

  it('takes time that is linear in the length, whatever is in it', async () => {
    for (const [name, piece] of [
      ['blanks', ' '],
      ['tabs', '\t'],
      ['commas', ','],
      ['quotes', '""'],
      ['lines', '\n'],
      ['comments', '#\n'],
    ] as const) {
      const begin = performance.now();
      for (const text of ['', 'a,1', '"', '# ']) {
        await csvDataset(`${text}${piece.repeat(300_000)}x,2\n`).catch(() => undefined);
      }
      expect(performance.now() - begin, name).toBeLessThan(5000);
    }
  });
});

describe('csvDataset: arguments', () => {
  it.each([
    [[], 'csvDataset: table: expected text or its bytes, got undefined'],
    [[null], 'csvDataset: table: expected text or its bytes, got null'],
    [[{}], 'csvDataset: table: expected text or its bytes, got an object'],
    [['a,1', 'label'], 'csvDataset: options: expected an object, got "label"'],
    [['a,1', { delimiter: ';' }], 'classNames, got delimiter'],
    [['a,1', { header: 1 }], 'csvDataset: header: expected true or false, got 1'],
    [['a,1', { separator: '::' }], 'csvDataset: separator: expected one character'],
    [['a,1', { labelColumn: {} }], 'csvDataset: labelColumn: expected a name or a number, got an'],
    [['a,1', { valueColumns: 'v' }], 'csvDataset: valueColumns: expected an array of columns'],
    [['a,1', { valueColumns: [] }], 'csvDataset: valueColumns: expected an array of columns'],
    [['a,1', { classNames: [1] }], 'csvDataset: classNames: expected an array of strings, got [1]'],
    [['a,1', {}, 3], 'csvDataset: arguments: expected at most 2 arguments, got 3'],
  ])('%j are refused', async (given, message) => {
    const call = csvDataset as (...given: unknown[]) => Promise<unknown>;
    await expect(call(...given)).rejects.toThrow(TypeError);
    await expect(call(...given)).rejects.toThrow(message);
  });
});
