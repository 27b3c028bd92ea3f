import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { csvDataset } from '../../src/data/index.js';
import { FormatError } from '../../src/errors.js';
import { describeWithData, readData } from './support.js';

const beats = 'record,sample,label,v0,v1\n7,1,N,0.5,1\n7,2,V,-2,3e1\n8,1,N,5,6\n';
const ucr = '\n  1.0e+00   0.5  1\n -1.0e+00   2   3\n  1.0e+00   4   5\n\n';

describe('csvDataset', () => {
  it('reads a table with a header: the columns after the label', async () => {
    const dataset = await csvDataset(beats);
    expect(dataset.inputShape).toEqual([2, 1]);
    expect(dataset.classNames).toEqual(['N', 'V']);
    expect(Array.from(dataset.labels)).toEqual([0, 1, 0]);
    expect(Array.from(dataset.batch([0, 1, 2]).inputs)).toEqual([0.5, 1, -2, 30, 5, 6]);
  });

  it('reads white space with the class in the first column, classes in the order of numbers', async () => {
    const dataset = await csvDataset(ucr);
    expect(dataset.classNames).toEqual(['-1', '1']);
    expect(Array.from(dataset.labels)).toEqual([1, 0, 1]);
    expect(Array.from(dataset.batch([0, 1, 2]).inputs)).toEqual([0.5, 1, 2, 3, 4, 5]);
    const ten = await csvDataset('10 0\n9 0\n-3 0');
    expect(ten.classNames).toEqual(['-3', '9', '10']);
  });

  it('takes bytes, gzip, a byte order mark, CRLF and quotes', async () => {
    const text = '\uFEFF"label","a"\r\n"x",1\r\n"y", 2 \r\n';
    const dataset = await csvDataset(new Uint8Array(gzipSync(text)));
    expect(dataset.classNames).toEqual(['x', 'y']);
    expect(Array.from(dataset.batch([0, 1]).inputs)).toEqual([1, 2]);
  });

  it('takes the label from the last column, the values before it', async () => {
    const dataset = await csvDataset('1,2,b\n3,4,a', { labelColumn: 2 });
    expect(dataset.classNames).toEqual(['a', 'b']);
    expect(Array.from(dataset.batch([0, 1]).inputs)).toEqual([1, 2, 3, 4]);
  });

  it('takes chosen columns by name or number', async () => {
    const dataset = await csvDataset(beats, { labelColumn: 'record', valueColumns: ['v1', 3] });
    expect(dataset.classNames).toEqual(['7', '8']);
    expect(Array.from(dataset.sample(0).input)).toEqual([1, 0.5]);
  });

  it('can be told of a header of numbers', async () => {
    expect((await csvDataset('0,1\n5,6', { header: true })).length).toBe(1);
    expect((await csvDataset('0,1\n5,6')).length).toBe(2);
  });

  it('takes the classes of another set', async () => {
    const dataset = await csvDataset('label,v\nV,1', { classNames: ['N', 'V'] });
    expect(Array.from(dataset.labels)).toEqual([1]);
    await expect(csvDataset('label,v\nQ,1', { classNames: ['N', 'V'] })).rejects.toThrow(
      'csv: line 2, column label: expected a class of N, V, got "Q"',
    );
  });

  it.each([
    ['an empty file', '', 'csv: table: expected data, got an empty file'],
    ['blank lines', '\n \n', 'csv: table: expected at least one series, got blank lines only'],
    ['a header only', 'label,v0\n', 'csv: table: expected at least one series, got a header only'],
    ['HTML', '<html><body>', 'csv: table: expected data, got HTML'],
    [
      'a ragged row',
      'label,v0,v1\na,1,2\n\nb,1\n',
      'csv: line 4, column 2: expected 3 cells in all, as most lines have, got 2 (cells separated by commas)',
    ],
    [
      'text for a number',
      'label,v0,v1\na,1,oops',
      'csv: line 2, column v1: expected a finite number, got "oops"',
    ],
    [
      'an empty cell',
      'label,v0,v1\na,,1',
      'csv: line 2, column v0: expected a finite number, got ""',
    ],
    ['NaN', '1 0 NaN', 'csv: line 1, column 2: expected a finite number, got "NaN"'],
    [
      'a number beyond float32',
      '1,1e39',
      'csv: line 1, column 1: expected a finite number, got "1e39"',
    ],
    [
      'labels without values',
      'a\nb',
      'csv: line 1: expected a label and values with tabs, semicolons, commas or white space between, got ["a"]',
    ],
  ])('refuses %s', async (_, text, message) => {
    await expect(csvDataset(text)).rejects.toThrow(FormatError);
    await expect(csvDataset(text)).rejects.toThrow(message);
  });

  it('refuses bytes that are no text', async () => {
    await expect(csvDataset(Uint8Array.of(0x31, 0xff, 0xfe))).rejects.toThrow(
      new FormatError('csv: line 1: expected text in UTF-8, got other bytes'),
    );
  });

  it('refuses columns that are not there', async () => {
    await expect(csvDataset(beats, { labelColumn: 'class' })).rejects.toThrow(
      new RangeError(
        'csvDataset: labelColumn: expected one of record, sample, label, v0, v1 or a number in [0, 5), got "class"',
      ),
    );
    await expect(csvDataset(ucr, { valueColumns: [3] })).rejects.toThrow(
      new RangeError('csvDataset: valueColumns: expected a number in [0, 3), got 3'),
    );
  });
});

describeWithData('ecg', () => {
  it('reads the heartbeats of MIT-BIH', async () => {
    const dataset = await csvDataset(readData('ecg/mitbih_test.csv.gz'));
    expect(dataset.length).toBe(3000);
    expect(dataset.inputShape).toEqual([128, 1]);
    expect(Array.from(dataset.raw(0).slice(0, 3))).toEqual([-14, -16, -16]);
  });

  it('reads the files of the UCR archive', async () => {
    const small = await csvDataset(readData('ecg/ECG200_TRAIN.txt'));
    expect([small.length, ...small.inputShape]).toEqual([100, 96, 1]);
    expect(small.classNames).toEqual(['-1', '1']);
    const large = await csvDataset(readData('ecg/ECG5000_TRAIN.txt.gz'));
    expect([large.length, ...large.inputShape]).toEqual([500, 140, 1]);
    expect(large.classNames).toEqual(['1', '2', '3', '4', '5']);
  });
});
