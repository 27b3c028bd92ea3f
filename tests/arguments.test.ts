// Every public function and class, called with too little, too much and the wrong kinds: the answer is a sentence of ours.
import { expect, describe as suite, test } from 'vitest';
import * as data from '../src/data/index.js';
import { describe } from '../src/describe.js';
import * as library from '../src/index.js';
import * as node from '../src/node/index.js';
import * as worker from '../src/worker/index.js';
import { CALLS, WITHOUT_ARGUMENTS } from './support/calls.js';

type Callable = (...args: never[]) => unknown;

const { initializers, ...functions } = library;
const exported = Object.entries({ ...functions, ...initializers, ...data, ...node, ...worker })
  .filter(([name, value]) => typeof value === 'function' && !name.endsWith('Error'))
  .map(([name, value]) => [name, value as Callable] as const);

/** Nothing takes one of these, but where a call says so. */
const WRONG: readonly unknown[] = [
  Symbol('wrong'),
  7n,
  new Map(),
  Object.create(null),
  new Date(0),
];

/** The error of a call, thrown or rejected; undefined where there is none. */
async function errorOf(callable: Callable, args: unknown[]): Promise<unknown> {
  try {
    const isClass = /^class\b/.test(Function.prototype.toString.call(callable));
    const result: unknown = isClass
      ? Reflect.construct(callable, args)
      : (callable as (...all: unknown[]) => unknown)(...args);
    await result;
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Whether the error is one of ours: the name of what was called, of the argument, what was expected and what came. */
function expectSentence(error: unknown, name: string, call: string): void {
  expect(error, call).toBeInstanceOf(Error);
  const { message } = error as Error;
  expect(message, call).toMatch(/^[\w.]+: (?:[^:]+: )+expected [^]+, got [^]+$/);
  expect(message.length, call).toBeLessThan(500);
  expect(message.toLowerCase(), call).toContain(name.slice(0, 4).toLowerCase());
}

const callOf = (name: string) => CALLS[name]!;

test('every export has a call in the table', () => {
  const names = exported.map(([name]) => name).filter((name) => !WITHOUT_ARGUMENTS.includes(name));
  expect(Object.keys(CALLS).sort()).toEqual([...new Set(names)].sort());
});

suite.each(exported.filter(([name]) => name in CALLS))('%s', (name, callable) => {
  test('without arguments', async () => {
    const { isOptional = false } = callOf(name);
    for (const args of [[], [undefined], [null]]) {
      const error = await errorOf(callable, args);
      if (error === undefined && isOptional) continue;
      expectSentence(error, name, `${name}(${args.map(describe).join()})`);
    }
  });

  test('with arguments of the wrong kind', async () => {
    const { args, takes = [] } = callOf(name);
    for (let i = 0; i < args().length; i++) {
      for (const value of WRONG) {
        if (takes.some(([place, kind]) => place === i && value instanceof kind)) continue;
        if (takes.some(([place, kind]) => place === i && kind === Object && isBare(value)))
          continue;
        const given = args().map((arg, j) => (j === i ? value : arg));
        const error = await errorOf(callable, given);
        expectSentence(error, name, `${name}: argument ${i} is ${describe(value)}`);
      }
    }
  });

  test('with one argument too many', async () => {
    if (callOf(name).isVariadic) return;
    const error = await errorOf(callable, [...callOf(name).args(), 1]);
    expectSentence(error, name, name);
    expect((error as Error).message).toMatch(/arguments: expected (no arguments|at most)/);
  });

  test('with an option that does not exist', async () => {
    const { args, options } = callOf(name);
    if (options === undefined) return;
    const given = args();
    given[options] = { ...(given[options] as object), notThere: 1 };
    const error = await errorOf(callable, given);
    expectSentence(error, name, name);
    expect((error as Error).message).toMatch(/expected .*, got notThere$/);
  });

  test('with options of the wrong kind', async () => {
    const { args, options, isElsewhere = false } = callOf(name);
    if (options === undefined || isElsewhere) return;
    for (const option of await optionsOf(callable, args(), options)) {
      for (const value of WRONG) {
        if (isBare(value) && ['flattened', 'metrics', 'setup'].includes(option)) continue;
        const given = args();
        given[options] = { ...(given[options] as object), [option]: value };
        const error = await errorOf(callable, given);
        expectSentence(error, name, `${name}: ${option} is ${describe(value)}`);
      }
    }
  });
});

/** The names of the options that a function knows: it lists them for one that it does not. */
async function optionsOf(callable: Callable, args: unknown[], at: number): Promise<string[]> {
  const given = args.map((arg, i) => (i === at ? { ...(arg as object), notThere: 1 } : arg));
  const { message } = (await errorOf(callable, given)) as Error;
  return /expected (.*), got notThere$/.exec(message)![1]!.split(', ');
}

function isBare(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null;
}
