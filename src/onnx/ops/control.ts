import { numberOf, type OnnxHandlers } from './handler.js';

/** Graphs in nodes. */
export const CONTROL: OnnxHandlers = {
  If: {
    run([condition], attributes, { run }) {
      const name = numberOf('condition', condition!) === 0 ? 'else_branch' : 'then_branch';
      return run(attributes.graph(name));
    },
  },
};
