import { noGrad } from '../autograd.js';
import { virtualAddress, Recorder, type Step } from '../runtime/recording.js';
import { runtime } from '../runtime/runtime.js';
import { PlacedStorage } from '../runtime/storage.js';
import { keep, Tensor } from '../tensor.js';
import { type Layout, layOut } from './buffers.js';
import type { Graph, GraphNode, GraphValue } from './graph.js';
import { type Buffer, planMemory } from './memory-plan.js';

/** What a node does when a program runs. */
export interface ProgramNode {
  readonly node: GraphNode;
  readonly steps: readonly Step[];
}

/**
 * A graph that is ready to run, as often as one likes: its kernel calls with all their arguments, over memory of its
 * own, whose size is known before it runs.
 */
export class Program {
  /** Over the program's memory: `run` reads them. */
  readonly inputs: readonly Tensor[];
  /** `run` writes them; what they hold is lost with the next `run`. */
  readonly outputs: readonly Tensor[];
  readonly nodes: readonly ProgramNode[];
  /** What all values have together, scratch memory included. */
  readonly arenaBytes: number;
  /** What no plan of that memory can do without. */
  readonly leastArenaBytes: number;
  readonly #steps: readonly Step[];
  readonly #recorder: Recorder;
  readonly #tensors: ReadonlyMap<GraphValue, Tensor>;
  readonly #arena: number;

  /**
   * Packs the constants, plans the memory and takes it.
   * @param threads Most that a kernel may run in.
   * @throws OutOfMemoryError; RangeError for constants that an op does not take
   */
  constructor(graph: Graph, threads: number) {
    const builder = new ProgramBuilder(graph, threads);
    try {
      this.nodes = noGrad(() => graph.nodes.map((node) => builder.record(node)));
      this.inputs = graph.inputs.map((value) => builder.tensorOf(value));
      this.outputs = graph.outputs.map((value) => builder.tensorOf(value));
      const { bytes, leastBytes, arena } = builder.place();
      [this.arenaBytes, this.leastArenaBytes, this.#arena] = [bytes, leastBytes, arena];
    } catch (error) {
      builder.dispose();
      throw error;
    }
    this.#steps = this.nodes.flatMap(({ steps }) => steps);
    this.#recorder = builder.recorder;
    this.#tensors = builder.tensors;
  }

  /** What it takes beside the constants. */
  get bytes(): number {
    return this.arenaBytes + this.#recorder.keptBytes;
  }

  /** Whether a run reads the constant itself, and not only what was packed of it. */
  reads(value: GraphValue): boolean {
    const { pointer, size } = value.constant!;
    return (
      this.outputs.includes(value.constant!) ||
      this.nodes.some(
        ({ node, steps }) =>
          node.inputs.includes(value) &&
          steps.some((step) => step.mayRead(pointer, pointer + 4 * size)),
      )
    );
  }

  /** Computes the outputs of the inputs. @throws RangeError for indices that an op does not take */
  run(): void {
    const steps = this.#steps;
    for (let i = 0; i < steps.length; i++) steps[i]!.run();
  }

  dispose(): void {
    disposeAll(this.#tensors);
    this.#recorder.dispose();
    runtime().heap.free(this.#arena);
  }
}

function disposeAll(tensors: ReadonlyMap<GraphValue, Tensor>): void {
  for (const tensor of tensors.values()) tensor.dispose();
}

/** Records nodes in order, on tensors that get their places at the end. */
class ProgramBuilder {
  readonly recorder: Recorder;
  /** Of all values but constants. */
  readonly tensors = new Map<GraphValue, Tensor>();
  readonly #layout: Layout;
  readonly #storages: PlacedStorage[];
  readonly #steps: Step[] = [];
  /** Scratch memory, of everything that is recorded; their regions follow those of the values. */
  readonly #scratch: Buffer[] = [];
  #node = -1;

  constructor(graph: Graph, threads: number) {
    this.recorder = new Recorder(threads);
    this.#layout = layOut(graph);
    this.#storages = this.#layout.buffers.map(
      () => new PlacedStorage(virtualAddress(this.recorder.region())),
    );
  }

  tensorOf(value: GraphValue): Tensor {
    if (value.constant) return value.constant;
    let tensor = this.tensors.get(value);
    if (!tensor) {
      const storage = this.#storages[this.#layout.bufferOf.get(value)!]!;
      tensor = keep(new Tensor(storage.retain(), value.shape, value.dtype));
      this.tensors.set(value, tensor);
    }
    return tensor;
  }

  record(node: GraphNode): ProgramNode {
    this.#node++;
    const { op, plan } = node;
    const inputs = node.inputs.map((input) => input && this.tensorOf(input));
    if (plan.isView) {
      const view = inputs[0]!.shareStorage(node.output.shape);
      this.tensors.set(node.output, keep(view));
      return { node, steps: [] };
    }
    const output = this.tensorOf(node.output);
    const saved = node.saved.map((value) => this.tensorOf(value));
    const steps = [
      ...this.#record(() => op.family.checkValues?.(op, inputs, plan)),
      ...this.#record(() => op.family.forward(output, inputs, plan, saved)),
    ];
    this.#steps.push(...steps);
    return { node, steps };
  }

  #record(body: () => void): readonly Step[] {
    const { steps, scratchBytes: bytes } = this.recorder.record(body);
    this.#scratch.push({ bytes, first: this.#node, last: this.#node });
    return steps;
  }

  /** Plans the memory, takes it and tells everything its place. @throws OutOfMemoryError */
  place(): { bytes: number; leastBytes: number; arena: number } {
    const { offsets, bytes, leastBytes } = planMemory([...this.#layout.buffers, ...this.#scratch]);
    const arena = runtime().heap.allocate(bytes);
    const bases = offsets.map((offset) => arena + offset);
    this.#storages.forEach((storage, i) => storage.place(bases[i]!));
    this.#letGo();
    for (const step of this.#steps) step.place(bases);
    return { bytes, leastBytes, arena };
  }

  dispose(): void {
    disposeAll(this.tensors);
    this.#letGo();
    this.recorder.dispose();
  }

  /** From now on the tensors alone hold their memory. */
  #letGo(): void {
    for (const storage of this.#storages.splice(0)) storage.release();
  }
}
