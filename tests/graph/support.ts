import { expect } from 'vitest';
import { randn } from '../../src/creation.js';
import { checkGraph } from '../../src/graph/check.js';
import type { Graph } from '../../src/graph/graph.js';
import { runGraph } from '../../src/graph/run-graph.js';
import { graphText } from '../../src/graph/text.js';
import { trace, type TraceInputs } from '../../src/graph/trace.js';
import { evaluationPass, type Model } from '../../src/layers/module.js';
import type { Tensor } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';

/** A model that is a function. */
export const modelOf = (forward: (x: Tensor) => Tensor): Model => ({
  forward,
  parameters: () => [],
});

/** A model of several inputs, which are named a, b, c … */
export const modelOfAll = (forward: (...inputs: Tensor[]) => unknown): Model =>
  modelOf((inputs) => forward(...Object.values(inputs as unknown as Tensor[])) as Tensor);

/** What `trace` wants to know of the inputs of such a model. */
export const namedInputs = (inputs: readonly Tensor[]): TraceInputs =>
  Object.fromEntries(inputs.map(({ shape, dtype }, i) => ['abcdef'[i]!, { shape, dtype }]));

export const pictures = (...shape: number[]) => ({ shape, dtype: 'float32' as const });

/** Checks both graphs, and that they compute the same of random inputs. */
export function expectSame(before: Graph, after: Graph, relative = 1e-5): void {
  const inputs = before.inputs.map(({ shape }) => randn(shape));
  const [expected, got] = [before, after].map((graph) => {
    checkGraph(graph);
    return runGraph(graph, inputs);
  });
  expected!.forEach((output, i) => {
    expect(got![i]!.shape).toEqual(output.shape);
    expectClose(got![i]!.data(), output.data(), { relative, absolute: 1e-6, label: `output ${i}` });
  });
}

/**
 * The texts of a model's graph and of what a pass makes of it, where both compute the same.
 * @param relative largest difference, as a share of the largest output
 */
export function textsOf(
  model: Model,
  inputs: TraceInputs,
  pass: (graph: Graph) => Graph,
  relative?: number,
): { before: string; after: string } {
  return evaluationPass(model, () => {
    const graph = trace(model, inputs);
    const passed = pass(graph);
    expectSame(graph, passed, relative);
    return { before: graphText(graph), after: graphText(passed) };
  });
}
