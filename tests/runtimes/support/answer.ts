import type { Capabilities, InitOptions } from '../../../src/index.js';

/** What the program is given. */
export interface Options {
  readonly init: InitOptions;
  /** Training steps, a multiple of 4; 200 unless told. */
  readonly steps?: number;
}

/** What the program answers. */
export interface Answer {
  readonly weightsSha256: string;
  readonly predictionsSha256: string;
  /** Of nets that hold every layer, after 50 steps; by the program of the main thread only. */
  readonly everyLayerSha256?: string;
  readonly loss: number;
  readonly accuracy: number;
  readonly capabilities: Capabilities;
}

/** Where in a runtime the program runs. */
export interface Place {
  readonly name: string;
  /** Pages only: whether the page is cross-origin isolated. */
  readonly isolated?: boolean;
  /** The numbers of threads to ask for. */
  readonly threads: readonly number[];
  /** Whether threads can share memory there: one thread has to do where they cannot. */
  readonly sharesMemory: boolean;
}

/** A runtime that has been started. */
export interface Session {
  readonly version: string;
  run(place: Place, options: Options): Promise<Answer>;
  close(): Promise<void>;
}

/** A runtime under test. */
export interface Runtime {
  readonly name: string;
  /** The files that must be there for it. */
  readonly needs: readonly string[];
  readonly places: readonly Place[];
  /** Where `simdgrad/worker` starts a worker. */
  readonly modelWorkers: readonly Place[];
  /** @param project folder of a project with the packed library and the programs of hosts/ */
  start(project: string): Promise<Session>;
}
