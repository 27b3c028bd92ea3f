// Models of classes of a user's own: trained, saved, loaded.
import { describe, expect, test } from 'vitest';
import {
  fit,
  FormatError,
  layerFromConfig,
  loadModel,
  manualSeed,
  Linear,
  Module,
  parameter,
  ReLU,
  rand,
  saveModel,
  Sequential,
  SGD,
  summary,
  type Tensor,
  weightsSha256,
} from '../../src/index.js';
import {
  layerFromConfig as layerOf,
  loadModel as loadModelOf,
} from '../../src/formats/named-layers.js';
import { generator } from '../../src/generator.js';
import type { LayerClass, LayerConfig } from '../../src/layers/index.js';
import { bars } from '../training/problem.js';
import { expectNothingLeft } from '../support/memory.js';
import { Branches, OWN, ownNet, Residual, Twice } from './own-layers.js';

describe('a net of own classes', () => {
  test('trains, and goes on from its files as if it had never been saved', async () => {
    manualSeed(1);
    using whole = ownNet();
    const train = (model: Sequential, seed: number) =>
      fit(model, bars(20), {
        optimizer: new SGD(model.parameters(), { lr: 0.1 }),
        epochs: 1,
        batchSize: 8,
        seed,
      });
    const before = await weightsSha256(whole);
    await train(whole, 2);
    expect(await weightsSha256(whole)).not.toBe(before);
    const files = saveModel(whole, { own: true });
    const { model, details } = loadModel(files, { layers: OWN });
    using loaded = model as Sequential;
    expect(details).toEqual({ own: true });
    expect(loaded.config()).toEqual(whole.config());
    expect(loaded.stateDict()).toEqual(whole.stateDict());
    expect(loaded.layers[8]).toBe(loaded.layers[6]);
    expect(saveModel(loaded, details)).toEqual(files);
    for (const each of [whole, loaded]) await train(each, 3);
    expect(await weightsSha256(loaded)).toBe(await weightsSha256(whole));
  });

  test('is made again from its config, with new weights', () => {
    using model = ownNet();
    const config = JSON.parse(JSON.stringify(model.config())) as LayerConfig;
    const copy = layerFromConfig(config, { layers: OWN });
    expect(copy.config()).toEqual(config);
    expect(copy.stateDict()).not.toEqual(model.stateDict());
    copy.dispose();
  });

  test('has state of its own that is saved, and constants that are not', () => {
    const model = new Branches(1, { count: 3, scale: 5 });
    model.seen.assign([7]);
    const loaded = loadModel(saveModel(model), { layers: OWN }).model as Branches;
    expect([loaded.seen.item(), loaded.constant.item(), loaded.branches.length]).toEqual([7, 5, 3]);
    expect([...loaded.stateDict().keys()].slice(0, 2)).toEqual(['bias', 'branches.0.weight']);
    for (const each of [model, loaded]) each.dispose();
  });

  test('leaves the generator and the memory as they are when it is saved and loaded', () =>
    expectNothingLeft(() => {
      class Drawing extends Module {
        static readonly signature: string = 'Drawing()';
        readonly noise = rand([2]);
        override forward(x: Tensor): Tensor {
          return x;
        }
      }
      const model = new Sequential(new Drawing(), ownNet());
      const before = generator().state();
      const files = saveModel(model);
      const loaded = loadModel(files, { layers: [Drawing, ...OWN] }).model;
      expect(generator().state()).toEqual(before);
      for (const each of [model, loaded]) each.dispose();
    }));

  test('is summarised, a shared layer once', () => {
    using model = ownNet();
    const { layers, parameters } = summary(model, [6, 6, 1]);
    expect(layers.map(({ path }) => path)).toContain('1.body.0.branches.1');
    expect(layers.reduce((sum, layer) => sum + layer.parameters, 0)).toBe(parameters);
  });
});

test('a page may name the layers that it uses, and loads no others', () => {
  using model = new Sequential(new Linear(2, 2), new Residual(new ReLU()));
  const files = saveModel(model);
  const layers = [Sequential, Linear, ReLU, Residual];
  loadModelOf(files, { layers }).model.dispose();
  layerOf({ type: 'ReLU' }, { layers }).dispose();
  expect(() => loadModelOf(files, {} as never)).toThrow(
    'loadModel: layers: expected an array of classes, got undefined',
  );
  expect(() => loadModelOf(files, { layers: layers.slice(0, 2) })).toThrow(
    new FormatError(
      'model.json: architecture.layers[1]: type: expected one of Sequential, Linear, got Residual; ' +
        'a class of your own goes into the option layers',
    ),
  );
});

test('a class of yours takes the place of one of the library with its type', () => {
  class Linear3 extends Linear {
    static override readonly signature: string = 'Linear(inFeatures, outFeatures, { bias })';
  }
  const config = { type: 'Linear', inFeatures: 1, outFeatures: 1 };
  using made = layerFromConfig(config, { layers: [Linear3] });
  expect(made).toBeInstanceOf(Linear3);
});

class Plain extends Module {
  override forward(x: Tensor): Tensor {
    return x;
  }
}

describe('classes that cannot be meant', () => {
  const withSignature = (signature: unknown) =>
    class Odd extends Plain {
      static readonly signature = signature as string;
    };

  test.each<[string, unknown, string]>([
    ['a function', () => 1, 'layers: expected classes of layers with a static signature'],
    [
      'a name',
      'Residual',
      'layers: expected classes of layers with a static signature of their own, got "Residual"',
    ],
    [
      'one without',
      Plain,
      'layers: expected classes of layers with a static signature of their own, got Plain',
    ],
    ['one that inherits it', class Below extends Residual {}, 'signature of their own, got Below'],
    [
      'two of one type',
      class Other extends Plain {
        static readonly signature = 'Residual()';
      },
      'layers: expected one class of each type, got two of Residual',
    ],
  ])('%s', (_, Layer, message) => {
    const call = () =>
      layerFromConfig({ type: 'ReLU' }, { layers: [Residual, Layer as LayerClass] });
    expect(call).toThrow(TypeError);
    expect(call).toThrow(message);
  });

  test.each<[unknown]>([['Odd'], ['Odd('], [7], ['Odd(type)'], ['Same()'], ['Odd({ a }, b)']])(
    'a signature %o',
    (signature) => {
      expect(() =>
        layerFromConfig({ type: 'ReLU' }, { layers: [withSignature(signature)] }),
      ).toThrow(
        "Odd: signature: expected a type and the names of arguments, as 'Block(channels, { bias })', got ",
      );
    },
  );
});

describe('what loadModel would make another model of is not saved', () => {
  const refuses = (model: Module, message: string) =>
    expectNothingLeft(() => {
      expect(() => saveModel(model)).toThrow(message);
    });

  test('a class without a property that its signature has', () => {
    class Hidden extends Plain {
      static readonly signature: string = 'Hidden(size)';
    }
    refuses(new Hidden(), 'Hidden: config: expected a property size, as the signature has it');
  });

  test('a class below one of the library', () => {
    class Doubling extends ReLU {
      override forward(x: Tensor): Tensor {
        return super.forward(super.forward(x));
      }
    }
    refuses(
      new Sequential(new Doubling()),
      'Doubling: the class has no static signature of its own',
    );
  });

  test('a layer below one of the library with parameters', () => {
    class Scaled extends Linear {}
    const model = new Sequential(new Scaled(1, 1));
    refuses(
      model,
      'saveModel: model: expected 0: Scaled, loadModel would make 0: Linear of its config()',
    );
    model.dispose();
  });

  test('a layer in two lists', () => {
    const shared = new Linear(1, 1);
    const model = new Sequential(new Sequential(shared), new Sequential(shared));
    refuses(
      model,
      'saveModel: model: expected nothing, loadModel would make 1.0: Linear of its config()',
    );
    model.dispose();
  });

  test('a parameter of another shape, or in no property', () => {
    class Grown extends Plain {
      static readonly signature: string = 'Grown()';
      weight = parameter([1], (weight) => weight.assign([1]));
    }
    const grown = new Grown();
    grown.weight.dispose();
    grown.weight = parameter([2], (weight) => weight.assign([1, 2]));
    refuses(
      grown,
      'saveModel: model: expected weight: [2], loadModel would make weight: [1] of its config()',
    );
    grown.dispose();
    class Secret extends Plain {
      static readonly signature: string = 'Secret()';
      readonly #weight = parameter([3], (weight) => weight.assign([1, 2, 3]));
      override dispose(): void {
        this.#weight.dispose();
      }
    }
    const secret = new Secret();
    refuses(
      secret,
      'expected every parameter and buffer in a property of its layer, or in an array there, got one of shape [3] in none',
    );
    secret.dispose();
  });
});

test('a file cannot ask a class for what it refuses, nor name an argument that it does not have', () => {
  const config = (layer: object): LayerConfig => ({ type: 'Sequential', layers: [layer] });
  const inner = { type: 'ReLU' };
  expectNothingLeft(() => {
    for (const [layer, message] of [
      [
        { type: 'Twice', layer: inner, times: 3 },
        '.layers[0]: Twice: options: expected activation, got times',
      ],
      [
        { type: 'Residual', body: inner, x: 1 },
        '.layers[0]: Residual: arguments: expected body, got x',
      ],
      [{ type: 'Residual', body: { type: 'Dense' } }, '.layers[0].body: type: expected one of '],
      [
        { type: 'Twice', layer: inner, activation: { type: 'No' } },
        '.layers[0].activation: type: ',
      ],
      [{ type: 'Same', index: 0 }, '.layers[0]: type: expected one of '],
      [{ type: 'Branches', channels: -1 }, '.layers[0]: Conv2d: inChannels: expected an integer'],
    ] as const) {
      const call = () => layerFromConfig(config(layer), { layers: [Residual, Twice, Branches] });
      expect(call).toThrow(FormatError);
      expect(call).toThrow(`layerFromConfig: config${message}`);
    }
  });
});
