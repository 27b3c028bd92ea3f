// Which branches of the kernels' loops lie across 32 bytes of machine code, as this Node compiles them.
//
// Intel's processors from Skylake to Cascade Lake, with the microcode of 2019, do not keep such a branch decoded
// ("Mitigations for Jump Conditional Code Erratum"), nor what follows it until the next taken branch. A loop that
// multiplies is then limited by its bytes, 16 in a cycle, and no longer by its instructions, 4 in a cycle.
//
//   npx tsx bench/branches.ts [MODULE]        default build/relaxed.wasm

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

interface Code {
  /** The index of the function in the module. */
  readonly index: number;
  readonly instructions: readonly Instruction[];
}

interface Instruction {
  readonly address: number;
  readonly bytes: number;
  readonly text: string;
}

const FLAGS = [
  '--experimental-wasm-relaxed-simd',
  '--no-liftoff',
  '--no-wasm-lazy-compilation',
  '--print-wasm-code',
];
const COMPILE = 'WebAssembly.compile(require("node:fs").readFileSync(process.argv[1]))';
const WINDOW = 32;
/** Loops with fewer multiplications are not where the time goes. */
const MULTIPLICATIONS = 8;

function disassemble(module: string): Code[] {
  const output = execFileSync(process.execPath, [...FLAGS, '-e', COMPILE, module], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  return [...output.matchAll(/^index: (\d+)$([^]*?)^---/gm)].map(([, index, text]) => ({
    index: Number(index),
    instructions: [...text!.matchAll(/^0x([0-9a-f]+) +[0-9a-f]+ +([0-9a-f]+) +(.+)$/gm)].map(
      ([, address, bytes, text]) => ({
        address: Number.parseInt(address!, 16),
        bytes: bytes!.length / 2,
        text: text!.replace('REX.W ', ''),
      }),
    ),
  }));
}

/** The address that an instruction may jump to. */
function target({ text }: Instruction): number | undefined {
  const to = /^j\w+ 0x([0-9a-f]+)/.exec(text)?.[1];
  return to === undefined ? undefined : Number.parseInt(to, 16);
}

/** The innermost loops: from the target of a jump back to that jump, with no other jump back between them. */
function innermostLoops(code: readonly Instruction[]): Instruction[][] {
  const loops: Instruction[][] = [];
  code.forEach((instruction, end) => {
    const to = target(instruction);
    const begin = code.findIndex(({ address }) => address === to);
    if (begin === -1 || begin > end) return;
    const loop = code.slice(begin, end + 1);
    const isInner = loop.slice(0, -1).every((other) => {
      const at = target(other);
      return at === undefined || at < to! || at > other.address;
    });
    if (isInner) loops.push(loop);
  });
  return loops;
}

const isFused = (text: string): boolean => /^(cmp|test|sub|add)[lq] /.test(text);

/** For each branch, with the comparison that the processor fuses it with, whether it lies across or ends a window. */
function branches(loop: readonly Instruction[]): boolean[] {
  return loop.flatMap((jump, i) => {
    if (!jump.text.startsWith('j')) return [];
    const before = loop[i - 1];
    const first = before && jump.text[1] !== 'm' && isFused(before.text) ? before : jump;
    const end = jump.address + jump.bytes;
    return [Math.floor(first.address / WINDOW) !== Math.floor(end / WINDOW)];
  });
}

const module = process.argv[2] ?? 'build/relaxed.wasm';
if (!existsSync(module)) {
  console.error(
    `branches: expected a module, got ${module}, which is not there: npm run build:wasm`,
  );
  process.exit(2);
}
console.log(
  `${module}, Node ${process.versions.node}: innermost loops, X where a branch lies across ${WINDOW} bytes`,
);
console.log('function  multiplications  instructions  bytes  branches');
for (const { index, instructions } of disassemble(module)) {
  for (const loop of innermostLoops(instructions)) {
    const multiplications = loop.filter(({ text }) => /^v(fmadd|mulps)/.test(text)).length;
    if (multiplications < MULTIPLICATIONS) continue;
    const bytes = loop.reduce((sum, instruction) => sum + instruction.bytes, 0);
    const marks = branches(loop)
      .map((lies) => (lies ? 'X' : '.'))
      .join('');
    console.log(
      `${String(index).padStart(8)}  ${String(multiplications).padStart(15)}  ` +
        `${String(loop.length).padStart(12)}  ${String(bytes).padStart(5)}  ${marks}`,
    );
  }
}
