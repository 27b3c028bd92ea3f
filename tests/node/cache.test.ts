import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  cachedFile,
  defaultCacheDir,
  DownloadError,
  type DownloadOptions,
  type DownloadProgress,
} from '../../src/node/cache.js';
import { serve, type TestServer } from './server.js';

const content = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7919) % 256));
const sha256 = createHash('sha256').update(content).digest('hex');

let root: string;
let folder: string;
const servers: TestServer[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'simdgrad-cache-'));
  folder = join(root, 'set');
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  rmSync(root, { recursive: true });
  vi.unstubAllEnvs();
});

async function start(listener: RequestListener): Promise<string> {
  const server = await serve(listener);
  servers.push(server);
  return server.url;
}

const fetchFrom = (mirrors: string[], options: DownloadOptions = {}) =>
  cachedFile({ name: 'data.bin', sha256, mirrors }, folder, options);

const leftOvers = () => (existsSync(folder) ? readdirSync(folder) : []);

/** Expects a DownloadError that holds this text, and nothing left in the cache. */
async function expectFailure(promise: Promise<unknown>, text: string | RegExp): Promise<void> {
  await expect(promise).rejects.toThrow(DownloadError);
  await expect(promise).rejects.toThrow(text);
  expect(leftOvers()).toEqual([]);
}

describe('cachedFile', () => {
  it('fetches a file once and keeps it', async () => {
    const requests: unknown[] = [];
    const url = await start((request, response) => {
      requests.push(request.url);
      response.end(content);
    });
    expect(content.equals(await fetchFrom([url]))).toBe(true);
    expect(content.equals(await fetchFrom([url]))).toBe(true);
    expect(requests).toEqual(['/data.bin']);
    expect(leftOvers()).toEqual(['data.bin']);
  });

  it('fetches a damaged file again', async () => {
    const url = await start((_, response) => response.end(content));
    await fetchFrom([url]);
    writeFileSync(join(folder, 'data.bin'), content.subarray(0, 100));
    await fetchFrom([url]);
    expect(content.equals(readFileSync(join(folder, 'data.bin')))).toBe(true);
    expect(leftOvers()).toEqual(['data.bin']);
  });

  it('reports progress', async () => {
    const url = await start((_, response) => {
      response.setHeader('content-length', content.length);
      response.end(content);
    });
    const seen: DownloadProgress[] = [];
    await fetchFrom([url], { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ file: 'data.bin', loaded: 200_000, total: 200_000 });
    expect(seen.map(({ loaded }) => loaded)).toEqual(
      seen.map(({ loaded }) => loaded).sort((a, b) => a - b),
    );
  });

  it('goes on to the next mirror', async () => {
    const bad = await start((_, response) => void response.writeHead(503).end());
    const good = await start((_, response) => response.end(content));
    expect(content.equals(await fetchFrom([bad, good]))).toBe(true);
  });

  it('names every mirror, its answer, and the way out', async () => {
    const missing = await start((_, response) => void response.writeHead(404).end('no'));
    const broken = await start((_, response) => void response.writeHead(500).end('no'));
    await expectFailure(
      fetchFrom([missing, broken]),
      `download: data.bin: no server delivered the file:\n` +
        `  ${missing}data.bin: HTTP 404 Not Found\n` +
        `  ${broken}data.bin: HTTP 500 Internal Server Error\n` +
        `Check the network, or put the file there yourself: ${join(folder, 'data.bin')}`,
    );
  });

  it('refuses another file', async () => {
    const url = await start((_, response) => response.end('other'));
    await expectFailure(
      fetchFrom([url]),
      `wrong checksum: expected sha256 ${sha256}, got ` +
        'd9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa (5 bytes)',
    );
  });

  it('refuses an HTML page', async () => {
    const url = await start((_, response) => response.end('<!doctype html><title>Log in</title>'));
    await expectFailure(fetchFrom([url]), 'the server sent an HTML page instead of the file');
  });

  it('refuses a truncated body', async () => {
    const url = await start((_, response) => {
      response.setHeader('content-length', content.length);
      response.write(content.subarray(0, 1000), () => response.destroy());
    });
    await expectFailure(
      fetchFrom([url]),
      'truncated: the server closed the connection before the end of the file',
    );
  });

  it('says that a connection is refused', async () => {
    const server = await serve(() => {});
    await server.close();
    await expectFailure(fetchFrom([server.url]), `${server.url}data.bin: connection refused`);
  });

  it('says that a server has no address', async () => {
    await expectFailure(
      fetchFrom(['http://simdgrad.invalid/']),
      'could not be resolved (no network?)',
    );
  });

  it('gives up on a server that stalls before or within the file', async () => {
    const silent = await start(() => {});
    const stuck = await start((_, response) => void response.write(content.subarray(0, 1000)));
    await expectFailure(
      fetchFrom([silent, stuck], { timeoutMs: 50 }),
      /(timeout: the server sent nothing for 50 ms\n.*){2}/,
    );
  });

  it('stops when aborted, with the reason, and asks no other mirror', async () => {
    const abort = new AbortController();
    const url = await start((_, response) => {
      response.write(content.subarray(0, 1000));
      abort.abort(new Error('enough'));
    });
    let asked = false;
    const other = await start((_, response) => {
      asked = true;
      response.end(content);
    });
    await expect(fetchFrom([url, other], { signal: abort.signal })).rejects.toThrow('enough');
    expect(asked).toBe(false);
    expect(leftOvers()).toEqual([]);
  });

  it('says that the cache cannot be written', async () => {
    const url = await start((_, response) => response.end(content));
    writeFileSync(folder, 'a file in the place of the folder');
    const promise = fetchFrom([url]);
    await expect(promise).rejects.toThrow(DownloadError);
    await expect(promise).rejects.toThrow(/cannot write .*data\.bin .*choose another cacheDir/);
  });
});

describe('defaultCacheDir', () => {
  it('follows the environment', () => {
    vi.stubEnv('SIMDGRAD_CACHE', '/one');
    vi.stubEnv('XDG_CACHE_HOME', '/two');
    expect(defaultCacheDir()).toBe('/one');
    vi.stubEnv('SIMDGRAD_CACHE', '');
    expect(defaultCacheDir()).toBe(join('/two', 'simdgrad'));
    vi.stubEnv('XDG_CACHE_HOME', '');
    expect(defaultCacheDir()).toMatch(/\.cache.simdgrad$/);
  });
});
