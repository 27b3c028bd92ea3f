import { checkBoolean, wrongKind } from '../check.js';
import { FormatError } from '../errors.js';
import { checkOptions } from '../options.js';
import type { FileGraph } from './graph.js';

/** How a model of another library's file is made a module. */
export interface ImportOptions {
  /** Whether its weights are parameters, which train; left out, they are constants. */
  readonly trainable?: boolean;
  /** Parameters that do not change in training: their names, or patterns of them. */
  readonly freeze?: readonly (string | RegExp)[];
  /**
   * Values of the file's graph that the model gives instead of the file's outputs, by their names: the features before
   * the last layer, say. What only other outputs need is left out, its ops need not be known.
   */
  readonly outputs?: readonly string[];
}

/** @param own the options that the format has beside them @throws TypeError */
export function checkImportOptions(
  op: string,
  options: ImportOptions,
  own: readonly string[],
): void {
  checkOptions(op, options, ['trainable', 'freeze', 'outputs', ...own]);
  const { trainable, freeze, outputs } = options;
  if (trainable !== undefined) checkBoolean(op, 'trainable', trainable);
  if (freeze !== undefined && !Array.isArray(freeze)) {
    throw wrongKind(op, 'freeze', 'an array of names and patterns', freeze);
  }
  const isNamed = Array.isArray(outputs) && outputs.length > 0;
  if (outputs !== undefined && !isNamed) {
    throw wrongKind(op, 'outputs', 'an array of names', outputs);
  }
}

/**
 * The part of a graph that some of its values need.
 * @param outputs their names
 * @throws FormatError for one that the graph has not
 */
export function cut<A>(graph: FileGraph<A>, outputs: readonly string[]): FileGraph<A> {
  const given = new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.constants.keys(),
    ...graph.nodes.flatMap((node) => node.outputs),
  ]);
  for (const name of outputs) {
    if (given.has(name) && name !== '') continue;
    throw new FormatError(
      `outputs: expected names of values in the file, got ${JSON.stringify(name)}`,
    );
  }
  const needed = new Set(outputs);
  const nodes = [...graph.nodes].reverse().filter((node) => {
    if (!node.outputs.some((name) => needed.has(name))) return false;
    for (const name of [...node.inputs, ...(node.captures ?? [])]) needed.add(name);
    return true;
  });
  return {
    inputs: graph.inputs.filter(({ name }) => needed.has(name)),
    outputs,
    nodes: nodes.reverse(),
    constants: new Map([...graph.constants].filter(([name]) => needed.has(name))),
  };
}
