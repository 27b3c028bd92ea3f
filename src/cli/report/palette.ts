/**
 * The colours of reports and of the web page, for both schemes: blue and orange, which no common colour blindness
 * confuses. The `fill-` colours are for surfaces, of any opacity.
 */
export const PALETTE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --ink: #16191d; --muted: #5c6570; --line: #e2e6ea;
  --blue: #2563c9; --orange: #c2500c; --fill-blue: 37 99 201; --fill-orange: 194 80 12;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #101215; --card: #191c20; --ink: #e8eaed; --muted: #9aa3ad; --line: #2c3138;
    --blue: #6aa2f7; --orange: #f0904f; --fill-blue: 52 112 214; --fill-orange: 190 84 22;
  }
}
`;
