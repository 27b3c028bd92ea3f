// The products of Winograd's convolution (assembly/conv2d-winograd.ts): transformed tiles with transformed weights.
import { TILE_COLUMNS, TILE_ROWS } from './microkernel';
import { panelBytes } from './pack';
import { plainTile4x8 } from './plain-tile';
import { includes, shortTiles, WinogradGeometry } from './winograd-tiles';

/** For each position: products [tiles][OC] = inputs [tiles][depth] · weights [depth][OC], for the columns [begin, end). */
export function multiply(
  products: usize,
  inputs: usize,
  weights: usize,
  depth: i32,
  tiles: i32,
  begin: i32,
  end: i32,
  accumulate: bool,
  g: WinogradGeometry,
): void {
  const inputRow = <usize>g.inputRow;
  const outputRow = <usize>g.outputRow;
  const panel = panelBytes(depth);
  const shortRow = shortTiles(g);
  const shortColumn = g.tilesPerImage - shortRow - g.fullRows * g.fullColumns;
  const corner = shortColumn > g.fullRows ? 1 : 0;
  for (let i = 0; i < g.inputTile; i++) {
    // The tiles that need the position.
    const ofRow = includes(g.rowPoints, i);
    const first = ofRow ? 0 : shortRow;
    for (let j = 0; j < g.inputTile; j++) {
      const last = tiles - (includes(g.columnPoints, j) ? (ofRow ? 0 : corner) : shortColumn);
      let b = weights;
      for (let column = begin; column < end; column += TILE_COLUMNS) {
        let y = products + <usize>first * outputRow + (<usize>column << 2);
        let a = inputs + <usize>first * inputRow;
        for (let tile = first; tile < last; tile += TILE_ROWS) {
          plainTile4x8(y, outputRow, a, inputRow, b, depth, accumulate);
          a += <usize>TILE_ROWS * inputRow;
          y += <usize>TILE_ROWS * outputRow;
        }
        b += panel;
      }
      weights += g.weightPlane;
      products += g.outputPlane;
      inputs += g.inputPlane;
    }
  }
}
