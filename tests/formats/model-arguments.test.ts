import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/errors.js';
import { layerFromConfig, loadModel } from '../../src/formats/every-layer.js';
import { saveModel } from '../../src/formats/model.js';
import { ReLU } from '../../src/layers/index.js';
import { expectNothingLeft } from '../support/memory.js';

/* eslint-disable @typescript-eslint/no-explicit-any */
describe('arguments of the wrong kind are named', () => {
  const relu = new ReLU();
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;

  test.each<[string, (...args: any[]) => unknown, any[], string]>([
    ['saveModel', saveModel, [], 'saveModel: model: expected a Module, got undefined'],
    ['saveModel', saveModel, [{}], 'saveModel: model: expected a Module, got an object'],
    ['saveModel', saveModel, [relu, 5], 'saveModel: details: expected an object, got 5'],
    ['saveModel', saveModel, [relu, circular], 'saveModel: details: expected plain JSON: '],
    ['saveModel', saveModel, [relu, { n: 5n }], 'saveModel: details: expected plain JSON: '],
    [
      'saveModel',
      saveModel,
      [relu, {}, {}, 1],
      'saveModel: arguments: expected at most 3 arguments',
    ],
    ['loadModel', loadModel, [], 'loadModel: files: expected json and weights, got undefined'],
    ['loadModel', loadModel, ['model.json'], 'loadModel: files: expected json and weights'],
    ['loadModel', loadModel, [{}], 'loadModel: files.json: expected a string, got undefined'],
    [
      'loadModel',
      loadModel,
      [{ json: '' }],
      'loadModel: files.weights: expected a Uint8Array, got',
    ],
    [
      'loadModel',
      loadModel,
      [{}, {}, 1],
      'loadModel: arguments: expected at most 2 arguments, got 3',
    ],
    ['loadModel', loadModel, [{}, 1], 'loadModel: options: expected an object, got 1'],
    [
      'loadModel',
      loadModel,
      [{}, { classes: [] }],
      'loadModel: options: expected layers, got classes',
    ],
    [
      'loadModel',
      loadModel,
      [{}, { layers: ReLU }],
      'loadModel: layers: expected an array of classes',
    ],
    [
      'layerFromConfig',
      layerFromConfig,
      [],
      'layerFromConfig: config: expected an object with a type',
    ],
    [
      'layerFromConfig',
      layerFromConfig,
      ['ReLU'],
      'layerFromConfig: config: expected an object with',
    ],
  ])('%s', (_, call, args, message) => {
    expect(() => call(...args)).toThrow(TypeError);
    expect(() => call(...args)).toThrow(message);
  });

  test('layerFromConfig names itself, not a file, and frees what it made', () => {
    const linear = { type: 'Linear', inFeatures: 2, outFeatures: 3 };
    const circle: any = { type: 'Sequential', layers: [linear] };
    circle.layers.push(circle, circle);
    expectNothingLeft(() => {
      for (const [config, message] of [
        [
          { type: 'Sequential', layers: [linear, { ...linear, bais: 1 }] },
          '.layers[1]: Linear: options: ',
        ],
        [{ type: 'Linear' }, ': Linear: inFeatures: expected an integer'],
        [circle, ': expected at most '],
      ] as const) {
        expect(() => layerFromConfig(config)).toThrow(FormatError);
        expect(() => layerFromConfig(config)).toThrow(`layerFromConfig: config${message}`);
      }
    });
  });
});
