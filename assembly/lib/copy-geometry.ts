// What a copy between two layouts is told, and what it does with each vector. Strides count floats.

@unmanaged
export class CopyGeometry {
  rows: i32;
  columns: i32;
  toRow: i32;
  fromRow: i32;
  toColumn: i32;
  fromColumn: i32;
  tileRows: i32;
  tileColumns: i32;
  // Axes outside the rows, at most six, the innermost first.
  outerAxes: i32;
  size0: i32;
  to0: i32;
  from0: i32;
  size1: i32;
  to1: i32;
  from1: i32;
  size2: i32;
  to2: i32;
  from2: i32;
  size3: i32;
  to3: i32;
  from3: i32;
  size4: i32;
  to4: i32;
  from4: i32;
  size5: i32;
  to5: i32;
  from5: i32;
  // The bits of a constant: `from` may point to it.
  value: i32;
}

/** Bytes to the plane `outer` of `to`, of all planes of rows x columns. */
export function toOffset(g: CopyGeometry, outer: i32): usize {
  return planeOffset(g, outer, offsetof<CopyGeometry>('to0') - offsetof<CopyGeometry>('size0'));
}

/** The same in `from`. */
export function fromOffset(g: CopyGeometry, outer: i32): usize {
  return planeOffset(g, outer, offsetof<CopyGeometry>('from0') - offsetof<CopyGeometry>('size0'));
}

function planeOffset(g: CopyGeometry, outer: i32, side: usize): usize {
  let at = changetype<usize>(g) + offsetof<CopyGeometry>('size0');
  let floats = 0;
  for (let axis = g.outerAxes; axis > 0; axis--) {
    const size = load<i32>(at);
    const next = outer / size;
    floats += (outer - next * size) * load<i32>(at + side);
    outer = next;
    at += offsetof<CopyGeometry>('size1') - offsetof<CopyGeometry>('size0');
  }
  return <usize>floats << 2;
}

/** The vector as it is, whatever its bits mean. */
@unmanaged
export class Raw {
  // @ts-ignore: decorator
  @inline of(v: v128, _to: usize, _vScale: v128, _accumulate: bool): v128 {
    return v;
  }
}

/** The vector times a number, and added to what is there. */
@unmanaged
export class Blend {
  // @ts-ignore: decorator
  @inline of(v: v128, to: usize, vScale: v128, accumulate: bool): v128 {
    v = f32x4.mul(v, vScale);
    return accumulate ? f32x4.add(v128.load(to), v) : v;
  }
}
