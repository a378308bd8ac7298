/**
 * Every outward door, and what must hold of whatever leaves through it; each rule is written here anew, not taken from
 * the filters.
 */
import { createHash } from "node:crypto";
import { inputError } from "../../base/errors.js";
import { shellWord } from "../../base/escape/shell.js";
import { pdf } from "../../base/plot/pdf.js";
import { pgfplots } from "../../base/plot/pgfplots.js";
import { svg } from "../../base/plot/svg.js";
import { frameDifference } from "../../cli/dashboard/screen.js";
import { EMPTY_STATE, reduce } from "../../cli/dashboard/state.js";
import { summaryLines } from "../../cli/dashboard/summary.js";
import { EMPTY_UI } from "../../cli/dashboard/ui.js";
import { frontLines } from "../../cli/format/front.js";
import { resultLines } from "../../cli/format/result.js";
import type { Look } from "../../cli/format/style.js";
import { terminalLine } from "../../cli/format/terminal-text.js";
import { endingOf } from "../../cli/process/exit.js";
import { progressPrinter } from "../../cli/runs/progress-lines.js";
import { FORMATS, frontPlot, type PlotOptions, reportPage } from "../../sweeps/index.js";
import { frameLines } from "../cli/dashboard/drawn.js";
import { type Study, studyOf } from "./hostile-study.js";

export interface Door {
  readonly name: string;
  /** Writes the study through the door. @throws Error for what must not leave. */
  readonly write: (study: Study) => void | Promise<void>;
}

const OPTIONS: PlotOptions = { x: null, y: null, column: "single", siunitx: false };
const COLOUR: Look = { colour: true, unicode: true };
const PLAIN: Look = { colour: false, unicode: true };
const CONTROL = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\ufffe\uffff]/u;

function demand(holds: boolean, what: string, text: string): void {
  if (!holds) throw new Error(`${what}: ${JSON.stringify(text.slice(0, 2_000))}`);
}

/** Nothing but line feeds, unless `allowed` holds more. */
function noControls(text: string, allowed = /\n/g): void {
  const rest = text.replace(allowed, "");
  const at = rest.search(CONTROL);
  demand(at < 0, "a control character leaves", rest.slice(Math.max(0, at - 40), at + 40));
}

/** Lines in colour are the plain ones with colours of the palette between them: no name brought a sequence along. */
function terminal(linesOf: (look: Look) => readonly string[]): void {
  const [plain, coloured] = [PLAIN, COLOUR].map((look) => linesOf(look).map(terminalLine).join("\n"));
  noControls(plain);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences of the palette
  demand(coloured.replace(/\u001b\[(0|1|2|7|22|27|39|3[1-6])m/g, "") === plain, "a sequence leaves that is no colour", coloured);
}

const stateOf = ({ events }: Study) => events.reduce((state, event) => reduce(state, event, 1_000), EMPTY_STATE);

/** RFC 4180, read anew. */
function recordsOf(text: string): string[][] {
  const records: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy;
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text);
    if (match === null) throw new Error(`no CSV: ${JSON.stringify(text)}`);
    (records.at(-1) as string[]).push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] === "\r\n" && cell.lastIndex < text.length) records.push([]);
  }
  return records;
}

/** Elements well nested, attributes quoted, no bare `<` or `&`. */
function wellFormed(text: string, elements: ReadonlySet<string>, empty: ReadonlySet<string>): void {
  const open: string[] = [];
  const piece = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z:-]+(?:="[^"<]*"|=[a-z]+)?)*)\s*(\/?)>|&(?:amp|lt|gt|quot);|[^<&]+/gy;
  while (piece.lastIndex < text.length) {
    const at = piece.lastIndex;
    const match = piece.exec(text);
    if (match === null) throw new Error(`markup leaves: ${JSON.stringify(text.slice(at, at + 200))}`);
    const [, closing, element, attributes = "", selfClosing] = match;
    if (element === undefined) continue;
    demand(elements.has(element) && !/\son[a-z]+\s*=/i.test(attributes), "an element or attribute leaves", match[0]);
    if (closing === "/") demand(open.pop() === element, "elements are not nested", match[0]);
    else if (selfClosing !== "/" && !empty.has(element)) open.push(element);
  }
  demand(open.length === 0, "elements stay open", open.join());
}

let names = 0;
const HARMLESS = studyOf(() => `name${names++}`);

/** What TeX reads: a comment ends with its line, an escaped percent sign begins none. */
const withoutComments = (text: string): string => text.replace(/(?<!\\)((?:\\\\)*)%.*$/gm, "$1");
const commandsOf = (text: string): readonly string[] => withoutComments(text).match(/\\([A-Za-z@]+|.)/g) ?? [];

/** What `texText` may add: specials as print has them. */
const SPECIALS = new Set(
  "\\backslash \\sim \\hat \\{ \\} \\mathdollar \\leq \\geq \\times \\mu \\cdot \\textsuperscript \\& \\% \\# \\_".split(" ").concat("\\ "),
);

/** Commands of the study with harmless names are the program's own. */
async function tex(render: (study: Study) => string | Promise<string>, study: Study): Promise<void> {
  const text = await render(study);
  noControls(text);
  const known = new Set([...commandsOf(await render(HARMLESS)), ...SPECIALS]);
  for (const command of commandsOf(text)) demand(known.has(command), "a command leaves", `${command} in ${text}`);
  demand(!withoutComments(text).includes("^^"), "a notation of characters leaves", text);
  const braces = withoutComments(text).replace(/\\[{}\\]/g, "");
  demand(braces.split("{").length === braces.split("}").length, "braces do not match", text);
}

const SVG = new Set(["svg", "title", "desc", "rect", "polyline", "circle", "text"]);
const HTML = new Set(
  "html head meta title style body header h1 p ul li b span main div label select option input button section h2 dl dt dd code table thead tbody tr th td details summary ol pre footer script canvas svg h3".split(
    " ",
  ),
);
const VOID = new Set(["meta", "input"]);
const LIBRARIES = {
  vega: "var vega = {};",
  vegaLite: "var vegaLite = {};",
  interpreter: 'import { a } from "vega-util";\nconst e = a;\nexport { e as expressionInterpreter };\n',
};

function html({ data }: Study): void {
  const text = String(reportPage(data, LIBRARIES, "snn-dse"));
  noControls(text);
  const policy = /content="(default-src [^"]*)"/.exec(text)?.[1] ?? "";
  demand(!/unsafe|\*/.test(policy), "the policy is open", policy);
  const bodies = [...text.matchAll(/<(script|style)([^>]*)>([\s\S]*?)<\/\1>/g)];
  demand(bodies.length === 8, "elements of code or data", String(bodies.length));
  for (const [, , attributes, body] of bodies) {
    if (attributes.includes("json")) JSON.parse(body);
    else demand(policy.includes(createHash("sha256").update(body).digest("base64")), "a script or style is not in the policy", body);
  }
  const rest = text.replace(/(<(script|style)[^>]*>)[\s\S]*?(<\/\2>)/g, "$1$3").replace("<!doctype html>", "");
  wellFormed(rest, HTML, VOID);
}

function pdfFile({ report }: Study): void {
  const text = Buffer.from(pdf(frontPlot(report, OPTIONS))).toString("latin1");
  const written = text.replaceAll(/FlateDecode >>\nstream\n[\s\S]*?\nendstream/g, ""); // without the fonts
  noControls(written.replace(/[\u00a0-\u00ff]/g, ""));
  const offsets = [...text.matchAll(/^(\d{10}) 00000 n $/gm)].map((match) => Number(match[1]));
  for (const [i, offset] of offsets.entries())
    demand(text.startsWith(`${i + 1} 0 obj`, offset), "an object is not where the table says", text);
  for (const [text_] of written.matchAll(/\([^\n]*?\) (?:Tj|\/Subject|\/Creator)/g))
    demand(!/(?<!\\)(?:\\\\)*[()]/.test(text_.slice(1, text_.lastIndexOf(")"))), "a text ends early", text_);
}

function markdown(text: string): void {
  noControls(text);
  const rows = text.split("\n").filter((line) => line.startsWith("| "));
  const bars = (line: string): number => line.replace(/\\./g, "").split("|").length;
  for (const row of rows) demand(bars(row) === bars(rows[0]), "a cell ends early", row);
  const bare = text.replace(/\\./g, "\\").replace(/\*\*\d+\*\*/g, ""); // the knee's number is bold
  // a value's www and the dot that ends a sentence of the program make no address
  demand(!/[<`[\]~&$*]|:\/\/|www\.\S/i.test(bare), "markup leaves", text);
  demand(!/(?<![\p{L}\p{N}_])_|_(?![\p{L}\p{N}_])/u.test(text.replace(/\\_/g, "")), "emphasis leaves", text);
}

/** A shell's words, by the rules of POSIX: apostrophes, backslashes, blanks; null where a character would be obeyed. */
function shellWordsOf(line: string): readonly string[] | null {
  const words: string[] = [];
  const word = /(?:'[^']*'|\\'|[\w@%+=:,./-])+(?= |$)/gy;
  while (word.lastIndex < line.length) {
    const match = word.exec(line);
    if (match === null) return null;
    words.push(match[0].replace(/'([^']*)'|\\(.)/g, "$1$2"));
    word.lastIndex++;
  }
  return words;
}

const text = async (format: "csv" | "json" | "md" | "tex", { report }: Study): Promise<string> =>
  String(await FORMATS.demand(format, "test").render(report, OPTIONS));

const OVERLAYS = ["none", "failure", "events", "filter"] as const;

export const DOORS: readonly Door[] = [
  { name: "terminal: pareto", write: ({ report, database }) => terminal((look) => frontLines(look, report, OPTIONS, database, 100)) },
  { name: "terminal: show", write: ({ result }) => terminal((look) => resultLines(look, result, null)) },
  {
    name: "terminal: summary",
    write: (study) => terminal((look) => summaryLines(look, stateOf(study), study.report.withoutPrice, 100, 0)),
  },
  {
    name: "terminal: progress",
    write: ({ events }) =>
      terminal(() => {
        const lines: string[] = [];
        const print = progressPrinter((line) => lines.push(line));
        events.reduce((before, event) => {
          const state = reduce(before, event, 1_000);
          print(state, event, 1_000_000);
          return state;
        }, EMPTY_STATE);
        return lines;
      }),
  },
  {
    name: "terminal: dashboard",
    write: (study) => {
      const state = stateOf(study);
      const overlay = OVERLAYS[study.reason.length % OVERLAYS.length];
      const ui = { ...EMPTY_UI, overlay, message: study.name(), typed: study.name() };
      const written = frameDifference([], frameLines(state, ui, COLOUR, 100, 30, 2_000));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: cursor moves and colours of the screen
      noControls(written, /\u001b\[\d+;\d+H|\u001b\[0(;(1|2|7|3[1-6]))*m/g);
    },
  },
  {
    name: "terminal: errors",
    write: (study) => {
      const problem = inputError(study.database, `unknown ${study.name().repeat(50)}`, study.name(), study.name());
      for (const error of [problem, new Error(study.reason)]) terminal(() => endingOf(error).lines);
      for (const line of endingOf(problem).lines) demand(line.length < 7_000, "a message is not cut", line);
    },
  },
  {
    name: "csv",
    write: async (study) => {
      const written = await text("csv", study);
      noControls(written, /\r\n/g);
      const records = recordsOf(written);
      for (const record of records) {
        demand(record.length === records[0].length, "a record has other cells than the header", written);
        for (const cell of record) demand(!/^[=+\-@\t\r]/.test(cell), "a formula leaves", cell);
      }
    },
  },
  {
    name: "json",
    write: async (study) => {
      const written = await text("json", study);
      noControls(written);
      const front = (JSON.parse(written) as { front: { key: string }[] }).front;
      demand(
        front.every(({ key }, i) => key === study.report.rows[i].key),
        "a text is not what it was",
        written,
      );
    },
  },
  { name: "markdown", write: async (study) => markdown(await text("md", study)) },
  { name: "latex table", write: (study) => tex((one) => text("tex", one), study) },
  { name: "latex figure", write: (study) => tex(({ report }) => pgfplots(frontPlot(report, OPTIONS)), study) },
  {
    name: "svg",
    write: ({ report }) => {
      const written = svg(frontPlot(report, OPTIONS));
      noControls(written);
      wellFormed(written.trimEnd(), SVG, new Set());
    },
  },
  { name: "pdf", write: pdfFile },
  { name: "html", write: html },
  {
    name: "shell command",
    write: (study) => {
      const texts = [study.database, study.name()];
      const line = texts.map(shellWord).join(" ");
      noControls(line, /(?!)/);
      const words = shellWordsOf(line);
      demand(words?.length === 2, "a name is more than a word", line);
    },
  },
];
