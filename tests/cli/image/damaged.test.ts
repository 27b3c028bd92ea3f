import { describe, expect, it } from 'vitest';
import { decodeImage, type Image } from '../../../src/cli/image.js';
import { fuzz, MUTANTS } from '../../support/fuzz.js';
import { corpusFile, withChecksums } from './files.js';

function checkPicture(value: unknown): void {
  const { width, height, channels, data } = value as Image;
  if (data.length !== width * height * channels) throw new Error('a picture of another size');
}

/** Reasons are in our words: none is left to the backstop for errors that nobody has foreseen. */
const check = {
  answer: checkPicture,
  error: {
    name: /^FormatError$/,
    message:
      /^decodeImage: fuzz: expected a (PNG or JPEG|PNG|JPEG) picture, got (an? (?!\w+Error)|JSON|text|one (?!that cannot be decoded))/,
  },
};

const read = (bytes: Uint8Array) => decodeImage(bytes, 'fuzz');

describe('a damaged file is another picture or an error in our words, within a second', () => {
  const timeout = 300_000;

  it('a PNG', { timeout }, async () => {
    await fuzz(corpusFile('png/palette-8-key-adam7.png'), MUTANTS, 1, read, check);
  });

  // With its checksums mended a damaged chunk gets past them.
  it.each(['grey-4-key-adam7', 'rgb-8-33x17'])(
    'a PNG with valid checksums: %s',
    { timeout },
    async (name) => {
      const file = corpusFile(`png/${name}.png`);
      await fuzz(file, MUTANTS, 2, (bytes) => read(withChecksums(bytes)), check);
    },
  );

  it.each(['ycc-420', 'restart-row', 'exif-6-little'])('a JPEG: %s', { timeout }, async (name) => {
    await fuzz(corpusFile(`jpeg/${name}.jpg`), MUTANTS, 3, read, check);
  });
});

describe('a file that was cut off', () => {
  it.each(['png/rgb-8-3x5.png', 'jpeg/ycc-420.jpg', 'jpeg/ycc-420-progressive.jpg'])(
    'is refused wherever: %s',
    (name) => {
      const file = corpusFile(name);
      for (let length = 0; length < file.length; length++) {
        expect(() => decodeImage(file.subarray(0, length), 'cut')).toThrow(
          /^decodeImage: cut: expected .* picture, got (one truncated(:| after) |an? )/,
        );
      }
    },
  );
});
