import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import type { Answer, Runtime } from './answer.js';

const binary = join(
  import.meta.dirname,
  '../node_modules/@cloudflare/workerd-linux-64/bin/workerd',
);

/** Starts a server on a free port and waits until it listens. */
async function startServer(project: string) {
  const server = spawn(binary, ['serve', '--control-fd=3', 'workerd.capnp'], {
    cwd: project,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  const [line] = (await once(createInterface(server.stdio[3] as Readable), 'line')) as [string];
  const { port } = JSON.parse(line) as { port: number };
  const close = async () => {
    server.kill();
    await once(server, 'exit');
  };
  return { url: `http://127.0.0.1:${port}`, close };
}

/** The runtime of Cloudflare Workers. A server of its own for each training: `init` runs once in a worker. */
export const workerd: Runtime = {
  name: 'workerd',
  needs: [binary],
  places: [{ name: 'request handler', threads: [1, 2], sharesMemory: false }],
  modelWorkers: [],
  async start(project) {
    const version = (await promisify(execFile)(binary, ['--version'])).stdout.trim().split(' ')[1]!;
    return {
      version,
      async run(_place, options) {
        const server = await startServer(project);
        try {
          const query = encodeURIComponent(JSON.stringify(options));
          const response = await fetch(`${server.url}/?options=${query}`);
          if (!response.ok) throw new Error(await response.text());
          return (await response.json()) as Answer;
        } finally {
          await server.close();
        }
      },
      close: async () => undefined,
    };
  },
};
