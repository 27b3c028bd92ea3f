// simdgrad: everything.
export * from './core.js';
export { init } from './init.js';
