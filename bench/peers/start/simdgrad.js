import * as sg from '../../../dist/index.js';
import { done, image } from './shared.js';

await sg.init();
const net = new sg.Sequential(
  new sg.Conv2d(1, 8, 5, { padding: 2 }),
  new sg.ReLU(),
  new sg.MaxPool2d(2),
  new sg.Conv2d(8, 16, 5, { padding: 2 }),
  new sg.ReLU(),
  new sg.MaxPool2d(2),
  new sg.Flatten(),
  new sg.Linear(784, 10),
);
done(net.predict(sg.tensor(image, [1, 28, 28, 1])).data());
