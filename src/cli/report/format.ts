/** Numbers as people read them, the same in the terminal and in the report. */

export const count = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 0 });

/** A number as it was given, its thousands grouped. */
export const grouped = (value: number) => (Number.isInteger(value) ? count(value) : String(value));

/** A loss: four decimals, or three digits where that would be all zeros. */
export function decimal(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 1e-3 || value === 0 ? value.toFixed(4) : value.toExponential(2);
}

/** A share as a percentage; anything short of all or none never reads 100% or 0%. */
export function percent(share: number, digits = 2): string {
  if (!Number.isFinite(share)) return String(share);
  const step = 10 ** -digits;
  const value = share * 100;
  const clear = share > 0 && share < 1 ? Math.min(Math.max(value, step), 100 - step) : value;
  return `${clear.toFixed(digits)}%`;
}

export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}

/** Bytes in the largest unit of which there is one. */
export function bytes(value: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB'];
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit > 0 && value < 100 ? value.toFixed(1) : count(value)} ${units[unit]}`;
}

export const shape = (sizes: readonly number[]) => sizes.join(' × ');
