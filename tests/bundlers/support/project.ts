import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const HERE = resolve('tests/bundlers');
export const MODULES = join(HERE, 'node_modules');
export const WORK = join(HERE, 'work');
/** The packed library, as npm installs it. */
export const PACKAGE = join(WORK, 'package');
/** Of the processes of a project: they find the bundlers' commands, colour nothing and report nothing. */
export const ENVIRONMENT = {
  ...process.env,
  PATH: [join(MODULES, '.bin'), process.env.PATH].join(delimiter),
  NODE_ENV: undefined,
  NO_COLOR: '1',
  NEXT_TELEMETRY_DISABLED: '1',
};

/**
 * A user's project: the page of `app/` with the files of a fixture and the installed library.
 * @param library what the page imports instead of `simdgrad`
 */
export async function createProject(
  name: string,
  { fixture, library = 'simdgrad' }: { fixture?: string | undefined; library?: string } = {},
): Promise<string> {
  const folder = join(WORK, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await cp(join(HERE, 'app'), folder, { recursive: true });
  if (fixture) await cp(join(HERE, 'fixtures', fixture), folder, { recursive: true });
  await cp(PACKAGE, join(folder, 'node_modules/simdgrad'), { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "type": "module", "private": true }');
  // Bundlers take the nearest configuration: that of the repository names the sources.
  await writeFile(join(folder, 'jsconfig.json'), '{}');
  await readdress(folder, ['digits.js', 'network.js'], { simdgrad: library });
  return folder;
}

/** Has scripts of a project import the library from other addresses, each given by the name that it stands for. */
export async function readdress(
  folder: string,
  scripts: readonly string[],
  addresses: Readonly<Record<string, string>>,
): Promise<void> {
  for (const name of scripts) {
    const script = join(folder, name);
    const code = await readFile(script, 'utf8');
    const readdressed = code.replace(/(?<= from ')[^']+/g, (found) => addresses[found] ?? found);
    await writeFile(script, readdressed);
  }
}

/** Runs a bundler's command. @returns what it said, on both streams @throws Error with that when it fails */
export async function bundle(folder: string, [command, ...argv]: readonly string[]) {
  const options = { cwd: folder, env: ENVIRONMENT };
  const said = ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr;
  return run(command!, argv, options).then(said, (error) => {
    throw new Error(`${command} ${argv.join(' ')}: ${said(error)}`);
  });
}

/** What a page has to show. */
export interface Learned {
  guesses: string;
  weights: string;
}

/** The training of the page in Node. */
export async function learnInNode(): Promise<Learned> {
  return (await runInNode(`
    import { learnDigits } from './digits.js';
    const { guesses, weights } = await learnDigits();
    console.log(JSON.stringify({ guesses: guesses.join(' '), weights }));
  `)) as Learned;
}

/** What a module beside the page's files prints in Node, as JSON. */
export async function runInNode(program: string): Promise<unknown> {
  const folder = await createProject('node');
  const { stdout } = await run('node', ['--input-type=module', '-e', program], { cwd: folder });
  return JSON.parse(stdout);
}
