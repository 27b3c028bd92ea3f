import type { Spec } from '../ops/op.js';
import { formatShape, sameShape } from '../shape.js';
import { type Graph, type GraphNode, type GraphValue, outputsOf } from './graph.js';

/**
 * Checks that a graph is one: that each value is defined once and before it is used, that no two have one id, and that
 * shapes and dtypes are what the ops plan for the inputs and the options.
 * @throws Error naming the node
 */
export function checkGraph({ inputs, nodes, outputs }: Graph): void {
  const defined = new Set<GraphValue>();
  const ids = new Map<number, GraphValue>();
  const checkId = (where: string, value: GraphValue) => {
    if ((ids.get(value.id) ?? value) !== value) fail(where, `two values have the id ${value.id}`);
    ids.set(value.id, value);
  };
  const define = (where: string, value: GraphValue) => {
    if (defined.has(value)) fail(where, `the value ${value.id} is defined twice`);
    if (value.constant) fail(where, `the value ${value.id} is a constant`);
    checkId(where, value);
    defined.add(value);
  };
  const use = (where: string, value: GraphValue | undefined) => {
    if (!value) return;
    if (value.constant) checkSpec(`${where}: a constant`, value, value.constant);
    else if (!defined.has(value)) fail(where, `the value ${value.id} is used before it is defined`);
    checkId(where, value);
  };
  inputs.forEach((value) => define('inputs', value));
  nodes.forEach((node, i) => {
    const where = `node ${i}, ${node.op.name}`;
    for (const input of node.inputs) use(where, input);
    checkPlan(where, node);
    for (const output of outputsOf(node)) define(where, output);
  });
  outputs.forEach((value) => use('outputs', value));
}

/** Plans again: throws for inputs that do not fit the op, too. */
function checkPlan(where: string, node: GraphNode): void {
  const { op, inputs, options, plan, output, saved } = node;
  const again = op.family.plan(op, inputs, options);
  for (const { shape, dtype = 'float32' } of [plan, again]) {
    checkSpec(`${where}: its output`, output, { shape, dtype });
  }
  if (saved.length === 0) return;
  if (saved.length !== again.saved?.length) fail(where, 'what is saved is not all that is planned');
  saved.forEach((value, i) => checkSpec(`${where}: what is saved`, value, again.saved![i]!));
}

function checkSpec(where: string, value: Spec, planned: Spec): void {
  if (sameShape(value.shape, planned.shape) && value.dtype === planned.dtype) return;
  const text = ({ shape, dtype }: Spec) => `${dtype} ${formatShape(shape)}`;
  fail(where, `expected ${text(planned)}, got ${text(value)}`);
}

function fail(where: string, what: string): never {
  throw new Error(`checkGraph: ${where}: ${what}`);
}
