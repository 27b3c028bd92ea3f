import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { done, image } from './shared.js';

const [, , modelFile] = process.argv;
const session = await ort.InferenceSession.create(new Uint8Array(readFileSync(modelFile)), {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
});
const results = await session.run({ x: new ort.Tensor('float32', image, [1, 1, 28, 28]) });
done(Object.values(results)[0].data);
