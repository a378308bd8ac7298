/** The report page's style: light and dark, narrow and wide, screen and paper. */

/** Of points of the front in drawings of all points, and of their mark in the table. */
export const FRONT_COLOUR = "#c0730f";

export const STYLE = `
:root { color-scheme: light; --paper: #fbfbfa; --card: #ffffff; --ink: #1c1e21; --quiet: #5d646e; --line: #dfe2e6; --accent: #1f5fa8; --mark: #fff2cc; --mark-line: #c2185b; }
:root[data-theme="dark"] { color-scheme: dark; --paper: #14161b; --card: #1b1e25; --ink: #e4e7ec; --quiet: #9aa3b0; --line: #31353e; --accent: #7db4f5; --mark: #41371a; --mark-line: #ff80ab; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
header, main, footer { max-width: 1400px; margin: 0 auto; padding: 16px 24px; }
h1 { font-size: 24px; margin: 8px 0 2px; } h2 { font-size: 16px; margin: 0 0 8px; }
p { margin: 0 0 10px; } p, li { overflow-wrap: anywhere; } .quiet { color: var(--quiet); } .numbers { display: flex; flex-wrap: wrap; gap: 8px 28px; margin: 12px 0 0; padding: 0; list-style: none; }
.numbers b { display: block; font-size: 20px; font-variant-numeric: tabular-nums; } .numbers span { color: var(--quiet); font-size: 13px; }
.grid { display: grid; grid-template-columns: repeat(12, 1fr); gap: 16px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px; grid-column: span 12; min-width: 0; }
@media (min-width: 1000px) { .half { grid-column: span 6; } .two { grid-column: span 8; } .one { grid-column: span 4; } }
.bar { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center; margin: 0 0 10px; }
.sticky { position: sticky; top: 0; z-index: 5; background: var(--paper); padding: 10px 0; border-bottom: 1px solid var(--line); margin-bottom: 16px; }
.bar.tight { margin: 0 0 4px; } .last { margin-left: auto; } .note { margin: 6px 0 0; font-size: 13px; } .later { margin-top: 18px; }
.facts { font-size: 13px; line-height: 1.35; gap: 1px 12px; grid-template-columns: 1fr max-content; margin-bottom: 8px; } .facts dd { font-variant-numeric: tabular-nums; text-align: right; } .facts .goal { font-weight: 700; }
button:disabled { opacity: 0.5; cursor: default; } code { font-size: 12px; overflow-wrap: anywhere; }
tbody tr.beyond td { color: var(--quiet); }
label { display: inline-flex; gap: 6px; align-items: center; font-size: 14px; max-width: 100%; }
select, input, button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 4px 8px; max-width: 100%; min-width: 0; }
button { cursor: pointer; } button:hover { border-color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.chart { width: 100%; } .chart canvas { max-width: 100%; } .wide { overflow-x: auto; }
.tall { max-height: 760px !important; } .scroll { overflow: auto; max-height: 460px; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 13px; }
th, td { text-align: right; padding: 4px 10px; white-space: nowrap; border-bottom: 1px solid var(--line); }
thead th { position: sticky; top: 0; background: var(--card); } thead button { border: 0; padding: 2px 0; background: none; font-weight: 600; }
td:first-child, th:first-child { text-align: left; } .words td:last-child, .words th:last-child { text-align: left; } .words td:last-child { white-space: normal; }
tbody tr { cursor: pointer; } tbody tr.chosen { background: var(--mark); } tbody tr.front td:first-child::after { content: " \\25C6"; color: ${FRONT_COLOUR}; }
dl { display: grid; grid-template-columns: fit-content(45%) minmax(0, 1fr); gap: 2px 16px; margin: 0; font-size: 14px; } dt { color: var(--quiet); overflow-wrap: anywhere; } dd { margin: 0; overflow-wrap: anywhere; }
pre { overflow: auto; font-size: 12px; background: var(--paper); padding: 10px; border-radius: 6px; } details { margin-top: 8px; } ol { padding-left: 20px; font-size: 14px; }
.vg-tooltip { position: fixed; z-index: 9; pointer-events: none; background: var(--card); color: var(--ink); border: 1px solid var(--line); border-radius: 6px; padding: 6px 10px; font-size: 13px; box-shadow: 0 3px 12px #0003; }
.vg-tooltip table { width: auto; } .vg-tooltip td { border: 0; padding: 1px 6px; }
@media print {
  @page { size: A4; margin: 12mm; }
  :root { color-scheme: light; }
  body { background: #fff; font-size: 10pt; } header, main, footer { max-width: none; padding: 0; }
  .sticky, .bar button, .bar label, .vg-tooltip { display: none !important; } .note { font-size: 8pt; }
  .grid { display: block; } section { break-inside: avoid; border: 0; border-top: 1px solid #bbb; border-radius: 0; padding: 8px 0; margin: 0 0 8px; } h2 { break-after: avoid; }
  section[aria-labelledby="h-table"], section[aria-labelledby="h-methods"] { break-inside: auto; }
  .chart canvas { width: auto !important; height: auto !important; max-width: 100%; max-height: 235mm; } #chip canvas { max-height: 45mm; } #scatter canvas { max-height: 92mm; }
  .facts { grid-template-columns: 1fr max-content 1fr max-content; column-gap: 14px; }
  .scroll, .tall { max-height: none !important; overflow: visible; border: 0; } .wide { overflow-x: visible; } .wide .chart { min-width: 0 !important; }
  table { font-size: 7.5pt; } th, td { white-space: normal; padding: 2px 4px; } td:first-child { white-space: nowrap; } thead th { position: static; } thead button { padding: 0; font-size: 7.5pt; text-align: right; } tr { break-inside: avoid; }
  details:not([open]) { display: none; } pre { white-space: pre-wrap; font-size: 7pt; }
}
`;
