// A classic worker has no import declarations, but it can import().
async function answer(options) {
  const simdgrad = await import('/node_modules/simdgrad/dist/index.js');
  const { trainAndPredict } = await import('./program.js');
  return trainAndPredict(simdgrad, options);
}

globalThis.onmessage = ({ data: options }) =>
  answer(options).then(
    (answer) => postMessage({ answer }),
    (error) => postMessage({ error: String(error) }),
  );
