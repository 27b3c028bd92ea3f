import {
  Conv2d,
  Flatten,
  init,
  Linear,
  loadModel,
  MaxPool2d,
  ReLU,
  scope,
  Sequential,
  tensor,
} from 'simdgrad/infer';

/** The class of a picture of 28x28 pixels, by what `saveModel` gave. */
export async function classifier(files) {
  await init();
  const { model } = loadModel(files, {
    layers: [Sequential, Conv2d, ReLU, MaxPool2d, Flatten, Linear],
  });
  return (pixels) =>
    scope(() => {
      const logits = model.predict(tensor(pixels, [1, 28, 28, 1])).data();
      return logits.indexOf(Math.max(...logits));
    });
}
