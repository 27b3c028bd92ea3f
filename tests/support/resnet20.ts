import {
  BatchNorm2d,
  Conv2d,
  GlobalAvgPool2d,
  Linear,
  Module,
  Sequential,
} from '../../src/layers/index.js';
import { pad } from '../../src/ops/copy/pad.js';
import { slice } from '../../src/ops/copy/rearrange.js';
import { relu } from '../../src/ops/map/activations.js';
import { add } from '../../src/ops/zip/functions.js';
import type { Tensor } from '../../src/tensor.js';

/** Two convolutions beside the identity; where the shape changes, beside every other pixel with channels of zeros around. */
class BasicBlock extends Module {
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly conv2: Conv2d;
  readonly bn2: BatchNorm2d;

  constructor(
    readonly inChannels: number,
    readonly channels: number,
    readonly stride: number,
  ) {
    super();
    this.conv1 = new Conv2d(inChannels, channels, 3, { stride, padding: 1, bias: false });
    this.bn1 = new BatchNorm2d(channels);
    this.conv2 = new Conv2d(channels, channels, 3, { padding: 1, bias: false });
    this.bn2 = new BatchNorm2d(channels);
  }

  override forward(x: Tensor): Tensor {
    const main = relu(this.bn1.forward(this.conv1.forward(x)));
    return relu(add(this.bn2.forward(this.conv2.forward(main)), this.#shortcut(x)));
  }

  #shortcut(x: Tensor): Tensor {
    if (this.inChannels === this.channels) return x;
    const zeros = (this.channels - this.inChannels) / 2;
    const [, height, width] = x.shape;
    const every2nd = slice(x, [0, 0], [height!, width!], { axes: [1, 2], steps: [2, 2] });
    return pad(every2nd, [
      [0, 0],
      [0, 0],
      [0, 0],
      [zeros, zeros],
    ]);
  }
}

const stage = (inChannels: number, channels: number, stride: number) =>
  new Sequential(
    new BasicBlock(inChannels, channels, stride),
    new BasicBlock(channels, channels, 1),
    new BasicBlock(channels, channels, 1),
  );

/** He et al. 2015 for CIFAR-10, with the names of akamaster/pytorch_resnet_cifar10. Input [N, 32, 32, 3]. */
export class ResNet20 extends Module {
  readonly conv1 = new Conv2d(3, 16, 3, { padding: 1, bias: false });
  readonly bn1 = new BatchNorm2d(16);
  readonly layer1 = stage(16, 16, 1);
  readonly layer2 = stage(16, 32, 2);
  readonly layer3 = stage(32, 64, 2);
  readonly pool = new GlobalAvgPool2d();
  readonly linear = new Linear(64, 10);

  override forward(x: Tensor): Tensor {
    const stem = relu(this.bn1.forward(this.conv1.forward(x)));
    const features = this.layer3.forward(this.layer2.forward(this.layer1.forward(stem)));
    return this.linear.forward(this.pool.forward(features));
  }
}
