import {
  capabilities,
  init,
  type LayerConfig,
  loadModel,
  saveModel,
  type Sequential,
} from 'simdgrad';
import { describeData, loadData, type RunData } from './data.js';
import { buildNetwork, planNetwork } from './plan.js';
import type { CallName, Calls, PickedFile, Reply, Report, Request } from './protocol.js';
import { seedRun, Session } from './session.js';
import type { Settings } from './settings.js';

// The thread that trains: it answers the page's calls and tells how the run goes.

/** A worker's own global object, which the types of pages do not know. */
const port = globalThis as unknown as {
  postMessage(message: Reply | { report: Report }): void;
  onmessage: ((event: MessageEvent<Request>) => void) | null;
};

let session: Session | undefined;
let trained: { model: Sequential; data: RunData } | undefined;
let loaded: { key: string; files: readonly PickedFile[]; data: RunData } | undefined;

type Answers = {
  [Name in CallName]: (
    request: Calls[Name]['request'],
  ) => Calls[Name]['result'] | Promise<Calls[Name]['result']>;
};

const answers: Answers = {
  async start({ threads }) {
    await init({ threads });
    return capabilities();
  },
  async data({ settings, files }) {
    return describeData(await dataOf(settings, files));
  },
  plan({ layers, inputShape, classes }) {
    return planNetwork(layers, inputShape, classes);
  },
  async train({ settings, files, resume, model: weights, paused }) {
    const data = await dataOf(settings, files);
    seedRun(settings);
    const model = weights
      ? (loadModel(weights).model as Sequential)
      : buildNetwork(settings.layers, data.train.inputShape, data.train.classNames.length);
    trained?.model.dispose();
    trained = { model, data };
    const report = (what: Report) => port.postMessage({ report: what });
    session = new Session(settings, model, data, files, report, paused);
    try {
      return await session.run(resume);
    } finally {
      session = undefined;
    }
  },
  pause: () => act((running) => running.gate.close()),
  step: () => act((running) => running.gate.step()),
  goOn: () => act((running) => running.gate.open()),
  stop: () => act((running) => running.stop()),
  save() {
    if (!trained) throw new Error('save: there is no network yet');
    const { model, data } = trained;
    const { inputShape, classNames } = data.train;
    const { name, mean, std } = data;
    return saveModel(model, { data: name, inputShape, classNames, mean, std });
  },
  layers(model) {
    const network = loadModel(model).model;
    const config = network.config();
    network.dispose();
    return (config['layers'] ?? [config]) as readonly LayerConfig[];
  },
};

function act(change: (running: Session) => void): null {
  if (session) change(session);
  return null;
}

/** The data of a run; those of the last one are kept. */
async function dataOf(settings: Settings, files: readonly PickedFile[]): Promise<RunData> {
  const { trainSize, testSize, seed } = settings;
  const names = files.map(({ name, bytes }) => `${name} ${bytes.length}`);
  const key = names.length > 0 ? names.join() : `strokes ${trainSize} ${testSize} ${seed}`;
  if (loaded?.key !== key) loaded = { key, files, data: await loadData(settings, files) };
  return loaded.data;
}

port.onmessage = async ({ data: { id, type, payload } }) => {
  try {
    const answer = answers[type] as (request: unknown) => Calls[CallName]['result'];
    port.postMessage({ id, result: await answer(payload) });
  } catch (error) {
    const { name, message } = error as Error;
    port.postMessage({ id, error: { name, message } });
  }
};
