import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { checkArity, wrongKind } from '../check.js';
import { describe, shorten } from '../describe.js';
import {
  cifar10Dataset,
  csvDataset,
  type Dataset,
  DIGITS,
  FormatError,
  idxDataset,
} from '../index.js';
import { checkOptions } from '../options.js';
import {
  cachedFile,
  checkDownloadOptions,
  defaultCacheDir,
  DOWNLOAD_OPTIONS,
  type DownloadOptions,
} from './cache.js';

/** Where to find a data set, and how to fetch it. */
export interface LoadDatasetOptions extends DownloadOptions {
  /** Keeps downloads, a folder per data set; see `defaultCacheDir` for what stands unless given. */
  readonly cacheDir?: string;
  /** The address of a folder to download from instead of the usual servers. */
  readonly baseUrl?: string;
}

/** A data set in its usual two parts. */
export interface LoadedDataset {
  readonly train: Dataset;
  readonly test: Dataset;
}

type IdxFile =
  | 'train-images-idx3-ubyte'
  | 'train-labels-idx1-ubyte'
  | 't10k-images-idx3-ubyte'
  | 't10k-labels-idx1-ubyte';

interface IdxSource {
  readonly mirrors: readonly string[];
  readonly classNames: readonly string[];
  readonly sha256: Readonly<Record<IdxFile, string>>;
}

const FASHION_CLASSES = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];

const IDX_SOURCES: Readonly<Record<string, IdxSource>> = {
  mnist: {
    mirrors: [
      'https://ossci-datasets.s3.amazonaws.com/mnist/',
      'https://storage.googleapis.com/cvdf-datasets/mnist/',
    ],
    classNames: DIGITS,
    sha256: {
      'train-images-idx3-ubyte': '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
      'train-labels-idx1-ubyte': '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
      't10k-images-idx3-ubyte': '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
      't10k-labels-idx1-ubyte': 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
    },
  },
  'fashion-mnist': {
    mirrors: ['http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/'],
    classNames: FASHION_CLASSES,
    sha256: {
      'train-images-idx3-ubyte': '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
      'train-labels-idx1-ubyte': 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
      't10k-images-idx3-ubyte': '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
      't10k-labels-idx1-ubyte': '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
    },
  },
};

const CIFAR10_PAGE = 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz';

/**
 * The training and the test part of a data set:
 * - `mnist`, `fashion-mnist`: the four original files, downloaded once, checked by sha256;
 * - `cifar10`: from `<cacheDir>/cifar10`, where the binary version has to be unpacked by hand;
 * - a directory, or `directory/prefix` where it holds several sets: IDX files by their usual names,
 *   CIFAR-10 binary (`data_batch_*.bin` or `train*.bin`, `test*.bin`) or tables of series
 *   (`*train*.csv`, `*test*.csv`, also .tsv and .txt), each plain or with `.gz`. Labels of QMNIST are read by
 *   their first column, the class.
 *
 * Throws a DownloadError where the network fails and a FormatError for files that are missing,
 * ambiguous or damaged.
 */
export async function loadDataset(
  name: string,
  options: LoadDatasetOptions = {},
): Promise<LoadedDataset> {
  checkArity('loadDataset', arguments.length, 2);
  checkText('name', name);
  checkOptions('loadDataset', options, ['cacheDir', 'baseUrl', ...DOWNLOAD_OPTIONS]);
  checkDownloadOptions('loadDataset', options);
  if (options.cacheDir !== undefined) checkText('cacheDir', options.cacheDir);
  if (options.baseUrl !== undefined) checkText('baseUrl', options.baseUrl);
  const source = Object.hasOwn(IDX_SOURCES, name) ? IDX_SOURCES[name] : undefined;
  if (source) return loadRemoteIdx(name, source, options);
  if (name === 'cifar10') return loadCachedCifar10(options);
  return loadDirectory(name);
}

function checkText(argument: string, value: string): void {
  if (typeof value === 'string' && value !== '') return;
  throw wrongKind('loadDataset', argument, 'a text that is not empty', value);
}

async function loadRemoteIdx(
  name: string,
  { mirrors, classNames, sha256 }: IdxSource,
  { cacheDir = defaultCacheDir(), baseUrl, ...options }: LoadDatasetOptions,
): Promise<LoadedDataset> {
  const folders = baseUrl === undefined ? mirrors : [baseUrl.replace(/\/*$/, '/')];
  const load = (file: IdxFile) => {
    const remote = { name: `${file}.gz`, sha256: sha256[file], mirrors: folders };
    return cachedFile(remote, join(cacheDir, name), options);
  };
  const part = async (images: IdxFile, labels: IdxFile) =>
    idxDataset(await load(images), await load(labels), { classNames });
  return {
    train: await part('train-images-idx3-ubyte', 'train-labels-idx1-ubyte'),
    test: await part('t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'),
  };
}

async function loadCachedCifar10({
  cacheDir = defaultCacheDir(),
}: LoadDatasetOptions): Promise<LoadedDataset> {
  const folder = join(cacheDir, 'cifar10');
  if (await isDirectory(folder)) return loadDirectory(folder);
  throw new FormatError(
    `loadDataset: cifar10: expected its files in ${folder}, got no such folder: download ` +
      `${CIFAR10_PAGE} and unpack its .bin files there`,
  );
}

async function loadDirectory(path: string): Promise<LoadedDataset> {
  const whole = await isDirectory(path);
  const folder = whole ? path : dirname(path);
  const prefix = whole ? '' : basename(path);
  if (!whole && !(await isDirectory(folder))) {
    const known = [...Object.keys(IDX_SOURCES), 'cifar10'].join(', ');
    throw new FormatError(
      `loadDataset: name: expected ${known} or a directory, got ${describe(path)}`,
    );
  }
  const files = (await readdir(folder)).filter((file) => file.startsWith(prefix)).sort();
  const set = new Folder(path, folder, files);
  for (const recognise of [loadIdx, loadCifar10, loadTables]) {
    const loaded = await recognise(set);
    if (loaded) return loaded;
  }
  throw new FormatError(
    `loadDataset: ${path}: expected IDX, CIFAR-10 binary or CSV files for training and test, got ` +
      (shorten(files.join(', ')) || 'no files'),
  );
}

/** The files of a directory that may belong to a data set. */
class Folder {
  constructor(
    readonly path: string,
    readonly folder: string,
    readonly files: readonly string[],
  ) {}

  find(pattern: RegExp): string[] {
    return this.files.filter((file) => pattern.test(file));
  }

  /** The one file of this kind; a FormatError for several. */
  only(pattern: RegExp): string | undefined {
    const found = this.find(pattern);
    if (found.length <= 1) return found[0];
    throw new FormatError(
      `loadDataset: ${this.path}: expected one file for each part, got ${shorten(found.join(', '))}: ` +
        `add the beginning of the names of one set, as in ${join(this.folder, prefixOf(found[0]!))}`,
    );
  }

  /** Runs a reader over the bytes of some files, naming them in its FormatErrors. */
  async read<T>(files: readonly string[], reader: (bytes: Uint8Array[]) => Promise<T>): Promise<T> {
    try {
      return await reader(await Promise.all(files.map((file) => this.#bytesOf(file))));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      const paths = files.map((file) => join(this.folder, file)).join(', ');
      throw new FormatError(`${error.message} (${paths})`, { cause: error });
    }
  }

  async #bytesOf(file: string): Promise<Uint8Array> {
    return readFile(join(this.folder, file)).catch((cause: Error) => {
      throw new FormatError(`loadDataset: cannot read a file: ${cause.message}`, { cause });
    });
  }
}

async function loadIdx(folder: Folder): Promise<LoadedDataset | undefined> {
  const names = [
    /train-images[.-]idx\d-ubyte(\.gz)?$/,
    /train-labels[.-]idx\d-(ubyte|int)(\.gz)?$/,
    /(t10k|test)-images[.-]idx\d-ubyte(\.gz)?$/,
    /(t10k|test)-labels[.-]idx\d-(ubyte|int)(\.gz)?$/,
  ].map((pattern) => folder.only(pattern));
  const [trainImages, trainLabels, testImages, testLabels] = names;
  if (names.every((name) => name === undefined)) return undefined;
  if (!trainImages || !trainLabels || !testImages || !testLabels) {
    throw new FormatError(
      `loadDataset: ${folder.path}: expected images and labels of train and t10k, got only ` +
        names.filter((name) => name !== undefined).join(', '),
    );
  }
  const train = await folder.read([trainImages, trainLabels], ([images, labels]) =>
    idxDataset(images!, labels!),
  );
  const { classNames } = train;
  const test = await folder.read([testImages, testLabels], ([images, labels]) =>
    idxDataset(images!, labels!, { classNames }),
  );
  return { train, test };
}

async function loadCifar10(folder: Folder): Promise<LoadedDataset | undefined> {
  const train = folder.find(/^(data_batch_|train).*\.bin(\.gz)?$/);
  const test = folder.find(/^test.*\.bin(\.gz)?$/);
  if (train.length === 0 || test.length === 0) return undefined;
  return {
    train: await folder.read(train, cifar10Dataset),
    test: await folder.read(test, cifar10Dataset),
  };
}

async function loadTables(folder: Folder): Promise<LoadedDataset | undefined> {
  const trainFile = folder.only(/train.*\.(csv|tsv|txt)(\.gz)?$/i);
  const testFile = folder.only(/test.*\.(csv|tsv|txt)(\.gz)?$/i);
  if (trainFile === undefined || testFile === undefined) return undefined;
  const train = await folder.read([trainFile], ([table]) => csvDataset(table!));
  const { classNames } = train;
  const test = await folder.read([testFile], ([table]) => csvDataset(table!, { classNames }));
  return { train, test };
}

function prefixOf(file: string): string {
  return file.replace(/[_.-]?(train|test).*$/i, '');
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
