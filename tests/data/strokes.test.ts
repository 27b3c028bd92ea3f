import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Dataset, strokes } from '../../src/data/index.js';

function sha256(dataset: Dataset): string {
  const hash = createHash('sha256').update(Uint8Array.from(dataset.labels));
  for (let i = 0; i < dataset.length; i++) hash.update(dataset.raw(i));
  return hash.digest('hex');
}

/** Sum, centre of mass (in pixels from the corner) and bounding box of an image. */
function measure(image: ArrayLike<number>, size: number) {
  let [sum, x, y] = [0, 0, 0];
  let [left, right, top, bottom] = [size, -1, size, -1];
  for (let i = 0; i < image.length; i++) {
    const value = image[i]!;
    const [column, row] = [i % size, Math.floor(i / size)];
    sum += value;
    x += value * (column + 0.5);
    y += value * (row + 0.5);
    if (value < 64) continue;
    [left, right] = [Math.min(left, column), Math.max(right, column)];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
  }
  const extent = Math.max(right - left, bottom - top) + 1;
  return { mean: sum / image.length / 255, x: x / sum, y: y / sum, extent };
}

describe('strokes', () => {
  it('gives the same bits for a seed, on every engine and in every version', () => {
    expect(sha256(strokes({ count: 100, seed: 1 }))).toBe(
      '685704cbcc1109080443d1d6338308750b49a205efb9c507c87b483623f1f862',
    );
  });

  it('gives other images for another seed', () => {
    expect(sha256(strokes({ count: 10, seed: 2 }))).not.toBe(
      sha256(strokes({ count: 10, seed: 3 })),
    );
  });

  it('is balanced and shuffled', () => {
    const { labels, classNames } = strokes({ count: 1000, seed: 4 });
    const counts = new Array<number>(10).fill(0);
    for (const label of labels) counts[label]!++;
    expect(counts).toEqual(new Array<number>(10).fill(100));
    expect(new Set(labels.slice(0, 20)).size).toBeGreaterThan(5);
    expect(classNames).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  });

  it.each([28, 14, 56])('draws digits like those of MNIST, %d pixels wide', (size) => {
    const dataset = strokes({ count: 500, seed: 5, size });
    expect(dataset.inputShape).toEqual([size, size, 1]);
    let total = 0;
    for (let i = 0; i < dataset.length; i++) {
      const { mean, x, y, extent } = measure(dataset.raw(i), size);
      total += mean;
      expect(Math.abs(x - size / 2)).toBeLessThan(size / 14);
      expect(Math.abs(y - size / 2)).toBeLessThan(size / 14);
      expect(extent).toBeGreaterThan((17 / 28) * size);
      expect(extent).toBeLessThan((23 / 28) * size);
    }
    // MNIST: 0.1307.
    expect(total / dataset.length).toBeGreaterThan(0.11);
    expect(total / dataset.length).toBeLessThan(0.16);
  });

  it('uses the whole range of greys on a black ground', () => {
    const dataset = strokes({ count: 100, seed: 6 });
    const levels = new Set<number>();
    for (let i = 0; i < dataset.length; i++) {
      const image = dataset.raw(i);
      expect(image[0]).toBe(0);
      image.forEach((value) => levels.add(value));
    }
    expect(levels.size).toBeGreaterThan(200);
  });

  it('writes a digit in many ways', () => {
    const dataset = strokes({ count: 2000, seed: 7 });
    const images = new Set(Array.from(dataset.labels.keys(), (i) => dataset.raw(i).join()));
    expect(images.size).toBe(2000);
  });

  it('writes digits that can be told apart', () => {
    const [train, test] = strokes({ count: 4000, seed: 8 }).split(3500);
    const correct = Array.from(test.labels.keys()).filter(
      (i) => nearest(train, test.raw(i)) === test.labels[i],
    );
    expect(correct.length / test.length).toBeGreaterThan(0.9);
  });

  it.each([
    [{ count: 0, seed: 1 }, 'strokes: count: expected an integer in [1, 2739137], got 0'],
    [{ count: 1.5, seed: 1 }, 'strokes: count: expected an integer in [1, 2739137], got 1.5'],
    [{ count: NaN, seed: 1 }, 'strokes: count: expected an integer in [1, 2739137], got NaN'],
    [{ count: 1, seed: 1, size: 8 }, 'strokes: size: expected an integer in [12, 256], got 8'],
    [{ count: 1, seed: -1 }, 'strokes: seed: expected an integer in [0, 9007199254740991], got -1'],
    [
      { count: 1e12, seed: 1 },
      'strokes: count: expected an integer in [1, 2739137], got 1000000000000',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => strokes(options)).toThrow(new RangeError(message));
  });

  it.each([
    [[], 'strokes: options: expected { count, seed, size }, got undefined'],
    [[100], 'strokes: options: expected an object, got 100'],
    [[{ count: '5', seed: 1 }], 'strokes: count: expected an integer in [1, 2739137], got "5"'],
    [[{ count: 5, seed: 1, width: 28 }], 'strokes: options: expected count, seed, size, got width'],
    [[{ count: 5, seed: 1 }, 28], 'strokes: arguments: expected at most 1 argument, got 2'],
  ])('refuses arguments %j', (given, message) => {
    const call = strokes as (...given: unknown[]) => unknown;
    expect(() => call(...given)).toThrow(new TypeError(message));
  });
});

/** The label of the training image at the smallest distance. */
function nearest(train: Dataset, image: ArrayLike<number>): number | undefined {
  let [best, label] = [Infinity, -1];
  for (let i = 0; i < train.length; i++) {
    const other = train.raw(i);
    let distance = 0;
    for (let k = 0; k < other.length && distance < best; k++)
      distance += (other[k]! - image[k]!) ** 2;
    if (distance < best) [best, label] = [distance, train.labels[i]!];
  }
  return label;
}
