// What the declarations of the package name of the platform, for programs whose TypeScript has no DOM library, no types
// of Node, or neither: declarations of one name are merged.
declare global {
  interface AbortSignal {
    readonly aborted: boolean;
  }
  interface Response {
    readonly ok: boolean;
  }
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
  interface URL {
    href: string;
  }
  interface Worker {
    terminate(): void;
  }
  // eslint-disable-next-line @typescript-eslint/no-namespace -- as TypeScript's own declaration
  namespace WebAssembly {
    // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- likewise
    interface Module {}
  }
}

export {};
