import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type OutgoingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { ENVIRONMENT } from './project.js';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};
const START_MS = 60_000;

/** The strictest policy that the library runs under. */
export const CSP = {
  'content-security-policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'",
};
/** With these a page may share memory between threads. */
export const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

export interface Site extends AsyncDisposable {
  readonly url: string;
}

/** Serves the files of a folder, each with these headers. */
export async function serveFolder(
  folder: string,
  headers: OutgoingHttpHeaders = {},
): Promise<Site> {
  const server = createServer(async ({ url }, response) => {
    const { pathname } = new URL(url!, 'http://127.0.0.1');
    const file = join(folder, pathname === '/' ? 'index.html' : pathname);
    try {
      const body = await readFile(file);
      response.writeHead(200, { 'content-type': TYPES[extname(file)], ...headers }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  const url = `http://127.0.0.1:${await listen(server)}/`;
  return { url, [Symbol.asyncDispose]: () => close(server) };
}

/** Starts a bundler's own server. @param command gets the port as its last argument */
export async function startServer(folder: string, command: readonly string[]): Promise<Site> {
  const probe = createServer();
  const port = await listen(probe);
  await close(probe);
  const [program, ...argv] = command;
  const child = spawn(program!, [...argv, String(port)], { cwd: folder, env: ENVIRONMENT });
  const stop = () => end(child);
  const url = `http://127.0.0.1:${port}/`;
  try {
    await answers(url, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, [Symbol.asyncDispose]: stop };
}

/** Waits until a server answers. */
async function answers(url: string, child: ChildProcess): Promise<void> {
  let said = '';
  child.stderr!.on('data', (text) => (said += String(text)));
  child.stdout!.on('data', (text) => (said += String(text)));
  for (const end = Date.now() + START_MS; Date.now() < end && child.exitCode === null;) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no server at ${url}:\n${said}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill();
  await exit;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
