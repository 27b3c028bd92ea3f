// The server of the test pages. Its package is imported late: where it is missing, other tests go on.
import { createServer } from 'node:http';

const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Serves a folder on a free port of 127.0.0.1, with the headers that isolate a page from other origins or without. */
export async function serve(folder, { isolated }) {
  const { default: sirv } = await import('sirv');
  const setHeaders = (response) => {
    for (const [name, value] of Object.entries(isolated ? ISOLATION : {})) {
      response.setHeader(name, value);
    }
  };
  const server = createServer(sirv(folder, { dev: true, setHeaders }));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, close };
}
