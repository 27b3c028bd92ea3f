import { init, loadModel, scope, tensor } from 'simdgrad/infer';

/** The class of a picture of 28x28 pixels, by what `saveModel` gave. */
export async function classifier(files) {
  await init();
  const { model } = loadModel(files);
  return (pixels) =>
    scope(() => {
      const logits = model.predict(tensor(pixels, [1, 28, 28, 1])).data();
      return logits.indexOf(Math.max(...logits));
    });
}
