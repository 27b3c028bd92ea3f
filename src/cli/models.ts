import {
  Conv1d,
  Conv2d,
  Flatten,
  Linear,
  MaxPool1d,
  MaxPool2d,
  type Module,
  ReLU,
  Sequential,
} from '../index.js';
import { InputError } from './errors.js';

/** The models that `train` can build. */
export const MODELS = ['lenet', 'cifar'] as const;
export type ModelName = (typeof MODELS)[number];

interface Plan {
  /** Channels that each convolution puts out; each is followed by ReLU and a max pooling of 2. */
  readonly channels: readonly number[];
  readonly kernelSize: number;
  /** Widths of the dense layers before the last, each followed by ReLU. */
  readonly dense: readonly number[];
}

const PLANS: Readonly<Record<ModelName, Plan>> = {
  lenet: { channels: [8, 16], kernelSize: 5, dense: [] },
  cifar: { channels: [32, 64, 128], kernelSize: 3, dense: [128] },
};

/**
 * A convolutional network with initial weights from the library's generator: for pictures [height, width, channels],
 * or its 1-D analogue for series [length, channels].
 * @throws InputError for inputs that the poolings would leave nothing of
 */
export function buildModel(
  name: ModelName,
  inputShape: readonly number[],
  classes: number,
): Sequential {
  const { channels, kernelSize, dense } = PLANS[name];
  const spatial = inputShape.slice(0, -1);
  const least = 2 ** channels.length;
  if (spatial.length === 0 || spatial.length > 2 || spatial.some((size) => size < least)) {
    throw new InputError(
      `--model ${name}: expected pictures [height, width, channels] or series [length, channels] ` +
        `of at least ${least} along each axis, got [${inputShape.join(', ')}]`,
    );
  }
  const pooled = spatial.map((size) => Math.floor(size / least));
  const features = pooled.reduce((product, size) => product * size, channels.at(-1)!);
  const widths = [inputShape.at(-1)!, ...channels];
  const blocks = channels.flatMap((_, i) =>
    block(spatial.length, widths[i]!, widths[i + 1]!, kernelSize),
  );
  return new Sequential(...blocks, new Flatten(), ...denseLayers(features, dense, classes));
}

function block(
  axes: number,
  inChannels: number,
  outChannels: number,
  kernelSize: number,
): Module[] {
  const options = { padding: (kernelSize - 1) / 2 };
  return axes === 1
    ? [new Conv1d(inChannels, outChannels, kernelSize, options), new ReLU(), new MaxPool1d(2)]
    : [new Conv2d(inChannels, outChannels, kernelSize, options), new ReLU(), new MaxPool2d(2)];
}

function denseLayers(features: number, hidden: readonly number[], classes: number): Module[] {
  const widths = [features, ...hidden];
  return [
    ...hidden.flatMap((width, i) => [new Linear(widths[i]!, width), new ReLU()]),
    new Linear(widths.at(-1)!, classes),
  ];
}
