import {
  cifar10Dataset,
  csvDataset,
  type Dataset,
  FormatError,
  idxDataset,
  Random,
  strokes,
} from 'simdgrad';
import type { DataInfo, PickedFile } from './protocol.js';
import type { Settings } from './settings.js';

/** The data of a run, normalised with the statistics of the training part. */
export interface RunData {
  readonly name: string;
  readonly train: Dataset;
  readonly test: Dataset;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

const SHOWN_SAMPLES = 30;
/** Of data in one part, the share that is held out. */
const HELD_OUT = 1 / 6;

/** Digits that the library draws, as the command does, or what is in the files. @throws FormatError */
export async function loadData(settings: Settings, files: readonly PickedFile[]): Promise<RunData> {
  const parts = files.length > 0 ? await fromFiles(files) : drawStrokes(settings);
  const { mean, std } = parts.train.statistics();
  // A channel that never changes has nothing to be divided by.
  const statistics = { mean, std: std.map((value) => (value > 0 ? value : 1)) };
  return {
    name: parts.name,
    train: parts.train.normalise(statistics),
    test: parts.test.normalise(statistics),
    ...statistics,
  };
}

interface Parts {
  readonly name: string;
  readonly train: Dataset;
  readonly test: Dataset;
}

/** Two seeds from one, as in the command: no test picture is drawn as one of the training pictures was. */
function drawStrokes({ seed, trainSize, testSize }: Settings): Parts {
  const random = new Random(seed);
  const [trainSeed, testSeed] = [random.uint32(), random.uint32()];
  return {
    name: 'strokes',
    train: strokes({ count: trainSize, seed: trainSeed }),
    test: strokes({ count: testSize, seed: testSeed }),
  };
}

/** By their names: IDX pairs (MNIST), CIFAR-10's binary files, tables. */
async function fromFiles(files: readonly PickedFile[]): Promise<Parts> {
  const isTest = ({ name }: PickedFile) => /t10k|test/i.test(name);
  const [train, test] = [files.filter((file) => !isTest(file)), files.filter(isTest)];
  const first = train.length > 0 ? train : test;
  const read = readerOf(first);
  const name = first[0]!.name.replace(/\.gz$/, '');
  const whole = await read(first, undefined);
  if (train.length > 0 && test.length > 0) {
    return { name, train: whole, test: await read(test, whole.classNames) };
  }
  // Files are often sorted by class.
  const [testPart, trainPart] = whole.shuffle(new Random(0)).split(HELD_OUT);
  return { name, train: trainPart, test: testPart };
}

type Reader = (
  files: readonly PickedFile[],
  classNames: readonly string[] | undefined,
) => Promise<Dataset>;

function readerOf(files: readonly PickedFile[]): Reader {
  const some = (pattern: RegExp) => files.some(({ name }) => pattern.test(name));
  if (some(/\.(csv|tsv|txt)(\.gz)?$/i)) return readTable;
  if (some(/\.bin(\.gz)?$/i)) return (batches) => cifar10Dataset(batches.map(bytesOf));
  return readIdx;
}

const bytesOf = ({ bytes }: PickedFile) => bytes;

const readTable: Reader = ([file], classNames) =>
  csvDataset(file!.bytes, classNames ? { classNames } : {});

const readIdx: Reader = async (files, classNames) => {
  const images = files.find(({ name }) => /images|idx3/i.test(name));
  const labels = files.find(({ name }) => /labels|idx1/i.test(name));
  if (images && labels) {
    return idxDataset(images.bytes, labels.bytes, classNames ? { classNames } : {});
  }
  throw new FormatError(
    `files: expected MNIST's pair of images and labels, CIFAR-10's .bin files or a table (.csv), got ` +
      files.map(({ name }) => name).join(', '),
  );
};

/** What the page shows of them. */
export function describeData({ name, train, test }: RunData): DataInfo {
  const count = Math.min(SHOWN_SAMPLES, train.length);
  return {
    name,
    inputShape: train.inputShape,
    classNames: train.classNames,
    trainLength: train.length,
    testLength: test.length,
    samples: Array.from({ length: count }, (_, i) => ({
      values: train.raw(i).slice(),
      label: train.labels[i]!,
    })),
  };
}
