// What an optimizer's step walks: a table with one entry for each parameter, written by src/optimizers/updates.ts.
//
// The elements of all parameters count as one row, in the order of the table; a step is given a range of them, which
// may begin and end inside a parameter.

@unmanaged
export class Update {
  parameter: usize;
  gradient: usize;
  /** What the optimizer keeps for the parameter; 0 where it keeps nothing. */
  state0: usize;
  state1: usize;
  state2: usize;
  /** Elements of each of them. */
  size: i32;
}
