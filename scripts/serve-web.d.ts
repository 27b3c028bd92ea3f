/** How `dist-web/` is served. */
export interface ServeOptions {
  readonly folder?: string;
  readonly port?: number;
  readonly base?: string;
  readonly isolated?: boolean;
}

export function serveWeb(options?: ServeOptions): Promise<{ readonly url: string; close(): void }>;
