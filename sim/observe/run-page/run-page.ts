/** A recorded run over time as one self-contained HTML page. Pure. */

import { elementHash } from "../../../base/escape/element-hash.js";
import { elementCode, type MarkupText, markup, markupText, scriptData } from "../../../base/escape/markup.js";
import type { RunFrames } from "./run-frames.js";
import { RUN_CLIENT, RUN_STYLE, runSection } from "./run-view.js";

const STYLE = `
:root { color-scheme: light; --paper: #fbfbfa; --card: #ffffff; --ink: #1c1e21; --quiet: #5d646e; --line: #dfe2e6; --accent: #1f5fa8; --mark-line: #c2185b; }
:root[data-theme="dark"] { color-scheme: dark; --paper: #14161b; --card: #1b1e25; --ink: #e4e7ec; --quiet: #9aa3b0; --line: #31353e; --accent: #7db4f5; --mark-line: #ff80ab; }
* { box-sizing: border-box; } body { margin: 0 auto; max-width: 1400px; padding: 12px 16px; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
h2 { font-size: 18px; margin: 0 0 4px; } p { margin: 0 0 8px; } .quiet { color: var(--quiet); } .note { font-size: 13px; margin-top: 8px; }
.bar { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center; margin: 0 0 8px; } label { display: inline-flex; gap: 6px; align-items: center; font-size: 14px; }
select, button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 4px 8px; max-width: 100%; } button { cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
dl { display: grid; grid-template-columns: 1fr max-content; gap: 1px 12px; margin: 0; font-size: 13px; } dt { color: var(--quiet); overflow-wrap: anywhere; } dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; }
#theme { float: right; }
`;

const START = `
const RUN = JSON.parse(document.getElementById("run").textContent);
const theme = (name) => { document.documentElement.dataset.theme = name; document.getElementById("theme").textContent = name === "dark" ? "Light" : "Dark"; };
theme(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
document.getElementById("theme").onclick = () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
`;

/** The whole page. */
export function runPage(run: RunFrames): MarkupText {
  const style = elementCode(STYLE + RUN_STYLE);
  const script = elementCode(`"use strict";${START}${RUN_CLIENT}`);
  const title = `One run of ${run.chip} over time`;
  return markup`<!doctype html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src ${markupText(elementHash(script))}; style-src ${markupText(elementHash(style))}; base-uri 'none'; form-action 'none'">
<title>${markupText(title)}</title>
<style>${style}</style>
</head>
<body>
<button id="theme" type="button">Dark</button>
${runSection(run, title)}<script id="run" type="application/json">${scriptData(run)}</script>
<script>${script}</script>
</body>
</html>
`;
}
