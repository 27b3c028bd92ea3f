// A model of classes of a user's own, in a worker whose script is the user's.
import { expect, test } from 'vitest';
import {
  fit,
  FormatError,
  InitError,
  loadModel,
  manualSeed,
  saveModel,
  serveModel,
  SGD,
} from '../../src/index.js';
import { createModelWorker } from '../../src/worker/index.js';
import { OWN, ownNet } from '../formats/own-layers.js';
import { ownScript } from './data-script.js';
import { bars, barsData, openWorker, source } from './support.js';

test('trains in a worker to the bits of this thread, statistics included', async () => {
  await openWorker();
  manualSeed(4);
  using model = ownNet();
  const options = { epochs: 2, batchSize: 8, seed: 5 };
  const worker = await createModelWorker(saveModel(model), { script: await ownScript(), source });
  await worker.fit(barsData(20), { ...options, optimizer: { name: 'SGD', lr: 0.1 } });
  const files = await worker.save();
  await worker.terminate();
  await fit(model, bars(20), { ...options, optimizer: new SGD(model.parameters(), { lr: 0.1 }) });
  expect(saveModel(model)).toEqual(files);
  loadModel(files, { layers: OWN }).model.dispose();
});

test('an architecture of own classes starts with the weights of a seed', async () => {
  await openWorker();
  using model = ownNet();
  const script = await ownScript();
  const saved = await Promise.all(
    [1, 1].map(async (seed) => {
      const worker = await createModelWorker(model.config(), { script, source, seed });
      const files = await worker.save();
      await worker.terminate();
      return files;
    }),
  );
  expect(saved[0]).toEqual(saved[1]);
});

test('without the script the class is named', async () => {
  await openWorker();
  using model = ownNet();
  const attempt = openWorker(saveModel(model));
  await expect(attempt).rejects.toThrow(FormatError);
  await expect(attempt).rejects.toThrow(
    /got Residual; a class of your own goes into the option layers/,
  );
});

test('serveModel takes classes, in a worker', () => {
  expect(() => serveModel()).toThrow(
    new InitError('serveModel: thread: expected a worker, got the main thread'),
  );
  expect(() => serveModel({ layers: [1 as never] })).toThrow(
    'serveModel: layers: expected classes of layers with a static signature of their own, got 1',
  );
  expect(() => serveModel({ layer: [] } as never)).toThrow(
    'serveModel: options: expected layers, losses, metrics, importers, got layer, which is layers here',
  );
});
