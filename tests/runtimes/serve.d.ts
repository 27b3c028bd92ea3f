export interface Server {
  readonly url: string;
  close(): void;
}

export function serve(folder: string, options: { isolated: boolean }): Promise<Server>;
