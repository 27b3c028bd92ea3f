import { PALETTE } from './palette.js';

/** The style sheet of the report: both colour schemes, from a phone to a wide screen. */
export const STYLE = `
${PALETTE}*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body {
  margin: 0 auto; max-width: 1080px; padding: 32px 20px 48px; background: var(--page);
  color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
h1 { margin: 0; font-size: 28px; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 0 0 8px; font-size: 18px; }
h3 { margin: 20px 0 8px; font-size: 14px; overflow-wrap: anywhere; }
p { margin: 0 0 12px; overflow-wrap: anywhere; }
small, .muted, .note, h3 small { color: var(--muted); font-weight: 400; }
small, .note { font-size: 13px; }
header p { margin: 6px 0 14px; }
nav { display: flex; flex-wrap: wrap; gap: 4px 18px; }
a { color: var(--blue); text-decoration: none; }
a:hover { text-decoration: underline; }
section {
  margin-top: 20px; padding: 20px; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; min-width: 0;
}
section h2:not(:first-child) { margin-top: 28px; }
figure { margin: 0; min-width: 0; }
.figures {
  display: grid; grid-template-columns: repeat(5, 1fr); gap: 1px; padding: 0; overflow: hidden;
  background: var(--line);
}
.figures div { padding: 16px 20px; background: var(--card); }
.figures strong { display: block; font-size: 24px; line-height: 1.25; }
.figures span, .figures small { display: block; }

.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 24px; }
.charts figcaption { font-weight: 600; }
.chart { min-height: 310px; min-width: 0; }
.uplot { font: inherit; }
.u-legend { font-size: 13px; font-variant-numeric: tabular-nums; }
/* Lines as in the chart: the boxes that are the default look like checkboxes. */
.u-legend .u-marker { width: 20px; height: 0; border-width: 2px 0 0 !important; vertical-align: middle; }
.u-legend .u-series:first-child .u-marker { display: none; }
.u-cursor-x { border-color: var(--muted) !important; }

details { margin-top: 12px; }
summary { cursor: pointer; color: var(--blue); }
ol { margin: 8px 0 0; padding-left: 26px; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; margin-top: 8px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.numbers { width: 100%; }
.numbers th, .numbers td {
  padding: 6px 12px; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap;
}
.numbers thead th { color: var(--muted); font-size: 13px; font-weight: 500; }
.numbers th:first-child { padding-left: 0; text-align: left; }
.numbers tr > :last-child { padding-right: 0; }
.numbers tbody th { font-weight: 400; white-space: normal; overflow-wrap: anywhere; min-width: 72px; }
.numbers tfoot > tr > * { border-bottom: 0; font-weight: 600; }
.meter {
  background: linear-gradient(rgb(var(--fill-blue) / .55), rgb(var(--fill-blue) / .55))
    no-repeat 12px calc(100% - 3px) / calc((100% - 24px) * var(--share)) 3px;
}

.beside { display: flex; flex-wrap: wrap; gap: 16px 40px; }
.beside > * { min-width: 0; }
.beside aside { flex: 1 1 220px; }
.beside aside h3 { margin-top: 8px; }
.confusion { font-size: 13px; }
.confusion td { min-width: 44px; height: 36px; padding: 2px 4px; text-align: center; border: 1px solid var(--card); }
.confusion th { font-weight: 500; }
.confusion tbody th {
  position: sticky; left: 0; z-index: 1; max-width: 132px; padding: 0 10px 0 0; text-align: right;
  background: var(--card); overflow-wrap: break-word; line-height: 1.2;
}
.confusion thead th { padding: 0 0 6px; vertical-align: bottom; }
.confusion .long span {
  display: inline-block; max-height: 140px; overflow: hidden; text-overflow: ellipsis;
  writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap;
}
.confusion .none { color: var(--muted); opacity: .6; }
.confusion .right { background: rgb(var(--fill-blue) / var(--depth)); }
.confusion .wrong { background: rgb(var(--fill-orange) / var(--depth)); }
.confusion .strong { color: #fff; }
.key { display: inline-block; width: 12px; height: 12px; margin: 0 6px 0 0; border-radius: 3px; vertical-align: -1px; }
.key.right { background: rgb(var(--fill-blue)); }
.key.wrong { margin-left: 14px; background: rgb(var(--fill-orange)); }
.note { margin: 10px 0 0; }

.picture { display: block; width: 100%; image-rendering: pixelated; border-radius: 3px; }
.heat { max-width: 600px; flex: 2 1 300px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(116px, 1fr)); gap: 14px; }
.tiles.small { grid-template-columns: repeat(auto-fill, minmax(68px, 1fr)); gap: 10px; }
.tiles.maps { grid-template-columns: repeat(auto-fill, minmax(76px, 1fr)); gap: 6px; }
.tiles.strips { grid-template-columns: repeat(auto-fill, minmax(100px, 1fr)); }
.tiles.maps.strips { grid-template-columns: 1fr; gap: 2px; }
.strips .picture { height: 40px; }
.maps.strips .picture { height: 12px; border-radius: 0; }
.tiles figcaption { margin-top: 4px; font-size: 12px; line-height: 1.35; overflow-wrap: anywhere; hyphens: auto; }
.tiles.small figcaption, .tiles.strips figcaption { color: var(--muted); text-align: center; }
.example { max-width: 152px; }
.example:has(.signal) { max-width: none; }
.mistake .wrong { color: var(--orange); font-weight: 600; }
.signal, .bars { display: block; width: 100%; height: 72px; overflow: visible; }
.bars { height: 56px; }
.signal polyline { fill: none; stroke: var(--blue); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.bars line { stroke: var(--muted); stroke-width: 1; vector-effect: non-scaling-stroke; }
.bars .positive { fill: #b2182b; }
.bars .negative { fill: #2166ac; }
.scale { display: inline-flex; align-items: center; gap: 8px; color: var(--muted); font-size: 13px; white-space: nowrap; }
.scale b { font-weight: 400; }
.scale i { width: 96px; height: 10px; border-radius: 3px; }
.diverging i { background: linear-gradient(90deg, #053061, #4393c3, #f7f7f7, #d6604d, #67001f); }
.sequential i { background: linear-gradient(90deg, #440154, #3b528b, #21918c, #5ec962, #fde725); }

.options { display: grid; grid-template-columns: repeat(auto-fill, minmax(160px, 1fr)); gap: 12px 20px; margin: 0; }
.options dt { color: var(--muted); font-size: 13px; }
.options dd { margin: 0; overflow-wrap: anywhere; }
footer { margin-top: 24px; color: var(--muted); font-size: 13px; }
footer p { margin: 0 0 4px; }
code { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
@media (max-width: 820px) {
  .figures { grid-template-columns: repeat(6, 1fr); }
  .figures div { grid-column: span 2; }
  .figures div:nth-child(n + 4) { grid-column: span 3; }
}
@media (max-width: 480px) {
  body { padding: 20px 12px 32px; }
  section { padding: 16px 14px; }
  .figures { padding: 0; }
  .figures div:nth-child(n) { grid-column: span 3; padding: 12px 14px; }
  .figures div:first-child { grid-column: span 6; }
  .tiles { grid-template-columns: repeat(auto-fill, minmax(88px, 1fr)); }
  .tiles.small { grid-template-columns: repeat(auto-fill, minmax(48px, 1fr)); }
  .tiles.maps { grid-template-columns: repeat(auto-fill, minmax(56px, 1fr)); }
  .options { grid-template-columns: repeat(auto-fill, minmax(128px, 1fr)); }
  .numbers { font-size: 14px; }
  .numbers th, .numbers td { padding: 6px 4px; }
  .numbers thead th { font-size: 12px; white-space: normal; vertical-align: bottom; }
  .meter { background-position-x: 4px; background-size: calc((100% - 8px) * var(--share)) 3px; }
  .confusion td { min-width: 28px; height: 30px; padding: 2px; }
  .confusion { font-size: 12px; }
  .confusion tbody th { max-width: 96px; padding-right: 6px; }
}
@media print {
  body { max-width: none; background: none; }
  section { break-inside: avoid; }
}
`;
