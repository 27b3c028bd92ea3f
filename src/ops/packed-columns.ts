/** Columns of a panel. */
export const TILE_COLUMNS = 8;
const NARROW_COLUMNS = 4;

/**
 * Columns that a matrix has in packed panels (assembly/lib/pack.ts): they are filled up to eight, but for a last panel
 * of at most four.
 */
export function packedColumns(columns: number): number {
  const rest = columns % TILE_COLUMNS;
  return rest > NARROW_COLUMNS ? columns + TILE_COLUMNS - rest : columns;
}
