/** A number as the lecture writes it: few decimals, a real minus. */
export function figure(value: number): string {
  const text = String(Number(value.toFixed(Math.abs(value) < 100 ? 3 : 1)));
  return text.replace('-', '−').replace(/^−0$/, '0');
}

/** The same inside a product. */
export const factor = (value: number) => (value < 0 ? `(${figure(value)})` : figure(value));
