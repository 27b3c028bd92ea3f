// relu:     y = max(x, 0)           dx = dy where x > 0, else 0
// clip:     y = x within [low, high]   dx = 0 where x < low or x > high, else dy
// hardtanh: y = x within [low, high]   dx = 0 where y ≤ low or y ≥ high, else dy
// leakyRelu:  y = x where x > 0, else slope · x    dx = dy where x > 0, else slope · dy
// silu:     y = x · σ(x)            dx = dy · σ(x) · (1 + x · (1 − σ(x))), σ the sigmoid
// hardSwish:  y = x · min(max(x + 3, 0), 6) / 6    dx = 0 where x ≤ −3, dy where x ≥ 3, else dy · (x / 3 + ½)
// sigmoid:  y = 1 / (1 + exp(−x))   dx = dy · y · (1 − y)
// tanh:     y = tanh(x)             dx = dy · (1 − y²)
//
// relu(NaN) and clip(NaN) are NaN, and there the gradient passes: x is not known to be negative, or out of bounds.

export function reluForward(x: ArrayLike<number>): Float64Array {
  return Float64Array.from(x, (value) => (value <= 0 ? 0 : value));
}

export function reluGradInput(x: ArrayLike<number>, dy: ArrayLike<number>): Float64Array {
  return Float64Array.from(dy, (gradient, i) => (x[i]! <= 0 ? 0 : gradient));
}

export function clipForward(x: ArrayLike<number>, low: number, high: number): Float64Array {
  return Float64Array.from(x, (value) => (value < low ? low : value > high ? high : value));
}

export function clipGradInput(
  x: ArrayLike<number>,
  dy: ArrayLike<number>,
  low: number,
  high: number,
): Float64Array {
  return Float64Array.from(dy, (gradient, i) => (x[i]! < low || x[i]! > high ? 0 : gradient));
}

export function hardtanhGradInput(
  y: ArrayLike<number>,
  dy: ArrayLike<number>,
  low: number,
  high: number,
): Float64Array {
  return Float64Array.from(dy, (gradient, i) => (y[i]! <= low || y[i]! >= high ? 0 : gradient));
}

export function leakyReluForward(x: ArrayLike<number>, slope: number): Float64Array {
  return Float64Array.from(x, (value) => (value > 0 ? value : slope * value));
}

export function leakyReluGradInput(
  x: ArrayLike<number>,
  dy: ArrayLike<number>,
  slope: number,
): Float64Array {
  return Float64Array.from(dy, (gradient, i) => (x[i]! > 0 ? gradient : slope * gradient));
}

export function siluForward(x: ArrayLike<number>): Float64Array {
  return sigmoidForward(x).map((value, i) => value * x[i]!);
}

export function siluGradInput(x: ArrayLike<number>, dy: ArrayLike<number>): Float64Array {
  return sigmoidForward(x).map((value, i) => dy[i]! * value * (1 + x[i]! * (1 - value)));
}

export function hardSwishForward(x: ArrayLike<number>): Float64Array {
  return Float64Array.from(x, (value) => value * (Math.min(Math.max(value + 3, 0), 6) / 6));
}

export function hardSwishGradInput(x: ArrayLike<number>, dy: ArrayLike<number>): Float64Array {
  return Float64Array.from(dy, (gradient, i) => {
    if (x[i]! <= -3) return 0;
    return Math.abs(x[i]!) < 3 ? gradient * (x[i]! / 3 + 0.5) : gradient;
  });
}

export function sigmoidForward(x: ArrayLike<number>): Float64Array {
  return Float64Array.from(x, (value) => 1 / (1 + Math.exp(-value)));
}

export function sigmoidGradInput(y: ArrayLike<number>, dy: ArrayLike<number>): Float64Array {
  return Float64Array.from(dy, (gradient, i) => gradient * y[i]! * (1 - y[i]!));
}

export function tanhForward(x: ArrayLike<number>): Float64Array {
  return Float64Array.from(x, Math.tanh);
}

export function tanhGradInput(y: ArrayLike<number>, dy: ArrayLike<number>): Float64Array {
  return Float64Array.from(dy, (gradient, i) => gradient * (1 - y[i]! * y[i]!));
}
