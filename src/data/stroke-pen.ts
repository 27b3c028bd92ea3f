/** Points of a pen path in pixels: x and y alternate. */
export type Path = Float64Array;

/**
 * Draws a polyline of `points` points with a round, soft-edged pen into a square `canvas` of
 * `size`² coverages in [0, 1], taking the maximum where segments meet. `radius` and `softness` (the
 * width of the edge) are in pixels.
 */
export function drawPath(
  canvas: Float32Array,
  size: number,
  path: Path,
  points: number,
  radius: number,
  softness: number,
): void {
  for (let i = 0; i < points - 1; i++) {
    const at = 2 * i;
    drawSegment(
      canvas,
      size,
      path[at]!,
      path[at + 1]!,
      path[at + 2]!,
      path[at + 3]!,
      radius,
      softness,
    );
  }
}

function drawSegment(
  canvas: Float32Array,
  size: number,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  radius: number,
  softness: number,
): void {
  const reach = radius + softness / 2;
  const left = Math.max(0, Math.floor(Math.min(x0, x1) - reach));
  const right = Math.min(size - 1, Math.floor(Math.max(x0, x1) + reach));
  const top = Math.max(0, Math.floor(Math.min(y0, y1) - reach));
  const bottom = Math.min(size - 1, Math.floor(Math.max(y0, y1) + reach));
  const dx = x1 - x0;
  const dy = y1 - y0;
  const lengthSquared = dx * dx + dy * dy;
  const perLength = lengthSquared > 0 ? 1 / lengthSquared : 0;
  for (let row = top; row <= bottom; row++) {
    const py = row + 0.5 - y0;
    for (let column = left; column <= right; column++) {
      const px = column + 0.5 - x0;
      const along = Math.min(1, Math.max(0, (px * dx + py * dy) * perLength));
      const ex = px - along * dx;
      const ey = py - along * dy;
      const distanceSquared = ex * ex + ey * ey;
      if (distanceSquared >= reach * reach) continue;
      const coverage = Math.min(1, (reach - Math.sqrt(distanceSquared)) / softness);
      const at = row * size + column;
      if (coverage > canvas[at]!) canvas[at] = coverage;
    }
  }
}
