import { describe, tagOf } from './describe.js';

/** What options are called in other libraries, in lower case without `_` and a last `s`: by their names here. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  alpha: 'slope',
  beta1: 'betas',
  beta2: 'betas',
  decay: 'weightDecay',
  dilationrate: 'dilation',
  dim: 'axis',
  epsilon: 'eps',
  filter: 'outChannels',
  learningrate: 'lr',
  negativeslope: 'slope',
  pad: 'padding',
  poolsize: 'kernelSize',
  rate: 'p',
  startdim: 'startAxis',
  unit: 'outFeatures',
  usebia: 'bias',
  validationdata: 'validation',
};

/**
 * Checks that `options` is undefined or an object that holds no other names than those known.
 * @throws TypeError that lists the known names and, for a name of another library, ours
 */
export function checkOptions(
  op: string,
  options: object | undefined,
  known: readonly string[],
  argument = 'options',
): void {
  if (options === undefined) return;
  if (!isOptions(options)) {
    throw new TypeError(`${op}: ${argument}: expected an object, got ${describe(options)}`);
  }
  for (const name in options) {
    if (!known.includes(name)) throw unknownOption(op, argument, name, known);
  }
}

function isOptions(value: unknown): boolean {
  return tagOf(value) === 'Object' && !('@simdgrad' in (value as object));
}

function unknownOption(
  op: string,
  argument: string,
  name: string,
  known: readonly string[],
): TypeError {
  const plain = plainName(name);
  const elsewhere = Object.hasOwn(ELSEWHERE, plain) ? ELSEWHERE[plain] : undefined;
  const ours = known.find((other) => plainName(other) === plain || other === elsewhere);
  const hint = ours === undefined ? '' : `, which is ${ours} here`;
  const expected = known.join(', ') || 'none';
  return new TypeError(
    `${op}: ${argument}: expected ${expected}, got ${describeName(name)}${hint}`,
  );
}

const describeName = (name: string) => (/^\w{1,60}$/.test(name) ? name : describe(name));

const plainName = (name: string) => name.toLowerCase().replace(/_|s$/g, '');
