import { checkBoolean } from '../check.js';
import { checkTensor } from '../ops/check.js';
import { checkOptions } from '../options.js';
import { Tensor } from '../tensor.js';
import { checkNonNegative, listOf } from './check.js';

/** Options that all optimizers have. */
export interface OptimizerOptions {
  /** Learning rate, at least 0. */
  lr?: number;
  /** Factor of the parameter that is added to its gradient, or as the optimizer says. Default 0 unless it says so. */
  weightDecay?: number;
  /** Whether steps go up the gradient instead of down. Default false. */
  maximize?: boolean;
}

/** Parameters with options of their own; what is left out is as the optimizer has it. */
export type ParameterGroup<Options> = Partial<Options> & { readonly params: Iterable<Tensor> };

/** What an optimizer is given to update: tensors, or groups of them. */
export type ParameterList<Options> = Iterable<Tensor> | Iterable<ParameterGroup<Options>>;

/** The `name` of an optimizer, and its options. */
export type OptimizerSettings = Readonly<Record<string, string | number | boolean>>;

/** What sets an optimizer apart from others, but for the formula of its update. */
export interface Rule<Options extends OptimizerOptions> {
  readonly name: string;
  /** The names of its options beside those that all have. */
  readonly options: readonly string[];
  /** Left out, it has to be given. */
  readonly lr?: number;
  readonly weightDecay?: number;
  /** Its own options checked, with their defaults. @throws TypeError, RangeError that begin with `op` */
  settings(op: string, options: Options): OptimizerSettings;
  /** The names of what it keeps for a parameter, in the order of the kernel's states; '' where it keeps nothing there. */
  buffers(settings: OptimizerSettings): readonly string[];
  /** What they are filled with at first. Default 0. */
  fill?(settings: OptimizerSettings): number;
}

/** A group, checked. */
export interface Group {
  readonly params: readonly Tensor[];
  /** Its learning rate as a multiple of the optimizer's. */
  readonly lrShare: number;
  readonly settings: OptimizerSettings;
  readonly buffers: readonly string[];
  readonly fill: number;
}

/** The settings of a rule but for `lr`; `maximize` is there only where it is true. @throws TypeError, RangeError */
export function settingsOf<Options extends OptimizerOptions>(
  op: string,
  rule: Rule<Options>,
  options: Options,
): OptimizerSettings {
  const { weightDecay = rule.weightDecay ?? 0, maximize = false } = options;
  const own = rule.settings(op, options);
  checkNonNegative(op, 'weightDecay', weightDecay);
  checkBoolean(op, 'maximize', maximize);
  return { ...own, weightDecay, ...(maximize && { maximize }) };
}

/** The groups of what an optimizer was given. @throws TypeError, RangeError */
export function groupsOf<Options extends OptimizerOptions>(
  rule: Rule<Options>,
  params: ParameterList<Options>,
  options: Options,
  { lr, settings }: { readonly lr: number; readonly settings: OptimizerSettings },
): readonly Group[] {
  const { name } = rule;
  const given: readonly (Tensor | ParameterGroup<Options>)[] = listOf(
    name,
    params as Iterable<Tensor | ParameterGroup<Options>>,
  );
  const isGrouped = isGroup(given[0]);
  const groups = isGrouped
    ? given.map((group, i) => groupOf(rule, group as ParameterGroup<Options>, options, { lr, i }))
    : [made(rule, given as readonly Tensor[], settings, 1)];
  checkParameters(name, groups, isGrouped);
  return groups;
}

function isGroup(value: unknown): boolean {
  return (
    !(value instanceof Tensor) && typeof value === 'object' && value !== null && 'params' in value
  );
}

function groupOf<Options extends OptimizerOptions>(
  rule: Rule<Options>,
  group: ParameterGroup<Options>,
  options: Options,
  { lr, i }: { lr: number; i: number },
): Group {
  const op = `${rule.name}: params[${i}]`;
  checkOptions(rule.name, group, ['params', ...namesOf(rule)], `params[${i}]`);
  const { params, ...own } = group;
  const list = listOf(op, params);
  let lrShare = 1;
  if (own.lr !== undefined) {
    checkNonNegative(op, 'lr', own.lr);
    if (lr === 0) {
      throw new RangeError(`${op}: lr: expected none where that of all is 0, got ${own.lr}`);
    }
    lrShare = own.lr / lr;
  }
  const settings = settingsOf(op, rule, { ...options, ...own });
  return made(rule, list, settings, lrShare);
}

function made<Options extends OptimizerOptions>(
  rule: Rule<Options>,
  params: readonly Tensor[],
  settings: OptimizerSettings,
  lrShare: number,
): Group {
  const fill = rule.fill?.(settings) ?? 0;
  return { params, settings, lrShare, buffers: rule.buffers(settings), fill };
}

/** The options that a rule knows. */
export function namesOf<Options extends OptimizerOptions>(rule: Rule<Options>): readonly string[] {
  return ['lr', ...rule.options, 'weightDecay', 'maximize'];
}

function checkParameters(op: string, groups: readonly Group[], isGrouped: boolean): void {
  const known = new Map<Tensor, string>();
  groups.forEach(({ params }, g) => {
    const prefix = isGrouped ? `params[${g}].params` : 'params';
    params.forEach((parameter, i) => {
      const place = `${prefix}[${i}]`;
      checkTensor(op, place, parameter);
      if (parameter.node) {
        throw new TypeError(`${op}: ${place}: expected a leaf, got the result of an op`);
      }
      const first = known.get(parameter);
      if (first !== undefined) {
        throw new RangeError(`${op}: ${place}: expected distinct parameters, got ${first} again`);
      }
      known.set(parameter, place);
    });
  });
}

/**
 * Name and settings as plain JSON. Of groups that were given as such: how many parameters each has, its share of the
 * learning rate, and the settings in which it differs.
 */
export function configOf(
  name: string,
  settings: OptimizerSettings,
  groups: readonly Group[],
): OptimizerSettings {
  const config: Record<string, string | number | boolean> = { name, ...settings };
  if (groups[0]!.settings === settings) return config;
  groups.forEach((group, i) => {
    const own = { count: group.params.length, lrShare: group.lrShare };
    Object.assign(config, prefixed(`params[${i}].`, own));
    for (const [key, value] of Object.entries(group.settings)) {
      if (settings[key] !== value) config[`params[${i}].${key}`] = value;
    }
  });
  return config;
}

function prefixed(prefix: string, values: object): object {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [`${prefix}${key}`, value as unknown]),
  );
}
