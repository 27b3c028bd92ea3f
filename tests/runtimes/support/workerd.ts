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

/** The runtime of Cloudflare Workers, answering requests on a free port. */
export const workerd: Runtime = {
  name: 'workerd',
  needs: [binary],
  places: [{ name: 'request handler' }],
  async start(project) {
    const version = (await promisify(execFile)(binary, ['--version'])).stdout.trim().split(' ')[1]!;
    const server = spawn(binary, ['serve', '--control-fd=3', 'workerd.capnp'], {
      cwd: project,
      stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
    });
    const [line] = (await once(createInterface(server.stdio[3] as Readable), 'line')) as [string];
    const { port } = JSON.parse(line) as { port: number };
    return {
      version,
      async run(_place, options) {
        const query = encodeURIComponent(JSON.stringify(options));
        const response = await fetch(`http://127.0.0.1:${port}/?options=${query}`);
        if (!response.ok) throw new Error(await response.text());
        return (await response.json()) as Answer;
      },
      async close() {
        server.kill();
        await once(server, 'exit');
      },
    };
  },
};
