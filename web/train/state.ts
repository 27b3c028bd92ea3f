import { computed, effect, signal } from '@preact/signals';
import type { ModelFiles } from 'simdgrad';
import { DIGITS } from 'simdgrad/data';
import { trained } from '../shared/trained.js';
import { text } from '../text.js';
import { TrainClient } from './client.js';
import { specOf } from './layers.js';
import { presetLayers } from './presets.js';
import type {
  DataInfo,
  KeptRun,
  Outcome,
  PickedFile,
  Plan,
  Point,
  Probe,
  Progress,
  Report,
} from './protocol.js';
import { DEFAULTS, fromQuery, type Settings, STROKES, toQuery } from './settings.js';
import { forgetRun, keptRun } from './store.js';

/** What a run is doing: `preparing` draws or reads the data. */
export type Phase = 'idle' | 'preparing' | 'running' | 'paused';

export const settings = signal<Settings>(DEFAULTS);
export const files = signal<readonly PickedFile[]>([]);
export const threads = signal(1);
/** Why there are no more threads. */
export const reasons = signal<readonly string[]>([]);
export const data = signal<DataInfo | undefined>(undefined);
export const plan = signal<Plan | undefined>(undefined);
export const phase = signal<Phase>('idle');
export const progress = signal<Progress | undefined>(undefined);
export const points = signal<readonly Point[]>([]);
export const probe = signal<Probe | undefined>(undefined);
export const outcome = signal<Outcome | undefined>(undefined);
/** Of the weights while the run is paused. */
export const pausedSha256 = signal<string | undefined>(undefined);
export const failure = signal<string | undefined>(undefined);
/** The run that a reload interrupted. */
export const interrupted = signal<KeptRun | undefined>(undefined);
/** Weights that were opened: training begins with them. */
export const opened = signal<{ readonly name: string; readonly model: ModelFiles } | undefined>(
  undefined,
);

export const busy = computed(() => phase.value !== 'idle');
export const canTrain = computed(() => plan.value !== undefined && !plan.value.error);

let client: TrainClient | undefined;
let starting: Promise<TrainClient> | undefined;
let startedThreads = 0;
let planned = 0;

const messageOf = (error: unknown) => {
  const { name, message } = error as Error;
  return name === 'Error' ? message : `${name}: ${message}`;
};

/** Runs what may fail, and shows how it failed. */
async function guarded<Result>(run: () => Promise<Result>): Promise<Result | undefined> {
  failure.value = undefined;
  try {
    return await run();
  } catch (error) {
    failure.value = messageOf(error);
    return undefined;
  }
}

/** The worker, started, with as many threads as are asked for now. */
function worker(): Promise<TrainClient> {
  const wanted = threads.value;
  if (starting && startedThreads === wanted) return starting;
  client?.terminate();
  client = new TrainClient(onReport);
  startedThreads = wanted;
  starting = startWorker(client, wanted);
  return starting;
}

async function startWorker(started: TrainClient, wanted: number): Promise<TrainClient> {
  const capabilities = await started.call('start', { threads: wanted });
  reasons.value = capabilities.reasons.filter((reason) => reason.startsWith('threads'));
  return started;
}

function onReport(report: Report): void {
  switch (report.type) {
    case 'begun':
      phase.value = 'running';
      break;
    case 'progress':
      progress.value = report.progress;
      if (report.point) points.value = [...points.value, report.point];
      break;
    case 'probe':
      probe.value = report.probe;
      points.value = [...points.value, report.point];
      break;
    case 'paused':
      pausedSha256.value = report.sha256;
      phase.value = 'paused';
      if (stepWhenPaused) step();
      break;
  }
}

/** Starts the page's worker, with what the address says and what an earlier visit left. */
export async function open(query: string): Promise<void> {
  if (client) return;
  settings.value = fromQuery(query);
  interrupted.value = await keptRun();
  await preview();
  effect(() => void planAgain());
}

/** Reads the data anew and shows some of them. */
async function preview(): Promise<void> {
  const request = { settings: { ...settings.value, ...PREVIEW }, files: files.value };
  const info = await guarded(async () => (await worker()).call('data', request));
  if (!info) return;
  const isDrawn = files.value.length === 0;
  const { trainSize, testSize } = settings.value;
  data.value = isDrawn ? { ...info, trainLength: trainSize, testLength: testSize } : info;
}

/** So many digits are drawn to be looked at, before any training. */
const PREVIEW = { trainSize: 100, testSize: 100 };

async function planAgain(): Promise<void> {
  const { layers } = settings.value;
  const info = data.value;
  if (!info || phase.peek() !== 'idle') return;
  const request = { layers, inputShape: info.inputShape, classes: info.classNames.length };
  const mine = ++planned;
  const result = await guarded(async () => (await worker()).call('plan', request));
  if (mine === planned && result) plan.value = result;
}

/** Changes settings; weights that were opened belong to the layers that they came with. */
export function change(changed: Partial<Settings>): void {
  settings.value = { ...settings.value, ...changed };
  if (changed.layers) opened.value = undefined;
  const info = data.value;
  const { trainSize, testSize } = settings.value;
  if (info && files.value.length === 0) {
    data.value = { ...info, trainLength: trainSize, testLength: testSize };
  }
}

/** Takes other data; the files that cannot be read change nothing. */
export async function useFiles(picked: readonly PickedFile[]): Promise<void> {
  const request = { settings: { ...settings.value, ...PREVIEW }, files: picked };
  const info = await guarded(async () => (await worker()).call('data', request));
  if (!info) return;
  files.value = picked;
  const { trainSize, testSize, preset } = settings.value;
  const drawn = { ...info, trainLength: trainSize, testLength: testSize };
  data.value = picked.length === 0 ? drawn : info;
  change({ layers: presetLayers(preset, info.inputShape, info.classNames.length) });
  clearResults();
}

function clearResults(): void {
  points.value = [];
  probe.value = undefined;
  progress.value = undefined;
  outcome.value = undefined;
  pausedSha256.value = undefined;
}

let stepWhenPaused = false;

/** Trains from the beginning, or from where a reload interrupted it. */
export async function train(options: { paused?: boolean; resume?: KeptRun } = {}): Promise<void> {
  const { paused = false, resume } = options;
  if (busy.value) return;
  clearResults();
  phase.value = 'preparing';
  interrupted.value = undefined;
  if (resume) {
    settings.value = resume.settings;
    files.value = resume.files;
    points.value = resume.points;
  }
  const request = {
    settings: settings.value,
    files: files.value,
    paused,
    ...(resume && { resume }),
    ...(opened.value && !resume && { model: opened.value.model }),
  };
  const result = await guarded(async () => (await worker()).call('train', request));
  phase.value = 'idle';
  pausedSha256.value = undefined;
  if (result) outcome.value = result;
  if (result && readsDigits()) trained.value = await save();
  if (resume && files.value.length > 0) await preview();
}

/** Whether what is drawn on the page is what the network is for. */
function readsDigits(): boolean {
  const { inputShape = [], classNames = [] } = data.value ?? {};
  return String(inputShape) === String(STROKES.inputShape) && String(classNames) === String(DIGITS);
}

export function pause(): void {
  void client?.call('pause', null);
}

export function goOn(): void {
  phase.value = 'running';
  void client?.call('goOn', null);
}

export function stop(): void {
  void client?.call('stop', null);
}

/** Does one step: of the run that is paused, or of a new one. */
export function step(): void {
  stepWhenPaused = phase.value === 'idle';
  if (stepWhenPaused) return void train({ paused: true });
  // Until the run says that it waits again: what is told before would come to a gate where nobody waits.
  phase.value = 'running';
  void client?.call('step', null);
}

export async function discard(): Promise<void> {
  interrupted.value = undefined;
  await forgetRun();
}

/** The network as files of the library, also while it trains. */
export function save(): Promise<ModelFiles | undefined> {
  return guarded(async () => (await worker()).call('save', null));
}

/** The address of the page with its settings. */
export const query = computed(() => toQuery(settings.value));

/** Takes the layers and weights of a saved network: `model.json` and `model.safetensors`. */
export async function openModel(picked: readonly File[]): Promise<void> {
  const find = (ending: string) => picked.find(({ name }) => name.endsWith(ending));
  await guarded(async () => {
    const [json, weights] = [find('.json'), find('.safetensors')];
    if (!json || !weights) throw new Error(text.train.files.both);
    const bytes = new Uint8Array(await weights.arrayBuffer());
    const model = { json: await json.text(), weights: bytes };
    const configs = await (await worker()).call('layers', model);
    change({ layers: configs.map(specOf) });
    opened.value = { name: json.name, model };
  });
}
