import { bytesOf, checkArity, wrongKind } from '../check.js';
import { FormatError } from '../errors.js';
import { rejectNonData } from './bytes.js';
import { Dataset } from './dataset.js';
import { maybeGunzip } from './gzip.js';

/** The classes of CIFAR-10 by label. */
export const CIFAR10_CLASSES: readonly string[] = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
];

const SIDE = 32;
const PLANE = SIDE * SIDE;
const IMAGE = 3 * PLANE;
const RECORD = 1 + IMAGE;

/**
 * A data set from files in CIFAR-10's binary format (cs.toronto.edu/~kriz/cifar.html: per image one
 * label byte, then 32×32 planes of red, green and blue), gzipped or plain, one after another;
 * the images become bytes [n, 32, 32, 3]. Throws a FormatError for a damaged file.
 */
export async function cifar10Dataset(files: readonly Uint8Array[]): Promise<Dataset> {
  checkArity('cifar10Dataset', arguments.length, 1);
  if (!Array.isArray(files)) throw wrongKind('cifar10Dataset', 'files', 'an array of files', files);
  if (files.length === 0) {
    throw new RangeError('cifar10Dataset: files: expected at least one, got none');
  }
  const all = files.map((file, i) => bytesOf('cifar10Dataset', `files[${i}]`, file));
  const plain = await Promise.all(all.map((bytes, i) => maybeGunzip(bytes, { name: `file ${i}` })));
  plain.forEach(checkFile);
  const count = plain.reduce((sum, bytes) => sum + bytes.length / RECORD, 0);
  const inputs = new Uint8Array(count * IMAGE);
  const labels = new Int32Array(count);
  let n = 0;
  for (const bytes of plain) {
    for (let at = 0; at < bytes.length; at += RECORD, n++) {
      labels[n] = bytes[at]!;
      const planes = bytes.subarray(at + 1, at + RECORD);
      interleave(planes, inputs.subarray(n * IMAGE, (n + 1) * IMAGE));
    }
  }
  return new Dataset({
    inputs,
    inputShape: [SIDE, SIDE, 3],
    labels,
    classNames: CIFAR10_CLASSES,
  });
}

function checkFile(bytes: Uint8Array, file: number): void {
  const name = `file ${file}`;
  rejectNonData('cifar10', name, bytes);
  const extra = bytes.length % RECORD;
  if (extra !== 0) {
    throw new FormatError(
      `cifar10: ${name}: length: expected a multiple of ${RECORD} bytes, got ${bytes.length}: ` +
        `${extra} bytes after ${(bytes.length - extra) / RECORD} whole images (truncated, or another format)`,
    );
  }
  for (let at = 0; at < bytes.length; at += RECORD) {
    if (bytes[at]! > 9) {
      throw new FormatError(
        `cifar10: ${name}: label: expected 0 to 9, got ${bytes[at]} for image ${at / RECORD}`,
      );
    }
  }
}

/** Planes [3, 1024] to pixels [1024, 3]. */
function interleave(planes: Uint8Array, pixels: Uint8Array): void {
  for (let i = 0; i < PLANE; i++) {
    pixels[3 * i] = planes[i]!;
    pixels[3 * i + 1] = planes[PLANE + i]!;
    pixels[3 * i + 2] = planes[2 * PLANE + i]!;
  }
}
