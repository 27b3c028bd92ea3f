import { expect, test } from 'vitest';
import { loadTfjs } from '../../src/tfjs/load.js';
import { describeWithData } from '../data/support.js';
import { casesOf, expectCase, fetcherOf } from './files.js';

describeWithData('real-models', () => {
  test.each([
    'arbitrary-style-transformer',
    'human-antispoof',
    'human-blazeface',
    'human-emotion',
    'human-facemesh',
    'human-faceres',
    'human-movenet-lightning',
    'mnist-cnn-trio',
    'keras3-layers-mnist',
    'ml5-crepe',
    'ml5-cvae-quickdraw',
    'ml5-doodlenet',
    'nsfwjs-mobilenet-v2',
    'teachable-machine-seeded',
    'upscaler-esrgan-slim-2x',
  ])('%s', async (model) => {
    const net = await loadTfjs(fetcherOf(model));
    for (const each of await casesOf(model)) {
      await expectCase(net, each);
    }
    expect(net.parameters()).toEqual([]);
    net.dispose();
  });
});
