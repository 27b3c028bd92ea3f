import { saveModel } from '../../src/formats/model.js';
import { Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential } from '../../src/layers/index.js';

/** A small model. */
export const makeModel = () =>
  new Sequential(
    new Conv2d(1, 4, 3, { padding: 'same' }),
    new ReLU(),
    new MaxPool2d(2),
    new Flatten(),
    new Linear(16, 3, { bias: false }),
  );

/** The files of a small model, its `model.json` parsed. */
export function savedModel() {
  const model = makeModel();
  const files = saveModel(model, { labels: ['a', 'b', 'c'] });
  model.dispose();
  return { ...files, document: JSON.parse(files.json) as Record<string, unknown> };
}
