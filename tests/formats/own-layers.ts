// Classes of a user's own, in every shape that a net is built of.
import {
  add,
  buffer,
  concat,
  Conv2d,
  Flatten,
  Linear,
  Module,
  parameter,
  ReLU,
  Sequential,
  type Tensor,
  tensor,
} from '../../src/index.js';

/** x + body(x). */
export class Residual extends Module {
  static readonly signature: string = 'Residual(body)';
  constructor(readonly body: Module) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return add(x, this.body.forward(x));
  }
}

/** Branches over the same input, side by side, in an array; with layers, a parameter and constants of its own. */
export class Branches extends Module {
  static readonly signature: string = 'Branches(channels, { count, scale })';
  // Before its own parameter, which is saved first all the same.
  readonly branches: Module[];
  readonly bias: Tensor;
  readonly seen = buffer([1], 0);
  readonly constant: Tensor;
  readonly count: number;
  readonly scale: number | undefined;

  constructor(
    readonly channels: number,
    { count = 2, scale }: { count?: number; scale?: number } = {},
  ) {
    super();
    this.count = count;
    this.scale = scale;
    this.branches = Array.from(
      { length: count },
      (_, i) => new Conv2d(channels, 1 + i, 3, { padding: 'same' }),
    );
    this.bias = parameter([channels, 1], (weight) => weight.assign(new Float32Array(channels)));
    this.constant = tensor([scale ?? 1]);
    // As initialisers of one's own do.
    this.branches[0]!.parameters()[0]!.assign(new Float32Array(9 * channels).fill(0.01));
  }

  override forward(x: Tensor): Tensor {
    if (this.training) this.seen.assign([this.seen.item() + 1]);
    return concat(
      this.branches.map((branch) => branch.forward(x)),
      3,
    );
  }
}

/** A layer that is applied twice, with the same weights. */
export class Twice extends Module {
  static readonly signature: string = 'Twice(layer, { activation })';
  constructor(
    readonly layer: Module,
    { activation }: { activation?: Module } = {},
  ) {
    super();
    this.activation = activation;
  }

  readonly activation: Module | undefined;

  override forward(x: Tensor): Tensor {
    const y = this.layer.forward(x);
    return this.layer.forward(this.activation?.forward(y) ?? y);
  }
}

export const OWN = [Residual, Branches, Twice];

/** A net with all of them, for pictures of 6x6. */
export function ownNet(): Sequential {
  const shared = new Linear(8, 8);
  return new Sequential(
    new Conv2d(1, 3, 3, { padding: 'same' }),
    new Residual(new Sequential(new Branches(3, { scale: 2 }), new ReLU())),
    new Conv2d(3, 1, 3),
    new Flatten(),
    new Linear(16, 8),
    new Twice(new Linear(8, 8), { activation: new ReLU() }),
    shared,
    new ReLU(),
    shared,
    new Linear(8, 2),
  );
}
