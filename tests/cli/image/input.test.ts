import { describe, expect, it } from 'vitest';
import { describePlain, imageToInput, type Image } from '../../../src/cli/image.js';

const image = (width: number, height: number, channels: 1 | 3 | 4, data: number[]): Image => ({
  width,
  height,
  channels,
  data: Uint8Array.from(data),
});

describe('imageToInput', () => {
  const options = (width: number, height: number, channels = 1) => ({ width, height, channels });
  const grey = (width: number, height: number, data: number[]) => image(width, height, 1, data);

  it('keeps a picture of the right size as it is, in 0..1', () => {
    const values = imageToInput(grey(2, 2, [0, 51, 102, 255]), options(2, 2));
    expect(values).toEqual(Float32Array.of(0, 0.2, 0.4, 1));
  });

  it('converts between grey and RGB, by Rec. 601', () => {
    const rgb = image(1, 1, 3, [255, 0, 0]);
    expect(imageToInput(rgb, options(1, 1))[0]).toBeCloseTo(0.299, 6);
    expect(imageToInput(rgb, options(1, 1, 3))).toEqual(Float32Array.of(1, 0, 0));
    expect(imageToInput(grey(1, 1, [51]), options(1, 1, 3))).toEqual(
      Float32Array.of(0.2, 0.2, 0.2),
    );
  });

  it('lays transparency over white', () => {
    const values = imageToInput(image(2, 1, 4, [0, 0, 0, 0, 0, 0, 0, 51]), options(2, 1));
    expect(values[0]).toBe(1);
    expect(values[1]).toBeCloseTo(0.8, 6);
  });

  it('averages areas when it shrinks, fractions included', () => {
    expect(imageToInput(grey(4, 1, [0, 255, 255, 255]), options(2, 1))).toEqual(
      Float32Array.of(0.5, 1),
    );
    // 3 → 2: the middle sample counts half on either side.
    const [left, right] = imageToInput(grey(3, 1, [255, 0, 0]), options(2, 1));
    expect(left).toBeCloseTo(2 / 3, 6);
    expect(right).toBe(0);
  });

  it('interpolates when it grows, with half-pixel centres and repeated edges', () => {
    expect(imageToInput(grey(2, 1, [0, 255]), options(4, 1))).toEqual(
      Float32Array.of(0, 0.25, 0.75, 1),
    );
  });

  it('shrinks one axis while the other grows, channels apart', () => {
    const wide = image(4, 1, 3, [255, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 255]);
    const values = imageToInput(wide, options(2, 2, 3));
    expect(values).toEqual(Float32Array.of(1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1));
  });

  it('keeps the mean and a flat picture flat, whatever the sizes', () => {
    for (let size = 1; size <= 40; size++) {
      const flat = imageToInput(grey(7, 5, new Array<number>(35).fill(255)), options(size, size));
      expect(Math.max(...flat)).toBeCloseTo(1, 6);
      expect(Math.min(...flat)).toBeCloseTo(1, 6);
    }
  });

  it('inverts always, never, or where a grey border is bright', () => {
    const paper = grey(3, 3, [255, 255, 255, 255, 0, 255, 255, 255, 255]);
    const board = grey(3, 3, [0, 0, 0, 0, 255, 0, 0, 0, 0]);
    const centre = (from: Image, invert: 'auto' | boolean, channels = 1) =>
      imageToInput(from, { ...options(3, 3, channels), invert })[4 * channels];
    expect(centre(paper, 'auto')).toBe(1);
    expect(centre(board, 'auto')).toBe(1);
    expect(centre(paper, 'auto', 3)).toBe(0);
    expect(centre(board, true)).toBe(0);
    expect(centre(paper, false)).toBe(0);
  });

  it('refuses sizes and channels that no model has', () => {
    const dot = grey(1, 1, [0]);
    expect(() => imageToInput(dot, options(0, 4))).toThrow(
      new RangeError('imageToInput: width: expected a positive integer, got 0'),
    );
    expect(() => imageToInput(dot, options(4, 4, 2))).toThrow(
      new RangeError('imageToInput: channels: expected 1 or 3, got 2'),
    );
  });
});

describe('describePlain', () => {
  const size = { height: 4, width: 4 };
  const describe1 = (from: Image, channels: number) => {
    const options = { ...size, channels };
    return describePlain(imageToInput(from, options), options);
  };
  const filled = (channels: 1 | 3 | 4, pixel: number[]) =>
    image(7, 5, channels, new Array<number[]>(35).fill(pixel).flat());

  it('says the colour of a picture that has no other', () => {
    expect(describe1(filled(3, [0, 45, 127]), 3)).toBe(
      'one plain colour after preparation: RGB 0, 45, 127 in all of 4x4 pixels',
    );
    expect(describe1(filled(1, [200]), 1)).toBe(
      'one plain colour after preparation: grey 200 in all of 4x4 pixels',
    );
    const invertible = { ...size, channels: 1, invert: 'auto' } as const;
    expect(describePlain(imageToInput(filled(1, [255]), invertible), invertible)).toMatch(
      /grey 0 /,
    );
  });

  it('sees what is only there in the file: white ink on nothing, colours of equal brightness', () => {
    const ink = image(2, 1, 4, [255, 255, 255, 0, 255, 255, 255, 255]);
    expect(describe1(ink, 3)).toMatch(/RGB 255, 255, 255/);
    const equal = image(2, 1, 3, [100, 0, 0, 0, 51, 0]);
    expect(describe1(equal, 1)).toMatch(/grey 30/);
    expect(describe1(equal, 3)).toBeUndefined();
  });

  it('says nothing of a picture with one pixel that differs by a level, nor of a single pixel', () => {
    const nearly = image(4, 4, 1, [...new Array<number>(15).fill(9), 10]);
    expect(describe1(nearly, 1)).toBeUndefined();
    const dot = { height: 1, width: 1, channels: 3 };
    expect(describePlain(imageToInput(filled(3, [1, 2, 3]), dot), dot)).toBeUndefined();
  });
});
