// Tables of numbers that are to be learnt of others.
import { expect, test } from 'vitest';
import { csvDataset, type CsvOptions } from '../../src/data/index.js';

const TABLE = 'id,speed,angle,range,time\n0,1,0.5,10,2\n1,2,0.25,20,3\n2,3,0,30,4\n';

test('columns that are told are targets; the others, but numbers of rows, are measurements', async () => {
  const data = await csvDataset(TABLE, { targetColumns: ['range', 'time'] });
  expect([data.inputShape, data.targetShape, data.classNames]).toEqual([[2], [2], []]);
  const { inputs, targets } = data.batch([2, 0]);
  expect(inputs).toEqual(Float32Array.of(3, 0, 1, 0.5));
  expect(targets).toEqual(Float32Array.of(30, 4, 10, 2));
  // Each column has statistics of its own.
  expect(data.statistics().mean).toEqual([2, 0.25]);
});

test('by their number, without a header, beside columns that are told too', async () => {
  const data = await csvDataset('5;1,5;2\n6;2,5;3\n', { targetColumns: [0], valueColumns: [2, 1] });
  expect(data.batch([0, 1])).toMatchObject({
    inputs: Float32Array.of(2, 1.5, 3, 2.5),
    targets: Float32Array.of(5, 6),
    targetShape: [2, 1],
  });
});

test.each<[CsvOptions, string]>([
  [
    { targetColumns: ['height'] },
    'csvDataset: targetColumns: expected one of id, speed, angle, range, time or a number in [0, 5), got "height"',
  ],
  [{ targetColumns: [] }, 'csvDataset: targetColumns: expected an array of columns, got []'],
  [
    { targetColumns: [1], labelColumn: 2 },
    'csvDataset: labelColumn: expected none beside targetColumns, got 2',
  ],
])('%j: a sentence', async (options, message) => {
  const call = csvDataset(TABLE, { header: true, ...options });
  await expect(call).rejects.toThrow(message);
});
