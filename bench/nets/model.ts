// The networks of workloads.json built with the library's layers.

import {
  Adadelta,
  Adam,
  add,
  concat,
  Conv2d,
  Flatten,
  GlobalAvgPool2d,
  Linear,
  MaxPool2d,
  Module,
  type Optimizer,
  relu,
  ReLU,
  ReLU6,
  Sequential,
  SGD,
  type Tensor,
} from '../../src/index.js';
import type {
  ActivationName,
  ConvNode,
  DenseNode,
  Graph,
  LayerSpec,
  OptimizerSpec,
} from './graph.js';
import { biasOf, weightOf } from './parameters.js';

/** The model with the weights that every implementation has. */
export function buildNet(graph: Graph): Module {
  const weighted = graph.nodes.filter((node) => node.op === 'conv' || node.op === 'dense');
  return sequence(graph.spec.layers, weighted.values());
}

export function buildOptimizer(
  parameters: Tensor[],
  { name, lr, momentum = 0, beta1 = 0, beta2 = 0, rho = 0, eps = 0 }: OptimizerSpec,
): Optimizer {
  switch (name) {
    case 'sgdm':
      return new SGD(parameters, { lr, momentum });
    case 'adam':
      return new Adam(parameters, { lr, betas: [beta1, beta2], eps });
    case 'adadelta':
      return new Adadelta(parameters, { lr, rho, eps });
  }
}

/** The nodes with weights, in the order of the layers. */
type Weighted = Iterator<ConvNode | DenseNode>;

/** act(main(x) + short(x)); an empty short path is x itself. */
class Residual extends Module {
  constructor(
    readonly main: Module,
    readonly short: Module,
    readonly act: ActivationName,
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    const sum = add(this.main.forward(x), this.short.forward(x));
    return this.act === 'relu' ? relu(sum) : sum;
  }
}

/** The channels of all branches, one after the other. */
class Concat extends Module {
  constructor(readonly branches: readonly Module[]) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return concat(
      this.branches.map((branch) => branch.forward(x)),
      3,
    );
  }
}

function sequence(specs: readonly LayerSpec[], weighted: Weighted): Sequential {
  return new Sequential(...specs.flatMap((spec) => layersOf(spec, weighted)));
}

function layersOf(spec: LayerSpec, weighted: Weighted): Module[] {
  switch (spec.t) {
    case 'conv':
    case 'dw':
      return [convolution(weighted.next().value as ConvNode), ...activation(spec.act)];
    case 'dense':
      return [new Flatten(), dense(weighted.next().value as DenseNode), ...activation(spec.act)];
    case 'maxpool':
      return [new MaxPool2d(spec.r, { stride: spec.s, padding: spec.p })];
    case 'gap':
      return [new GlobalAvgPool2d()];
    case 'residual': {
      const main = sequence(spec.main, weighted);
      return [new Residual(main, sequence(spec.short, weighted), spec.act)];
    }
    case 'concat':
      return [new Concat(spec.branches.map((branch) => sequence(branch, weighted)))];
  }
}

function activation(act: ActivationName): Module[] {
  if (act === 'none') return [];
  return [act === 'relu' ? new ReLU() : new ReLU6()];
}

function convolution(node: ConvNode): Conv2d {
  const { inShape, shape, size, stride, pad: padding, groups } = node;
  const layer = new Conv2d(inShape[0], shape[0], size, { stride, padding, groups });
  layer.weight.assign(weightOf(node));
  layer.bias!.assign(biasOf(node));
  return layer;
}

function dense(node: DenseNode): Linear {
  const [inFeatures, outFeatures] = node.w.shape as [number, number];
  const layer = new Linear(inFeatures, outFeatures);
  layer.weight.assign(weightOf(node));
  layer.bias!.assign(biasOf(node));
  return layer;
}
