import { formatShape } from '../shape.js';
import { type Graph, type GraphNode, type GraphValue, outputsOf } from './graph.js';

/**
 * A graph as text, the same for graphs that compute the same in the same order: a line for each input, then for each
 * node with its options and the shape of its output, then the outputs. Values are numbered in the order of their
 * definition, constants without a name in that of their first use; those of one element are shown by it.
 *
 * `%1 = conv2d(%0, 0.weight [3,3,3,8], 0.bias [8]) {padding: 1} [1,32,32,8]`
 */
export function graphText({ inputs, nodes, outputs, outputNames }: Graph): string {
  const names = new Map<GraphValue, string>();
  const define = (value: GraphValue) => names.set(value, `%${names.size}`).get(value)!;
  let constants = 0;
  const anonymous = new Map<GraphValue, string>();
  const textOf = (value: GraphValue | undefined): string => {
    if (value === undefined) return '-';
    if (!value.constant) return names.get(value) ?? `%?${value.id}`;
    if (value.constant.size === 1) return `${specText(value)} ${value.constant.item()}`;
    let name = value.name ?? anonymous.get(value);
    if (name === undefined) anonymous.set(value, (name = `#${constants++}`));
    return `${name} ${specText(value)}`;
  };
  const lines = inputs.map(
    (value) => `in ${define(value)}${value.name ? ` ${value.name}` : ''} ${specText(value)}`,
  );
  for (const node of nodes) {
    const operands = trimmed(node.inputs).map(textOf).join(', ');
    const defined = outputsOf(node).map(define).join(', ');
    lines.push(`${defined} = ${node.op.name}(${operands})${optionsOf(node)} ${shapesOf(node)}`);
  }
  const results = outputs.map((value, i) => {
    const name = outputNames ? `${outputNames[i]} ` : '';
    return `out ${name}${textOf(value)}`;
  });
  return [...lines, ...results].join('\n');
}

/** Without the operands at the end that are left out. */
function trimmed(inputs: GraphNode['inputs']): GraphNode['inputs'] {
  let length = inputs.length;
  while (length > 0 && inputs[length - 1] === undefined) length--;
  return inputs.slice(0, length);
}

const shapesOf = (node: GraphNode) => outputsOf(node).map(specText).join(', ');

const specText = ({ shape, dtype }: GraphValue) =>
  `${dtype === 'float32' ? '' : `${dtype} `}${formatShape(shape)}`;

/** Those of an activation that an op is have its name once more. */
function optionsOf({ op, options }: GraphNode): string {
  const isNamed = (options as { kind?: string } | undefined)?.kind === op.name;
  const text = optionsText(isNamed ? { ...(options as object), kind: undefined } : options);
  return text === '{}' || text === 'undefined' ? '' : ` ${text}`;
}

/** Options as text, the same for the same options; what is undefined is left out. */
export function optionsText(options: unknown): string {
  if (typeof options === 'string') return `'${options}'`;
  if (typeof options === 'object' && options !== null) {
    if (Array.isArray(options)) return `[${options.map(optionsText).join(',')}]`;
    if (ArrayBuffer.isView(options)) return optionsText([...(options as Float32Array)]);
    const entries = Object.entries(options).filter(([, value]) => value !== undefined);
    return `{${entries.map(([key, value]) => `${key}: ${optionsText(value)}`).join(', ')}}`;
  }
  return Object.is(options, -0) ? '-0' : String(options);
}
