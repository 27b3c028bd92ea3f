import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Answer, Runtime } from './answer.js';

const execute = promisify(execFile);
const packages = join(import.meta.dirname, '../node_modules');

/**
 * A runtime that runs a file.
 * @param binary below tests/runtimes/node_modules
 * @param flags before the file
 */
function command(name: string, binary: string, flags: readonly string[] = []): Runtime {
  const path = join(packages, binary);
  return {
    name,
    needs: [path],
    places: [{ name: 'main thread', threads: [1, 2, 3, 8], sharesMemory: true }],
    modelWorkers: [{ name: 'ModelWorker', threads: [1, 2], sharesMemory: true }],
    async start(project) {
      const version = /\d+\.\d+\.\d+/.exec((await execute(path, ['--version'])).stdout)![0];
      return {
        version,
        async run(place, options) {
          const argv = [...flags, 'command.js', place.name, JSON.stringify(options)];
          const { stdout, stderr } = await execute(path, argv, { cwd: project, timeout: 60_000 });
          if (stderr) throw new Error(`${name}: ${stderr}`);
          return JSON.parse(stdout) as Answer;
        },
        close: async () => undefined,
      };
    },
  };
}

/** Runtimes from packages of npm. Their install scripts do not run: the paths are those of the platform's packages. */
export const commands: readonly Runtime[] = [
  command('Node 20', 'node-20/bin/node'),
  command('Node 22', 'node-22/bin/node'),
  command('Node 24', 'node-24/bin/node'),
  command('Deno', '@deno/linux-x64-glibc/deno', ['run', '--no-prompt', '--allow-read=.']),
  command('Bun', '@oven/bun-linux-x64/bin/bun'),
];
