// Models whose ONNX files onnx.checker and ONNX Runtime have taken (tests/golden/onnx_export.py).
import {
  concat,
  Conv2d,
  ConvTranspose2d,
  Dropout,
  Flatten,
  Linear,
  manualSeed,
  maxPool2d,
  MaxPool2d,
  Module,
  relu,
  ReLU,
  Sequential,
  type Tensor,
} from '../../src/index.js';
import type { SaveOnnxOptions } from '../../src/onnx/export/save-onnx.js';
import { NETS } from '../formats/nets.js';
import { ResNet20 } from '../support/resnet20.js';

/** A U-Net of one level. */
export class UNet extends Module {
  readonly down = new Conv2d(3, 8, 3, { padding: 1 });
  readonly middle = new Conv2d(8, 16, 3, { padding: 1 });
  readonly up = new ConvTranspose2d(16, 8, 2, { stride: 2 });
  readonly join = new Conv2d(16, 8, 3, { padding: 1 });
  readonly out = new Conv2d(8, 2, 1);

  override forward(x: Tensor): Tensor {
    const down = relu(this.down.forward(x));
    const up = this.up.forward(relu(this.middle.forward(maxPool2d(down, 2))));
    return this.out.forward(relu(this.join.forward(concat([down, up], -1))));
  }
}

export const lenet = () =>
  new Sequential(
    new Conv2d(1, 6, 5, { padding: 2 }),
    new ReLU(),
    new MaxPool2d(2),
    new Conv2d(6, 16, 5),
    new ReLU(),
    new MaxPool2d(2),
    new Flatten(),
    new Dropout(0.5),
    new Linear(400, 120),
    new ReLU(),
    new Linear(120, 10),
  );

export interface ExportedModel {
  readonly name: string;
  /** Seeded: the weights are the same each time. */
  readonly make: () => Module;
  /** Of an input of one example. */
  readonly shape: readonly number[];
  /** Inputs are integers below this. */
  readonly words?: number | undefined;
  readonly options: SaveOnnxOptions;
}

const seeded = (make: () => Module) => () => {
  manualSeed(17);
  return make();
};

/** Nets that hold every layer, in both layouts and for the first and the last version of the ops; some real ones. */
export function exportedModels(): ExportedModel[] {
  const layers = NETS.flatMap(([make, shape, words], i) =>
    [{ layout: 'NCHW' }, { layout: 'NHWC', opset: 21 }].map((options) => ({
      name: `layers ${i} ${options.layout}`,
      make: seeded(make),
      shape,
      words,
      options: options as SaveOnnxOptions,
    })),
  );
  const picture = [1, 32, 32, 3];
  return [
    ...layers,
    { name: 'LeNet', make: seeded(lenet), shape: [1, 28, 28, 1], options: {} },
    { name: 'U-Net', make: seeded(() => new UNet()), shape: picture, options: {} },
    {
      name: 'U-Net NHWC',
      make: seeded(() => new UNet()),
      shape: picture,
      options: { layout: 'NHWC' },
    },
    { name: 'ResNet-20', make: seeded(() => new ResNet20()), shape: picture, options: {} },
    {
      name: 'ResNet-20 float16',
      make: seeded(() => new ResNet20()),
      shape: picture,
      options: { float16: true, dynamicBatch: false },
    },
  ];
}
