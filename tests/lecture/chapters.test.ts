import { describe, expect, test, vi } from 'vitest';
import { classification } from '../../examples/lecture/classification.js';
import { threeDimensional } from '../../examples/lecture/colours.js';
import { learning } from '../../examples/lecture/learning.js';
import { wholeNetwork } from '../../examples/lecture/network.js';
import { oneDimensional } from '../../examples/lecture/one-dimensional.js';
import { twoDimensional } from '../../examples/lecture/pictures.js';
import { maxPooling } from '../../examples/lecture/pooling.js';
import { chapterText } from '../../examples/lecture/print.js';
import { regression } from '../../examples/lecture/regression.js';
import { capabilities } from '../../src/index.js';

const chapters = {
  oneDimensional,
  twoDimensional,
  threeDimensional,
  maxPooling,
  wholeNetwork,
  regression,
  classification,
  learning,
};

describe('the chapters', () => {
  test.each(Object.entries(chapters))('%s fits into a terminal and frees all', (_name, chapter) => {
    const before = capabilities().memory.bytesInUse;
    const text = chapterText(chapter(), 1);
    expect(capabilities().memory.bytesInUse).toBe(before);
    expect(text).not.toMatch(/NaN|undefined|Infinity|\[object/);
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  test('vectors are printed place under place, tables side by side', () => {
    const steps = {
      one: {
        text: 'Text.',
        values: { x: [0, -1, 1], long: [2, 3], n: 0.5, A: [[1], [-1]], B: [[7, 8]] },
        shift: { long: 1 },
      },
    };
    expect(chapterText({ title: 'Title', steps }, 3).split('\n')).toEqual([
      '3. Title',
      '════════',
      '',
      'Text.',
      '',
      '    x       0 −1  1',
      '    long       2  3',
      '    n      0.5',
      '',
      '    A      B',
      '     1     7 8',
      '    −1',
      '',
    ]);
  });

  test('examples/lecture.ts prints them all', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    try {
      await import('../../examples/lecture.js');
      expect(log.mock.calls.map(([text]) => Number.parseInt(String(text)))).toEqual([
        1, 2, 3, 4, 5, 6, 7, 8,
      ]);
    } finally {
      log.mockRestore();
    }
  });
});
