/** A decoded picture: 8 bits a sample, rows from the top, samples of a pixel side by side. */
export interface Image {
  width: number;
  height: number;
  /** Grey, RGB, or RGB with (straight) alpha. */
  channels: 1 | 3 | 4;
  data: Uint8Array;
}
