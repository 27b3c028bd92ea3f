// A small static server for dist-web/: `node scripts/serve-web.js [--port 8080] [--base /any/path/] [--no-isolation]`.
// With the headers of cross-origin isolation, so that the kernels may use all cores; --no-isolation leaves them out.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/**
 * Serves a folder on 127.0.0.1.
 * @returns the address of its first page, and how to end it
 */
export async function serveWeb({
  folder = 'dist-web',
  port = 0,
  base = '/',
  isolated = true,
} = {}) {
  const root = resolve(folder);
  const server = createServer((request, response) => {
    answer(root, base, isolated, request, response).catch(() => response.writeHead(404).end());
  });
  await new Promise((done, failed) => {
    server.once('error', failed).listen(port, '127.0.0.1', done);
  });
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}${base}`, close };
}

async function answer(root, base, isolated, request, response) {
  const path = decodeURIComponent(new URL(request.url, 'http://host').pathname);
  if (!path.startsWith(base)) throw new Error('not below the base');
  const inside = normalize(`/${path.slice(base.length)}`);
  const file = join(root, inside.endsWith('/') ? `${inside}index.html` : inside);
  const { size } = await stat(file);
  response.writeHead(200, {
    'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
    'Content-Length': size,
    'Cache-Control': 'no-cache',
    ...(isolated ? ISOLATION : {}),
  });
  if (request.method === 'HEAD') return response.end();
  createReadStream(file).pipe(response);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8080' },
      base: { type: 'string', default: '/' },
      'no-isolation': { type: 'boolean', default: false },
    },
  });
  const { url } = await serveWeb({
    port: Number(values.port),
    base: values.base,
    isolated: !values['no-isolation'],
  });
  console.log(`simdgrad's page: ${url} (Ctrl-C ends it)`);
}
