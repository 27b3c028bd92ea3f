// Tasks that are parts of blocks: task = block · parts + part (src/ops/tasks.ts). Neighbours are computed together.

/** Blocks of `parts` tasks each that the tasks [begin, end) begin with; 0 where they begin or end inside of the first. */
// @ts-ignore: decorator
@inline
export function wholeBlocks(begin: i32, end: i32, parts: i32): i32 {
  return begin % parts == 0 ? (end - begin) / parts : 0;
}
