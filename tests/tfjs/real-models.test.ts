import { expect, test } from 'vitest';
import { noGrad } from '../../src/autograd.js';
import { tensor } from '../../src/creation.js';
import { compile } from '../../src/graph/compile.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { loadTfjs } from '../../src/tfjs/load.js';
import { readTfjsWeights } from '../../src/tfjs/read-weights.js';
import { describeWithData } from '../data/support.js';
import { casesOf, expectCase, fetcherOf, type RealCase } from './files.js';

describeWithData('real-models', () => {
  test.each([
    'arbitrary-style-transformer',
    'human-antispoof',
    'human-blazeface',
    'human-emotion',
    'human-facemesh',
    'human-faceres',
    'human-handtrack',
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

  test.each([
    ['face-api-expression', 'face_expression_model', 49],
    ['face-api-landmark68', 'face_landmark_68_model', 49],
    ['face-api-ssd-mobilenetv1', 'ssd_mobilenetv1_model', 151],
    ['face-api-tiny-face-detector', 'tiny_face_detector_model', 19],
  ])('%s: named tensors', async (folder, name, count) => {
    const source = fetcherOf(folder, `${name}-weights_manifest.json`);
    const weights = await readTfjsWeights(source);
    expect(weights.size).toBe(count);
    for (const { data } of weights.values()) expect(data.every(Number.isFinite)).toBe(true);
    await expect(loadTfjs(source)).rejects.toThrow('a manifest of weights alone');
  });

  test.each(['mnist-cnn-trio', 'ml5-crepe'])('%s, compiled', async (model) => {
    const net = await loadTfjs(fetcherOf(model));
    const [{ inputs }] = (await casesOf(model)) as [RealCase];
    const { data, shape } = inputs[0]!;
    const session = compile(net, shape);
    scope(() => {
      const x = tensor(data, shape);
      expect((session.run(x) as Tensor).data()).toEqual(noGrad(() => net.forward(x)).data());
    });
    session.dispose();
    net.dispose();
  });
});
