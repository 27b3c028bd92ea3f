// Node, Deno and Bun: the place and the options as JSON on the command line, the answer on the standard output.
import * as simdgrad from 'simdgrad';
import * as data from 'simdgrad/data';
import * as worker from 'simdgrad/worker';
import { trainAndPredict, trainOnWorkerData } from './program.js';
import { trainInWorker } from './worker-program.js';

const places = {
  'main thread': (options) => trainAndPredict(simdgrad, options),
  WorkerDataset: (options) => trainOnWorkerData(simdgrad, worker, options),
  ModelWorker: (options) => trainInWorker(worker, data, options),
};
const [place, options] = process.argv.slice(2);
console.log(JSON.stringify(await places[place](JSON.parse(options))));
