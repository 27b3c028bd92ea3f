// A training step of a network of workloads.json as one ONNX graph: forward, backward and the optimizer, with
// onnxruntime's gradient operators. Parameters and optimizer state go in, and come out as `next_NAME`.

import {
  type ConvNode,
  type DenseNode,
  type Graph as Net,
  type MaxPoolNode,
  type OptimizerSpec,
  type Parameter,
} from '../nets/graph.js';
import {
  type Graph,
  initializer,
  int,
  type Initializer,
  MICROSOFT,
  node,
  type OnnxNode,
  string,
  value,
  type ValueInfo,
} from './onnx.js';
import { convAttributes, nameOf, nodesOf, poolAttributes } from './onnx-nets.js';

/** What the optimizer keeps for each parameter, and the scalars that every step is given. */
export const STATE: Readonly<Record<OptimizerSpec['name'], readonly string[]>> = {
  sgdm: ['m'],
  adam: ['m', 'v'],
  adadelta: ['m', 'v'],
};
const STEP_SCALARS = ['correction1', 'correction2'];

export function parametersOf({ nodes }: Net): Parameter[] {
  return nodes.flatMap((one) => (one.op === 'conv' || one.op === 'dense' ? [one.w, one.b] : []));
}

/** Inputs: x, labels, the parameters, their state and, of Adam, the scalars. Outputs: loss and all that changes. */
export function trainingGraph(net: Net): Graph {
  return new TrainingGraph(net).graph();
}

class TrainingGraph {
  readonly #nodes: OnnxNode[] = [];
  readonly #constants = new Map<string, Initializer>();
  readonly #shapes: ValueInfo[] = [];
  readonly #optimizer: OptimizerSpec;
  #temporaries = 0;

  constructor(readonly net: Net) {
    this.#optimizer = net.spec.optimizer!;
    this.#nodes.push(...net.nodes.flatMap(nodesOf));
    this.#loss();
    for (const one of [...net.nodes].reverse()) {
      if (one.op === 'conv') this.#convGradients(one);
      else if (one.op === 'dense') this.#denseGradients(one);
      else if (one.op === 'maxpool') this.#poolGradient(one);
      else throw new Error(`no gradient of ${one.op}`);
    }
    for (const parameter of parametersOf(net)) this.#update(parameter.name);
  }

  graph(): Graph {
    const { batch, spec } = this.net;
    const state = STATE[this.#optimizer.name];
    const changing = parametersOf(this.net).flatMap(({ name, shape }) =>
      ['', ...state.map((kind) => `${kind}_`)].map((prefix) => [prefix + name, shape] as const),
    );
    const scalars = this.#optimizer.name === 'adam' ? STEP_SCALARS : [];
    return {
      node: this.#nodes,
      input: [
        value('x', [batch, ...spec.input]),
        value('labels', [batch], 'int64'),
        ...changing.map(([name, shape]) => value(name, shape)),
        ...scalars.map((name) => value(name, [])),
      ],
      output: [value('loss', []), ...changing.map(([name, shape]) => value(`next_${name}`, shape))],
      initializer: [...this.#constants.values()],
      valueInfo: this.#shapes,
    };
  }

  #loss(): void {
    const logits = nameOf(this.net.nodes.at(-1)!.y);
    const mean = [string('reduction', 'mean')];
    const gradient = ['log_prob', 'labels'];
    this.#nodes.push(
      node('SoftmaxCrossEntropyLoss', [logits, 'labels'], ['loss', 'log_prob'], mean),
      node(
        'SoftmaxCrossEntropyLossGrad',
        [this.#constant(1), ...gradient],
        [`d_${logits}`],
        mean,
        MICROSOFT,
      ),
    );
  }

  /** The gradient before the activation. */
  #beforeActivation({ act, y }: ConvNode | DenseNode): string {
    const dy = `d_${nameOf(y)}`;
    if (act === 'none') return dy;
    this.#nodes.push(node('ReluGrad', [dy, nameOf(y)], [`${dy}_before`], [], MICROSOFT));
    return `${dy}_before`;
  }

  #convGradients(one: ConvNode): void {
    const { x, w, b } = one;
    const dx = x === 0 ? '' : `d_${nameOf(x)}`;
    const outputs = [dx, `d_${w.name}`, `d_${b.name}`];
    const dy = this.#beforeActivation(one);
    const inputs = [dy, nameOf(x), w.name];
    this.#nodes.push(node('ConvGrad', inputs, outputs, convAttributes(one), MICROSOFT));
  }

  #denseGradients(one: DenseNode): void {
    const { x, y, w, b, inShape } = one;
    const dy = this.#beforeActivation(one);
    const dx = `d_${nameOf(x)}`;
    const rows = this.#integers([0]);
    const shape = this.#integers([this.net.batch, ...inShape]);
    this.#nodes.push(
      node('Gemm', [`${nameOf(y)}_flat`, dy], [`d_${w.name}`], [int('transA', 1)]),
      node('ReduceSum', [dy, rows], [`d_${b.name}`], [int('keepdims', 0)]),
      node('Gemm', [dy, w.name], [`${dx}_flat`], [int('transB', 1)]),
    );
    const isFlat = this.net.nodes[x - 1]!.op === 'dense';
    const inputs = [`${dx}_flat`, shape];
    this.#nodes.push(isFlat ? node('Identity', [inputs[0]!], [dx]) : node('Reshape', inputs, [dx]));
  }

  #poolGradient(one: MaxPoolNode): void {
    const dx = `d_${nameOf(one.x)}`;
    const y = nameOf(one.y);
    this.#shapes.push(value(dx, [this.net.batch, ...one.inShape]));
    this.#nodes.push(node('MaxPoolGrad', [`d_${y}`, `${y}_indices`], [dx], poolAttributes(one)));
  }

  #update(name: string): void {
    const { lr, momentum = 0, beta1 = 0, beta2 = 0, rho = 0, eps = 0 } = this.#optimizer;
    const [m, v, d] = [`m_${name}`, `v_${name}`, `d_${name}`];
    const squared = () => this.#op('Mul', d, d);
    switch (this.#optimizer.name) {
      case 'sgdm':
        this.#next(m, 'Add', this.#op('Mul', m, this.#constant(momentum)), d);
        return this.#descend(name, `next_${m}`, lr);
      case 'adam': {
        this.#mean(m, beta1, d);
        this.#mean(v, beta2, squared());
        const root = this.#op('Sqrt', this.#op('Mul', `next_${v}`, 'correction2'));
        const divisor = this.#op('Add', root, this.#constant(eps));
        const mean = this.#op('Mul', `next_${m}`, 'correction1');
        return this.#descend(name, this.#op('Div', mean, divisor), lr);
      }
      case 'adadelta': {
        this.#mean(m, rho, squared());
        const root = (of: string) => this.#op('Sqrt', this.#op('Add', of, this.#constant(eps)));
        const delta = this.#op('Mul', this.#op('Div', root(v), root(`next_${m}`)), d);
        this.#mean(v, rho, this.#op('Mul', delta, delta));
        return this.#descend(name, delta, lr);
      }
    }
  }

  /** state = share · state + (1 − share) · x */
  #mean(state: string, share: number, x: string): void {
    const kept = this.#op('Mul', state, this.#constant(share));
    this.#next(state, 'Add', kept, this.#op('Mul', x, this.#constant(1 - share)));
  }

  #descend(name: string, direction: string, lr: number): void {
    this.#next(name, 'Sub', name, this.#op('Mul', direction, this.#constant(lr)));
  }

  #next(name: string, opType: string, a: string, b: string): void {
    this.#nodes.push(node(opType, [a, b], [`next_${name}`]));
  }

  #op(opType: string, ...inputs: string[]): string {
    const result = `t${this.#temporaries++}`;
    this.#nodes.push(node(opType, inputs, [result]));
    return result;
  }

  #constant(scalar: number): string {
    return this.#remember(`c${scalar}`, [], Float32Array.of(scalar));
  }

  #integers(values: readonly number[]): string {
    return this.#remember(
      `i${values.join('_')}`,
      [values.length],
      BigInt64Array.from(values, BigInt),
    );
  }

  #remember(name: string, shape: number[], values: Float32Array | BigInt64Array): string {
    this.#constants.set(name, initializer(name, shape, values));
    return name;
  }
}
