import {
  Conv2d,
  Dataset,
  fit,
  Flatten,
  init,
  Linear,
  MaxPool2d,
  ReLU,
  Sequential,
  SGD,
} from 'simdgrad';

/** LeNet, trained on pictures of 28x28 pixels. */
export async function trained(inputs, labels) {
  await init();
  const model = new Sequential(
    ...[new Conv2d(1, 6, 5, { padding: 2 }), new ReLU(), new MaxPool2d(2)],
    ...[new Conv2d(6, 16, 5), new ReLU(), new MaxPool2d(2)],
    ...[new Flatten(), new Linear(400, 120), new ReLU()],
    ...[new Linear(120, 84), new ReLU(), new Linear(84, 10)],
  );
  const optimizer = new SGD(model.parameters(), { lr: 0.01, momentum: 0.9 });
  await fit(model, new Dataset({ inputs, inputShape: [28, 28, 1], labels }), {
    optimizer,
    epochs: 3,
  });
  return model;
}
