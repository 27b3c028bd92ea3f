import { formatShape } from '../shape.js';
import { constantsOf, type Graph } from './graph.js';
import { multiplyAddsOf } from './profile.js';
import type { Program } from './program.js';

/** The nodes of a graph with their sizes, and what running it takes. */
export function summaryOf(graph: Graph, program: Program, memoryBytes: number): string {
  const rows = graph.nodes.map((node): Row => {
    const weights = node.inputs.reduce((sum, input) => sum + (input?.constant?.size ?? 0), 0);
    const count = multiplyAddsOf(node);
    const shape = formatShape(node.output.shape);
    return [node.op.name, shape, weights ? String(weights) : '', count ? String(count) : ''];
  });
  const head: Row = ['op', 'output', 'weights', 'multiply-adds'];
  const inputs = graph.inputs.map(({ name = 'input', shape }) => `${name} ${formatShape(shape)}`);
  const weights = constantsOf(graph).reduce((sum, { constant }) => sum + constant!.size, 0);
  const multiplyAdds = graph.nodes.reduce((sum, node) => sum + multiplyAddsOf(node), 0);
  return [
    `inputs: ${inputs.join(', ')}`,
    ...table([head, ...rows]),
    `${graph.nodes.length} nodes, ${weights} weights, ${multiplyAdds} multiply-adds`,
    `memory of the values ${program.arenaBytes} bytes (at least ${program.leastArenaBytes}), in all ${memoryBytes}`,
  ].join('\n');
}

type Row = [op: string, output: string, weights: string, multiplyAdds: string];

/** Text to the left, numbers to the right. */
function table(rows: readonly Row[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
}
