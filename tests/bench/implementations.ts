// Implementations that fail in every way there is, loaded by the processes of compareTask.

import type { Adapter, PreparedRun } from '../../bench/adapter.js';
import { leNetOf, plainJs, tiledJs } from '../../bench/js/adapter.js';
import type { LeNetWeights } from '../../bench/js/lenet.js';
import { tiled } from '../../bench/js/tiled/index.js';
import { inputOf, labelsOfGraph } from '../../bench/nets/parameters.js';

const fail = (message: string) => () => {
  throw new Error(message);
};
const exit = () => process.exit(3);

/** js, with a change to what it prepares. */
function altered(change: (run: PreparedRun) => PreparedRun): Adapter {
  return { ...plainJs, prepare: (...work) => change(plainJs.prepare(...work) as PreparedRun) };
}

/** One value is off by 1 %. */
const wrong = altered((run) => ({
  ...run,
  output: async () => (await run.output()).map((y, i) => (i === 5 ? y * 1.01 : y)),
}));

/** Runs `count` times, then `end`. */
function dying(count: number, end: () => never): Adapter {
  let runs = 0;
  return altered((run) => ({ ...run, run: () => (runs++ < count ? run.run() : end()) }));
}

/** js-tiled, but for a parameter that is not trained. */
function freezing(name: keyof LeNetWeights): Adapter {
  return {
    ...tiledJs,
    prepareTraining(graph) {
      const lenet = leNetOf(tiled, graph);
      const start = lenet.parameters[name].slice();
      return () => {
        const loss = lenet.step(inputOf(graph), labelsOfGraph(graph));
        lenet.parameters[name].set(start);
        return loss;
      };
    },
  };
}

const broken: Adapter = {
  name: 'broken',
  variant: 'x',
  threads: 2,
  prepare: fail('no | backend'),
  prepareTraining: () => Promise.reject(new Error('no backend')),
};

export const implementations: Readonly<Record<string, () => Adapter>> = {
  js: () => plainJs,
  wrong: () => wrong,
  broken: () => broken,
  unable: () => ({ name: 'unable', variant: 'x', threads: 1, prepare: () => null }),
  unloadable: fail('no library'),
  'exits on import': exit,
  'exits in the warm-up': () => dying(2, exit),
  // The warm-up has three runs.
  'exits in a sample': () => dying(4, exit),
  'throws in a sample': () => dying(4, fail('worn out')),
  'freezes conv1.bias': () => freezing('conv1.bias'),
  'freezes linear.bias': () => freezing('linear.bias'),
};
