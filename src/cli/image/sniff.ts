/** What the first bytes of other formats look like, as Latin-1; the first match wins. */
const SIGNATURES: readonly (readonly [RegExp, string])[] = [
  [/^\x89PNG\r\n\x1a\n/, 'a PNG picture'],
  [/^\xff\xd8\xff/, 'a JPEG picture'],
  [/^GIF8[79]a/, 'a GIF picture'],
  [/^RIFF[^]{4}WEBP/, 'a WebP picture'],
  [/^[^]{4}ftyp(avif|avis)/, 'an AVIF picture'],
  [/^[^]{4}ftyp(hei[cxms]|mif1|msf1)/, 'a HEIC picture'],
  [/^[^]{4}ftyp/, 'a video'],
  [/^BM[^]{4}\0\0\0\0/, 'a BMP picture'],
  [/^(II\*\0|MM\0\*)/, 'a TIFF picture'],
  [/^\0\0\x01\0/, 'an icon'],
  [/^P[1-6]\s/, 'a PNM picture'],
  [/^%PDF-/, 'a PDF document'],
  [/^PK\x03\x04/, 'a ZIP archive'],
  [/^\x1f\x8b/, 'a gzip file'],
  [/^\0\0[\x08\x09\x0b-\x0e][\x01-\x08]/, 'an IDX file'],
  [/^(\xef\xbb\xbf)?\s*<svg/i, 'an SVG picture'],
  [/^(\xef\xbb\xbf)?\s*(<!--[^]*?-->\s*)?<(!doctype html|html|head|body)/i, 'an HTML page'],
  [/^(\xef\xbb\xbf)?\s*<\?xml[^]*<svg/i, 'an SVG picture'],
  [/^(\xef\xbb\xbf)?\s*<\?xml/i, 'an XML document'],
  [/^(\xef\xbb\xbf)?\s*[[{]\s*["[{\d]/, 'JSON text'],
  [/^\x89P?N?G?\r?\n?\x1a?$/, 'a PNG picture cut off in its first bytes'],
  [/^\xff\xd8?$/, 'a JPEG picture cut off in its first bytes'],
];

/** Says in words what a file seems to be, from its first bytes: `a PNG picture`, `an HTML page` … */
export function describeBytes(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'an empty file';
  const head = Buffer.from(bytes.subarray(0, 512)).toString('latin1');
  const known = SIGNATURES.find(([signature]) => signature.test(head));
  if (known) return known[1];
  if (/^[\t\n\r\x20-\x7e\xa0-\xff]+$/.test(head)) return 'text';
  const start = Array.from(bytes.subarray(0, 4), (b) => b.toString(16).padStart(2, '0')).join(' ');
  return `an unknown format of ${bytes.length} bytes that starts with ${start}`;
}
