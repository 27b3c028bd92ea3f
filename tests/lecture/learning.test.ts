// Every number of these chapters against one worked out by hand; the comments say how.
import { beforeAll, describe, expect, test } from 'vitest';
import { learning } from '../../examples/lecture/learning.js';
import { expectClose } from '../support/compare.js';

describe('learning', () => {
  let steps: ReturnType<typeof learning>['steps'];
  beforeAll(() => {
    ({ steps } = learning());
  });

  test('the task: 824 of 1024 signals have a lone 1', () => {
    // Signals of n bits without one: a(n) = 2 a(n − 1) − a(n − 2) + a(n − 3) (OEIS A005251), so
    // 1, 1, 2, 4, 7, 12, 21, 37, 65, 114, 200 for n = 0 … 10. Parameters: 3 + 1 for the filter, 2 + 2 for the
    // dense layer.
    expect(steps.task.values).toEqual({ signals: 1024, 'with a lone 1': 824, parameters: 8 });
  });

  test('descent answers all signals correctly', () => {
    const [, first, ...later] = steps.training.values.training;
    // all start weights are positive, so each signal but 0 … 0 gives a "yes": right for the 824 and for that one
    expect(first!.slice(2)).toEqual([825]);
    for (const [, , right] of later) expect(right).toBe(1024);
    const losses = [first!, ...later].map(([, loss]) => Number(loss));
    expect(losses).toEqual([...losses].sort((a, b) => b - a));
    expect(losses.at(-1)).toBeLessThan(0.01);
  });

  test('with a multiple of the filter [−1, 1, −1]', () => {
    const { learned, bias } = steps.filter.values;
    const scale = learned[1]!;
    expect(scale).toBeGreaterThan(1);
    const scaled = [...learned, bias].map((weight) => weight / scale);
    expectClose(scaled, [-1, 1, -1, 0], { relative: 0.02, label: 'learned / scale' });
  });

  test('but not from every start', () => {
    expect(steps.otherStart.values['right of 1024']).toBeLessThan(1024);
  });
});
