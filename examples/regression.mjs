// Learns two numbers of four measurements: targets are numbers, metrics are those of numbers, the best weights are kept.
//
//   node examples/regression.mjs

import {
  Adam,
  Dataset,
  evaluate,
  fit,
  init,
  keepBest,
  Linear,
  loadModel,
  maeScore,
  manualSeed,
  mse,
  r2Score,
  Random,
  rmseScore,
  saveModel,
  scope,
  Sequential,
  Tanh,
  tensor,
} from 'simdgrad';

await init();
manualSeed(1);

// The range and the time in the air of a ball that is thrown: speed in m/s, angle, height and a number that is noise.
const random = new Random(7);
const [SAMPLES, MEASURED, TARGETS] = [1200, 4, 2];
const inputs = new Float32Array(SAMPLES * MEASURED);
const targets = new Float32Array(SAMPLES * TARGETS);
for (let i = 0; i < SAMPLES; i++) {
  const [speed, angle, height] = [
    random.uniform(2, 20),
    random.uniform(0, 1),
    random.uniform(0, 3),
  ];
  const up = speed * Math.sin(angle);
  const time = (up + Math.sqrt(up * up + 2 * 9.81 * height)) / 9.81;
  inputs.set([speed, angle, height, random.uniform(0, 1)], i * MEASURED);
  targets.set([speed * Math.cos(angle) * time, time], i * TARGETS);
}

const all = new Dataset({ inputs, inputShape: [MEASURED], targets });
const [raw, rest] = all.split(1000);
// Measured on what is trained on, and kept with the model: whoever uses it needs the same.
const normalise = raw.statistics();
const [train, test] = [raw.normalise(normalise), rest.normalise(normalise)];

const model = new Sequential(new Linear(MEASURED, 32), new Tanh(), new Linear(32, TARGETS));
const metrics = { mae: maeScore(), rmse: rmseScore(), r2: r2Score() };
await fit(model, train, {
  optimizer: new Adam(model.parameters(), { lr: 0.01 }),
  epochs: 60,
  loss: mse,
  metrics,
  validation: test,
  callbacks: [keepBest()],
});
const { mae, rmse, r2 } = await evaluate(model, test, { loss: mse, metrics });
console.log(`mean error ${mae.toFixed(3)}, RMSE ${rmse.toFixed(3)}, R² ${r2.toFixed(4)}`);

const { model: loaded, details } = loadModel(saveModel(model, { normalise }));
scope(() => {
  const { mean, std } = details.normalise;
  const ball = [10, 0.8, 1.5, 0.5].map((value, i) => (value - mean[i]) / std[i]);
  const [range, time] = loaded.predict(tensor([ball])).data();
  console.log(`10 m/s at 0.8 rad from 1.5 m: ${range.toFixed(1)} m in ${time.toFixed(2)} s`);
});
