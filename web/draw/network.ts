import {
  init,
  loadModel,
  type ModelFiles,
  noGrad,
  scope,
  type Sequential,
  type Shape,
  softmax,
  type Tensor,
  tensor,
} from 'simdgrad/ops';

/** Height and width of the pictures. */
export const SIDE = 28;

/** What one layer makes of a picture. */
export interface LayerOutput {
  readonly type: string;
  /** [height, width, channels], or [features]. */
  readonly shape: Shape;
  readonly values: Float32Array;
}

/** What the network says of a picture, and what each layer found. */
export interface Answer {
  readonly shares: readonly number[];
  readonly layers: readonly LayerOutput[];
  /** The time of it. */
  readonly ms: number;
}

/** A network that reads pictures, in this thread: one picture takes less than a message to a worker. */
export interface Reader {
  read(picture: Uint8Array): Answer;
  dispose(): void;
}

const FILES = { json: './digits.json', weights: './digits.safetensors' };

async function fetched(file: string): Promise<Response> {
  const response = await fetch(new URL(file, import.meta.url));
  if (response.ok) return response;
  throw new Error(`${file}: ${response.status} ${response.statusText}`);
}

/** The network that comes with the page (examples/digits/train.mjs trained it, with seed 0). */
export async function shippedModel(): Promise<ModelFiles> {
  const [json, weights] = await Promise.all([fetched(FILES.json), fetched(FILES.weights)]);
  return { json: await json.text(), weights: new Uint8Array(await weights.arrayBuffer()) };
}

export async function openReader(files: ModelFiles): Promise<Reader> {
  await init();
  const { model, details } = loadModel(files);
  model.eval();
  const { mean = [0], std = [1] } = details as { mean?: number[]; std?: number[] };
  return {
    read(picture) {
      const input = Float32Array.from(picture, (byte) => (byte / 255 - mean[0]!) / std[0]!);
      return answer(model as Sequential, input);
    },
    dispose: () => model.dispose(),
  };
}

function answer(model: Sequential, input: Float32Array): Answer {
  const begun = performance.now();
  const layers: LayerOutput[] = [];
  const shares = scope(() =>
    noGrad(() => {
      let x: Tensor = tensor(input, [1, SIDE, SIDE, 1]);
      for (const layer of model.layers) {
        x = layer.forward(x);
        const values = x.data() as Float32Array;
        layers.push({ type: layer.config().type, shape: x.shape.slice(1), values });
      }
      return Array.from(softmax(x).data() as Float32Array);
    }),
  );
  return { shares, layers, ms: performance.now() - begun };
}
