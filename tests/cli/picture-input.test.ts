import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/cli/errors.js';
import { covering, onWhite, pictureOptions } from '../../src/cli/picture-input.js';
import {
  parseLayout,
  parseMean,
  parseSize,
  parseStd,
  parseTop,
} from '../../src/cli/picture-options.js';

const input = (shape: (number | null)[] | undefined, dtype = 'float32') =>
  ({ name: 'x', shape, dtype }) as Parameters<typeof pictureOptions>[0];

describe('pictures for a model of another library', () => {
  it.each([
    [[1, 3, 224, 192], {}, { channels: 'RGB', layout: 'NCHW', centerCrop: [224, 192] }],
    [[null, 224, 192, 3], {}, { channels: 'RGB', layout: 'NHWC', centerCrop: [224, 192] }],
    [[null, 1, 28, 28], {}, { channels: 'gray', layout: 'NCHW', centerCrop: [28, 28] }],
    [[null, 28, 28, 1], {}, { channels: 'gray', layout: 'NHWC', centerCrop: [28, 28] }],
    [[null, 3, null, null], { size: [32, 48] }, { layout: 'NCHW', centerCrop: [32, 48] }],
    [[1, 3, 8, 3], { layout: 'NCHW' }, { layout: 'NCHW', centerCrop: [8, 3] }],
    [undefined, { size: [9, 9] }, { channels: 'RGB', layout: 'NHWC', centerCrop: [9, 9] }],
    [[1, 8, 8, 3], { mean: [0.5], std: [1, 2, 4] }, { mean: [0.5, 0.5, 0.5], std: [1, 2, 4] }],
  ] as const)('of shape %j with %j', (shape, given, expected) => {
    const options = pictureOptions(input(shape as (number | null)[] | undefined), 'net', given);
    expect(options).toMatchObject(expected);
  });

  it('stay bytes where the model is quantised', () => {
    expect(pictureOptions(input([1, 8, 8, 3], 'uint8'), 'net', {})).toMatchObject({
      scale: 1,
      mean: 0,
    });
    expect(pictureOptions(input([1, 8, 8, 3], 'int8'), 'net', {})).toMatchObject({
      scale: 1,
      mean: 128,
    });
  });

  it.each([
    [[1, 8, 8, 4], {}, /net: expected pictures of 1 or 3 channels, got 4 in \[1, 8, 8, 4\]/],
    [[1, 3, null, null], {}, /net: expected the size of pictures, .*say it with --size/],
    [[1, 3, 8, 9], { size: [8, 8] }, /--size 8,8 contradicts net, whose width is 9/],
    [
      [1, 3, 8, 8],
      { mean: [1, 2] },
      /--mean: expected a number, or 3, one for each channel, got 2/,
    ],
  ] as const)('of shape %j with %j are refused', (shape, given, message) => {
    const call = () => pictureOptions(input(shape as unknown as number[]), 'net', given);
    expect(call).toThrow(InputError);
    expect(call).toThrow(message);
  });

  // torchvision's rule where the sides are equal: the longer one is int(size * long / short).
  it.each([
    [{ height: 480, width: 640 }, [224, 224], [224, 298]],
    [{ height: 641, width: 480 }, [224, 224], [299, 224]],
    [{ height: 100, width: 100 }, [50, 100], [100, 100]],
    [{ height: 100, width: 400 }, [50, 100], [50, 200]],
    [{ height: 3, width: 1 }, [2, 2], [6, 2]],
  ] as const)('%j is made to cover %j', (size, sides, expected) => {
    expect(covering({ ...size, data: new Uint8Array(0) }, sides)).toEqual(expected);
  });

  it('have white behind what is transparent', () => {
    const data = Uint8Array.of(10, 20, 30, 255, 10, 20, 30, 0, 0, 100, 255, 51);
    const picture = onWhite({ width: 3, height: 1, channels: 4, data });
    expect(Array.from(picture.data)).toEqual([10, 20, 30, 255, 255, 255, 204, 224, 255]);
  });
});

describe('options', () => {
  it('are read', () => {
    expect(parseMean('0.485,0.456, -1')).toEqual([0.485, 0.456, -1]);
    expect(parseStd('0.5')).toEqual([0.5]);
    expect(parseSize('224')).toEqual([224, 224]);
    expect(parseSize('192,256')).toEqual([192, 256]);
    expect(parseLayout('nchw')).toBe('NCHW');
    expect(parseTop('5')).toBe(5);
  });

  it.each([
    [parseMean, '1,,2', /--mean: expected numbers with commas/],
    [parseStd, '1,0', /--std: expected numbers with commas, above 0/],
    [parseSize, '0', /--size: expected numbers with commas, whole numbers/],
    [parseSize, '1,2,3', /--size: expected one number or height,width, got 3/],
    [parseLayout, 'HWC', /--layout: expected NHWC or NCHW, got 'HWC'/],
    [parseTop, '0', /--top: expected an integer from 1, got '0'/],
  ])('%o refuses %j', (parse, text, message) => {
    expect(() => parse(text)).toThrow(InputError);
    expect(() => parse(text)).toThrow(message);
  });
});
