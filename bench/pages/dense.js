import { init, Linear, ReLU, Sequential, tensor } from 'simdgrad';

await init();
const model = new Sequential(new Linear(4, 16), new ReLU(), new Linear(16, 3));
console.log(model.predict(tensor([[5.1, 3.5, 1.4, 0.2]])).toArray());
