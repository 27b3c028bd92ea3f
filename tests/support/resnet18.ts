import {
  AvgPool2d,
  Conv2d,
  Linear,
  MaxPool2d,
  Module,
  ReLU,
  Sequential,
} from '../../src/layers/index.js';
import { add } from '../../src/ops/zip/functions.js';
import { flatten } from '../../src/ops/reshape.js';
import type { Tensor } from '../../src/tensor.js';

/** Two 3x3 convolutions beside the identity, or a 1x1 convolution where the shape changes. */
export class ResidualBlock extends Module {
  readonly main: Sequential;
  readonly shortcut: Conv2d | undefined;
  readonly relu = new ReLU();

  constructor(inChannels: number, outChannels: number, stride = 1) {
    super();
    this.main = new Sequential(
      new Conv2d(inChannels, outChannels, 3, { stride, padding: 1 }),
      new ReLU(),
      new Conv2d(outChannels, outChannels, 3, { padding: 1 }),
    );
    if (stride !== 1 || inChannels !== outChannels) {
      this.shortcut = new Conv2d(inChannels, outChannels, 1, { stride });
    }
  }

  override forward(x: Tensor): Tensor {
    const main = this.main.forward(x);
    return this.relu.forward(add(main, this.shortcut ? this.shortcut.forward(x) : x));
  }
}

/** He et al. 2015, with the batch normalizations folded into the convolutions. Input [N, 224, 224, 3]. */
export class ResNet18 extends Module {
  readonly features = new Sequential(
    new Conv2d(3, 64, 7, { stride: 2, padding: 3 }),
    new ReLU(),
    new MaxPool2d(3, { stride: 2, padding: 1 }),
    ...[new ResidualBlock(64, 64), new ResidualBlock(64, 64)],
    ...[new ResidualBlock(64, 128, 2), new ResidualBlock(128, 128)],
    ...[new ResidualBlock(128, 256, 2), new ResidualBlock(256, 256)],
    ...[new ResidualBlock(256, 512, 2), new ResidualBlock(512, 512)],
    new AvgPool2d(7),
  );
  readonly classifier = new Linear(512, 1000);

  override forward(x: Tensor): Tensor {
    return this.classifier.forward(flatten(this.features.forward(x)));
  }
}
