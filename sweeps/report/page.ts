/** The report as one HTML page without other files: data, specifications, libraries, style and script. Pure. */
import { InvariantError } from "../../base/errors.js";
import { elementHash } from "../../base/escape/element-hash.js";
import { joined } from "../../base/escape/filtered.js";
import { jsonText } from "../../base/escape/json.js";
import { elementCode, type MarkupText, markup, markupText, scriptData } from "../../base/escape/markup.js";
import { shellWord } from "../../base/escape/shell.js";
import { asJson, canonicalJson, type Json } from "../../base/hash.js";
import { WIDE } from "../../base/plot/axis.js";
import { RUN_CLIENT, RUN_STYLE, runSection } from "../../sim/observe/index.js";
import { unbuiltLines } from "../export/built-lanes.js";
import { differentText } from "../export/headers.js";
import { evaluatorOf, otherBuildLines } from "../inputs.js";
import { certaintyParagraphs } from "./certainty.js";
import { citationsOf } from "./citations.js";
import { CLIENT, LIVE } from "./client/index.js";
import type { ReportData } from "./data.js";
import { methodsParagraphs } from "./methods.js";
import { networksSection } from "./networks.js";
import { otherSentences } from "./others.js";
import { pack, UNPACK } from "./pack.js";
import { axesOf, firstChoice, picturesOf } from "./pictures.js";
import { reportSpecs } from "./specs.js";
import { STYLE } from "./style.js";

/**
 * Browser builds of the libraries, as text. `interpreter` evaluates Vega's expressions; Vega itself would compile them
 * to code, which the page's security policy forbids.
 */
export interface PageLibraries {
  readonly vega: string;
  readonly vegaLite: string;
  readonly interpreter: string;
}

/** A library's text without its source map. */
const library = (text: string): string => text.replace(/\/\/# sourceMappingURL=.*\s*$/, "");

/**
 * The interpreter is published as a module only. Here it becomes a script that takes its imports from `vega` and adds
 * itself to it.
 */
function interpreterScript(text: string): string {
  const script = library(text)
    .replace(/^import (\{[^}]*\}) from ["']vega-util["'];/, "const $1 = vega;")
    .replace(/^export \{ (\w+) as expressionInterpreter \};?\s*$/m, "vega.expressionInterpreter = $1;");
  if (!script.startsWith("const {") || !script.includes("vega.expressionInterpreter =") || /^(import|export)\b/m.test(script))
    throw new InvariantError("report", null, "this version of vega-interpreter is not known");
  return `{\n"use strict";\n${script}}`;
}

function numbers(data: ReportData): MarkupText {
  const front = data.points.front.filter((flag) => flag === 1).length;
  const entries: readonly (readonly [string, string])[] = [
    ["results", String(data.counts.done)],
    ["within the limits", String(data.counts.feasible)],
    ["on the front", `${front}${differentText(front, data.different)}`],
    ["infeasible", String(data.counts.infeasible)],
    ["failed", String(data.counts.failed)],
    ["hypervolume", data.hypervolume === null ? "–" : String(Number(data.hypervolume.toPrecision(5)))],
  ];
  return joined(
    entries.map(
      ([name, value]) => markup`<li><b data-number="${markupText(name)}">${markupText(value)}</b><span>${markupText(name)}</span></li>`,
    ),
    "",
  );
}

function provenanceList(data: ReportData): MarkupText {
  const plain = (value: Json): string => (typeof value === "string" ? value : canonicalJson(value));
  const provenance =
    typeof data.provenance === "object" && data.provenance !== null && !Array.isArray(data.provenance) ? data.provenance : {};
  const entries: (readonly [string, string])[] = [
    ["study", `${data.study.name} ${data.study.identity}`],
    ["engine", data.study.engineVersion],
    ...data.inputs.map(({ kind, name, sha256 }) => [`${kind} ${name}`, `SHA-256 ${sha256}`] as const),
    ...(data.apart === 0 ? [] : [["points of other inputs", `${data.apart}, kept apart: not on this page`] as const]),
    ...Object.entries(provenance as { readonly [name: string]: Json }).map(([name, value]) => [name, plain(value)] as const),
  ];
  return joined(
    entries.map(([name, value]) => markup`<dt>${markupText(name)}</dt><dd>${markupText(value)}</dd>`),
    "",
  );
}

/** The description with its search, as a file that runs the same points again; JSON is YAML, too. */
function description({ document, search }: ReportData): MarkupText {
  const text = jsonText({ ...(document as { readonly [section: string]: Json }), sweep: search }, 2);
  return joined(text.split("\n").map(markupText), "\n");
}

/** Which command says how sure a front is that was not drawn; empty if its numbers have no errors to draw. */
function undrawn({ study, inputs, document, points }: ReportData): readonly string[] {
  const { model: coupled } = document as { readonly model?: Json };
  if (coupled !== undefined || evaluatorOf(inputs) !== null || !points.front.includes(1)) return [];
  const command = `snn-dse pareto ${shellWord(study.database)} --confidence`;
  return [`The errors of prices, samples and utterances were not drawn for this page: ${command} says which points stay on the front.`];
}

function certaintySection(data: ReportData): MarkupText {
  const { certainty, points, different, otherBuild } = data;
  const section = (texts: readonly string[], note: MarkupText): MarkupText =>
    markup`<section aria-labelledby="h-certainty"><h2 id="h-certainty">How sure the front is</h2>${joined(
      texts.map((text) => markup`<p>${markupText(text)}</p>`),
      "",
    )}${note}</section>\n`;
  if (certainty === null) {
    const texts = undrawn(data);
    return texts.length === 0 ? markup`` : section(texts, markup``);
  }
  const front = points.front.filter((flag) => flag === 1).length;
  return section(
    [...certaintyParagraphs(certainty, front, different), ...otherBuildLines(otherBuild)],
    markup`<p class="quiet note">Error bars on the scatter and intervals of a point hold nine draws of ten. The table, the axes and the search know the share of draws as on_front_percent.</p>`,
  );
}

/** Sources of prices and models; empty if another evaluator told the results. */
function sourceLists(data: ReportData): MarkupText {
  const items = (texts: readonly string[]): MarkupText =>
    joined(
      texts.map((text) => markup`<li>${markupText(text)}</li>`),
      "",
    );
  const prices = evaluatorOf(data.inputs) === null ? data.sources : [];
  const citations = citationsOf(data);
  return markup`${prices.length === 0 ? "" : markup`<details><summary>Sources of prices</summary><ul>${items(prices)}</ul></details>`}${citations.length === 0 ? "" : markup`<details open><summary>References</summary><ol>${items(citations)}</ol></details>`}`;
}

function failureTable(data: ReportData): MarkupText {
  if (data.failures.length === 0) return markup`<p class=quiet>Every point gave a result.</p>`;
  const tried = data.failures.some(({ trials }) => trials > 0);
  const rows = data.failures.map(
    ({ code, state, points, trials, example }) =>
      markup`<tr><td>${markupText(code)}</td><td>${markupText(state)}</td><td>${points}</td>${tried ? markup`<td>${trials}</td>` : markup``}<td>${markupText(example)}</td></tr>`,
  );
  const head = tried ? markup`<th>trials</th>` : markup``;
  return markup`<div class="scroll"><table class="words"><thead><tr><th>reason</th><th>state</th><th>points</th>${head}<th>example</th></tr></thead><tbody>${joined(rows, "")}</tbody></table></div>`;
}

/** Under the table, whose columns hold the lanes that points ask for. */
function lanesNote({ unbuiltLanes }: ReportData): MarkupText {
  const notes = unbuiltLines(unbuiltLanes).map((line) => markup`<p class="quiet note">On the front, ${markupText(line)}.</p>`);
  return joined(notes, "");
}

/** Footer text: where the page's content comes from. */
const STANDS_ALONE = "; this page holds everything it shows and makes no request.";
const FOLLOWS =
  ", on this machine; points come as the search finds them. Breakdowns, importance and history are those of the moment the page was loaded.";

/** Where a page that follows a search gets its events: from `events` beside it, beginning with this message. */
export interface LivePage {
  readonly from: number;
}

/** The whole page. `generator` names program and version; `live`: it follows a search on this machine. */
export function reportPage(data: ReportData, libraries: PageLibraries, generator: string, live: LivePage | null = null): MarkupText {
  const title = markupText(`${data.study.name}: design-space sweep`);
  const goals = data.objectives.map((objective) => `${objective.direction} ${objective.metric}`).join(", ");
  const pictures = picturesOf(data);
  const breakdown =
    pictures.energy === null && pictures.area === null
      ? markup`<select id="stack" hidden></select><div id="breakdown" hidden></div>`
      : markup`<section class="half" aria-labelledby="h-breakdown"><h2 id="h-breakdown">Breakdown of the front</h2><div class="bar"><label>of <select id="stack"><option value="energy">energy</option><option value="area">area</option></select></label></div><div class="scroll tall"><div id="breakdown" class="chart" role="img" aria-label="Stacked bars of energy or area by component, one bar a point of the front"></div></div></section>\n`;
  const limits = data.constraints.length === 0 ? "" : `; limits: ${data.constraints.join(", ")}`;
  const { recorded } = data;
  const style = elementCode(recorded === null ? STYLE : STYLE + RUN_STYLE);
  const scripts = [
    library(libraries.vega),
    interpreterScript(libraries.interpreter),
    library(libraries.vegaLite),
    `${UNPACK}${CLIENT}`,
    ...(recorded === null ? [] : [`const RUN = D.recorded.run;${RUN_CLIENT}`]),
    ...(live === null ? [] : [`const LIVE_FROM = ${live.from};${LIVE}`]),
  ].map(elementCode);
  const half = pictures.energy === null && pictures.area === null ? markup`` : markup`half`;
  return markup`<!doctype html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="${markupText(generator)}">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src ${markupText(scripts.map(elementHash).join(" "))}; style-src ${markupText(elementHash(style))}; base-uri 'none'; form-action 'none'${live === null ? "" : markup`; connect-src 'self'`}">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="quiet">Goals: ${markupText(goals)}${markupText(limits)}. Sampler ${markupText(data.study.sampler)}, seed ${markupText(String(data.study.seed))}, budget ${markupText(String(data.study.budget))}.${markupText(otherSentences(data.others))}${data.hidden > 0 ? markup` ${data.hidden} points are left out of the plots.` : ""}</p>
<ul class="numbers">${numbers(data)}</ul>
${live === null ? "" : markup`<p id="live" class="quiet" role="status">Waiting for news of the search.</p>\n`}</header>
<main>
<div class="bar sticky" role="toolbar" aria-label="View">
<label>x <select id="x"></select></label><label><input type="checkbox" id="logx"> log</label>
<label>y <select id="y"></select></label><label><input type="checkbox" id="logy"> log</label>
<label>colour <select id="colour"></select></label>
<label>show <select id="only"><option value="all">all results</option><option value="within">within the limits</option><option value="front">the front</option></select></label>
${data.certainty === null ? "" : markup`<label><input type="checkbox" id="bars"> error bars</label>\n`}<button id="front" type="button">Select front</button><button id="clear" type="button">Clear</button><span id="chosen" class="quiet" aria-live="polite"></span>
<button id="theme" type="button" class="last">Dark</button>
</div>
<div class="grid">
<section class="two" aria-labelledby="h-scatter"><h2 id="h-scatter">Pareto scatter</h2><div id="scatter" class="chart" role="img" aria-label="Scatter of two metrics, coloured by a third; the table below holds the same points"></div><p class="quiet note">Large: the front, joined where it is best in these two alone. Drag to select, click a point (Shift adds), Escape clears; every view shows the selection.</p></section>
<section class="one" aria-labelledby="point-title"><div class="bar tight"><h2 id="point-title" aria-live="polite">Point</h2><span class="last"><button id="earlier" type="button" aria-label="Previous point of the front">◀</button> <button id="later" type="button" aria-label="Next point of the front">▶</button></span></div><dl id="facts" class="facts"></dl><div id="chip" class="chart" role="img" aria-label="Utilisation of cores and links of this point's chip"></div><p id="chip-note" class="quiet note"></p><p class="quiet note">In full: <code id="point-command"></code></p></section>
<section aria-labelledby="h-parallel"><h2 id="h-parallel">Parallel coordinates</h2><div class="wide"><div id="parallel" class="chart" role="img" aria-label="One line per point over all parameters and objectives; the search below selects by the same ranges"></div></div><p class="quiet note"><span id="parallel-note"></span>Orange: the front. Drag along an axis to keep a range, click the range to drop it. Axes are logarithmic where values span more than a factor of ${WIDE}.</p></section>
${breakdown}<section class="${half}" aria-labelledby="h-importance"><h2 id="h-importance">What matters</h2><div class="wide"><div id="importance" class="chart" role="img" aria-label="Share of each objective's variance that each parameter explains"></div></div><p class="quiet note">Share of an objective's variance that a parameter explains alone, by functional analysis of variance over a regression forest (fANOVA), with all values equally likely: what the search favoured does not shift it. A parameter with a condition is judged among the points that have it. The number behind ± is the standard error by the forest's random numbers, by which another forest of the same points would differ; none below half a percent. The tooltip adds the share with all interactions. The last row is the forest's fit: the share of the variance that it explains of points it has not seen. Shares are no surer than that, and not known (?) if it is 0. The arrow is the sign of the rank correlation.</p><h2 id="h-history" class="later">Hypervolume over the search</h2><div id="history" class="chart" role="img" aria-label="Hypervolume against points asked"></div></section>
${recorded === null ? "" : runSection(recorded.run, `One run over time: point #${recorded.id}`)}${certaintySection(data)}${networksSection(data.networks)}<section aria-labelledby="h-table"><h2 id="h-table">Points</h2><div class="bar"><label>search <input id="search" type="search" size="34" placeholder="lanes=8 latency_us&lt;100, front, #42"></label><button id="pick" type="button">Select found</button><label><input type="checkbox" id="wide"> all metrics</label><button id="previous" type="button">Previous</button><button id="next" type="button">Next</button><span id="found" class="quiet" aria-live="polite"></span><button id="download" type="button" class="last">Download CSV</button></div><div class="scroll"><table><thead><tr id="head"></tr></thead><tbody id="body"></tbody></table></div>${lanesNote(data)}</section>
<section aria-labelledby="h-failures"><h2 id="h-failures">Infeasible and failed points</h2>${failureTable(data)}</section>
<section aria-labelledby="h-methods"><h2 id="h-methods">Methods</h2>${joined(
    methodsParagraphs(data).map((paragraph) => markup`<p>${markupText(paragraph)}</p>`),
    "",
  )}${sourceLists(data)}<details><summary>The whole description, for snn-dse sweep</summary><pre id="description">${description(data)}</pre></details></section>
<section aria-labelledby="h-provenance"><h2 id="h-provenance">Provenance</h2><dl>${provenanceList(data)}</dl></section>
</div>
</main>
<footer class="quiet">${markupText(generator)}${markupText(live === null ? STANDS_ALONE : FOLLOWS)}</footer>
<script id="data" type="application/json">${scriptData(pack(asJson(data)))}</script>
<script id="pictures" type="application/json">${scriptData({ specs: reportSpecs(pictures), axes: axesOf(data), first: firstChoice(data) })}</script>
${joined(
  scripts.map((script) => markup`<script>${script}</script>\n`),
  "",
)}</body>
</html>
`;
}
