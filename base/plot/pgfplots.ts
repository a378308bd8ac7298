/**
 * A picture as a LaTeX figure with pgfplots, of the width of a paper's column. The file is a document of its own for `pdflatex`, and can be
 * read into a paper as it is by `\input`; the data stay readable in it. Needs the package pgfplots, and geometry where it stands alone.
 */
import { texText } from "../tex.js";
import { CIVIDIS, INK } from "./colours.js";
import { noteSpots } from "./notes.js";
import { colourTicks, distinct, type Frame, type Page, pageOf, placesOf, type Tick, toY, xTicks, yTicks } from "./page.js";
import type { Axis, Categories, Panel, PlotPoints, PlotSpec, Series } from "./spec.js";

const CLOUD = "black!39";

/** Ten digits, no more. */
const plain = (value: number): string => String(Number(value.toPrecision(10)));

/** A number's label with its power of ten set as one. */
function texNumber(label: string): string {
  const [, factor, power] = /^(-?[\d.]+)e(-?\d+)$/.exec(label) ?? [];
  if (power === undefined) return label.startsWith("-") ? `$${label}$` : label;
  return factor === "1" ? `$10^{${power}}$` : `$${factor}\\times 10^{${power}}$`;
}

/** `#0072b2` as TeX names it. */
const colourName = (colour: string): string => `{rgb,255:red,${channel(colour, 1)};green,${channel(colour, 3)};blue,${channel(colour, 5)}}`;
const channel = (colour: string, at: number): number => Number.parseInt(colour.slice(at, at + 2), 16);

function comment(text: string): string {
  const ascii: { readonly [character: string]: string } = { µ: "u", "²": "2", "·": " ", "–": "-" };
  return Array.from(text.replace(/\s+/g, " "), (c) => ascii[c] ?? (c > "~" ? "?" : c)).join("");
}

export function pgfplots(spec: PlotSpec): string {
  const page = pageOf(spec);
  const { width, height } = page;
  const nothing = `\\node at (${width / 2}bp,${height / 2}bp) {${texText(`${spec.title}: no data`)}};`;
  const body =
    page.panels.length === 0
      ? nothing
      : [legend(page), ...page.panels.map(({ panel, frame }) => axis(panel, frame, spec, page))].join("\n");
  return `% ${comment(spec.title)}
% ${comment(spec.about)}
% pdflatex makes a PDF of this file; in a paper: \\usepackage{pgfplots} and \\input{this file}
\\expandafter\\ifx\\csname @nodocument\\endcsname\\relax\\else
\\documentclass{article}
\\usepackage{pgfplots}
\\pgfplotsset{compat=1.16}
\\usepackage[paperwidth=${width}bp, paperheight=${height}bp, margin=0bp]{geometry}
\\pagestyle{empty}
\\setlength{\\topskip}{0bp}
\\setlength{\\parindent}{0bp}
\\def\\figurealone{}
\\begin{document}
\\fi
\\setbox0=\\hbox{\\pgfplotsset{compat=1.16}%
\\begin{tikzpicture}[font=\\footnotesize]
\\path[use as bounding box] (0bp,0bp) rectangle (${width}bp,${height}bp);
${body}
\\end{tikzpicture}}%
\\noindent\\ifdim\\wd0>\\linewidth \\resizebox{\\linewidth}{!}{\\usebox0}\\else \\usebox0\\fi
\\ifdefined\\figurealone
\\end{document}
\\fi
`;
}

/** Samples and names; the origin of TikZ is at the bottom. */
function legend({ legend: entries, height }: Page): string {
  const place = (x: number, y: number): string => `(${plain(x)}bp,${plain(height - y)}bp)`;
  const name = (text: string, x: number, y: number): string =>
    `\\node[anchor=base west, inner sep=0, font=\\scriptsize] at ${place(x + 8, y + 2.5)} {${texText(text)}};`;
  const ring = (x: number, y: number): string => `\\draw[draw=${colourName(INK)}, line width=0.6bp] ${place(x, y)} circle (3.6bp);`;
  return entries
    .map(
      (entry) =>
        `${entry.ring ? ring(entry.x, entry.y) : sample(entry.series, entry.x, entry.y, place)} ${name(entry.name, entry.x, entry.y)}`,
    )
    .join("\n");
}

function sample(series: Series, x: number, y: number, place: (x: number, y: number) => string): string {
  switch (series.kind) {
    case "cloud":
      return `\\fill[${CLOUD}] ${place(x, y)} circle (1.2bp);`;
    case "marks": {
      const fill = typeof series.fill === "string" ? colourName(series.fill) : "black!50";
      return `\\filldraw[draw=${colourName(INK)}, fill=${fill}, line width=0.6bp] ${place(x, y)} circle (2.6bp);`;
    }
    case "line":
      return `\\draw[${stroke(series)}] ${place(x - 5, y)} -- ${place(x + 5, y)};`;
    case "bars":
      return `\\fill[fill=${colourName(series.colour)}] ${place(x - 3, y + 3)} rectangle +(6bp,6bp);`;
  }
}

function stroke({ colour, width, dash }: Extract<Series, { kind: "line" }>): string {
  const pattern = dash.map((length, i) => `${i % 2 === 0 ? "on" : "off"} ${length}bp`).join(" ");
  return `draw=${colourName(colour)}, line width=${width}bp${pattern === "" ? "" : `, dash pattern=${pattern}`}`;
}

function axis(panel: Panel, frame: Frame, spec: PlotSpec, { width, height }: Page): string {
  const { left, right, top, bottom } = frame;
  const { x, y } = panel;
  const heading =
    panel.heading === ""
      ? ""
      : `\n\\node[anchor=base west, inner sep=0, font=\\footnotesize\\bfseries] at (${plain(left)}bp,${plain(height - top + 8)}bp) {${texText(panel.heading)}};`;
  const keys = y.scale === "category" ? namedKeys(y) : axisKeys("y", y, yTicks(y, frame));
  const series = panel.series.map((one) => plotOf(one, panel, x, y, frame)).join("\n");
  return `\\begin{axis}[
  at={(${plain(left)}bp,${plain(height - bottom)}bp)}, anchor=south west, scale only axis, width=${plain(right - left)}bp, height=${plain(bottom - top)}bp,
  ${axisKeys("x", x, xTicks(x, frame, width))}
  ${keys}
  axis lines*=left, tick align=outside, major tick length=2.5bp, tick label style={font=\\scriptsize}, clip mode=individual,
  xlabel style={at={(axis description cs:0.5,0)}, anchor=base, yshift=-23bp}, ylabel style={at={(axis description cs:0,0.5)}, anchor=base, yshift=${plain(left - 9)}bp},
  grid=major, grid style={black!13, line width=0.25bp}, axis line style={line width=0.6bp},
${panel.colour === null ? "" : scale(panel.colour, frame, width)}]
${series}
\\end{axis}${notes(panel, spec, frame, height)}${heading}`;
}

function axisKeys(name: "x" | "y", { scale: kind, low, high, label }: Axis, ticks: readonly Tick[]): string {
  return `${name}mode=${kind === "log" ? "log" : "normal"}, ${name}min=${plain(low)}, ${name}max=${plain(high)}, ${name}minorticks=false,
  ${name}tick={${ticks.map((tick) => plain(tick.value)).join(",")}},
  ${name}ticklabels={${ticks.map((tick) => `{${texNumber(tick.label)}}`).join(",")}},
  ${name}label={${texText(label)}},`;
}

/** Names stand at whole numbers, the first one on top. */
function namedKeys({ names, label }: Categories): string {
  return `ymin=-0.5, ymax=${names.length - 0.5}, y dir=reverse, ytick={${names.map((_, i) => i).join(",")}},
  yticklabels={${names.map((name) => `{${texText(name)}}`).join(",")}}, ylabel={${texText(label)}},
  xbar stacked, bar width=7.6bp, y grid style={draw=none},`;
}

const pair = (points: PlotPoints, i: number): string => `${plain(points.x[i])} ${plain(points.y[i])}`;
const all = (points: PlotPoints): readonly number[] =>
  Array.from({ length: points.length }, (_, i) => i).filter((i) => Number.isFinite(points.x[i]) && Number.isFinite(points.y[i]));
const table = (rows: readonly string[]): string => `table {\n${rows.join("\n")}\n};`;

function plotOf(series: Series, panel: Panel, x: Axis, y: Axis | Categories, frame: Frame): string {
  if (series.kind === "bars")
    return `% ${comment(series.name)}\n\\addplot[draw=none, fill=${colourName(series.colour)}] ${table(series.values.map((value, i) => `${plain(value)} ${i}`))}`;
  if (y.scale === "category") return "";
  const { points } = series;
  const name = series.name === "" ? "" : `% ${comment(series.name)}\n`;
  switch (series.kind) {
    case "cloud":
      return `${name}\\addplot[only marks, mark=*, mark size=0.9bp, ${CLOUD}, line width=0bp] ${table(distinct(placesOf(points, x, y, frame), frame).map((i) => pair(points, i)))}`;
    case "line": {
      const mark = series.dotted ? `mark=*, mark size=1.6bp, mark options={solid, fill=${colourName(series.colour)}}` : "mark=none";
      return `${name}\\addplot[${stroke(series)}, ${mark}] ${table(all(points).map((i) => pair(points, i)))}`;
    }
    case "marks":
      return name + markPlot(series, panel);
  }
}

function markPlot(series: Extract<Series, { kind: "marks" }>, panel: Panel): string {
  const { points, fill, ringed } = series;
  const ring =
    ringed === null
      ? ""
      : `\\addplot[only marks, mark=o, mark size=4.6bp, draw=${colourName(INK)}, line width=0.6bp] ${table([pair(points, ringed.index)])}\n`;
  const log = panel.colour?.scale === "log";
  const said = (i: number): string => `% ${comment(series.labels[i] ?? "")}\n`; // a line of its own: one after a row would join it to the next
  if (typeof fill === "string") {
    const style = `only marks, mark=*, mark size=2.6bp, draw=${colourName(INK)}, fill=${colourName(fill)}, line width=0.6bp`;
    return `${ring}\\addplot[${style}] ${table(all(points).map((i) => `${said(i)}${pair(points, i)}`))}`;
  }
  const rows = all(points).map((i) => `${said(i)}${pair(points, i)} ${plain(log ? Math.log10(fill[i]) : fill[i])}`);
  const style =
    "scatter, only marks, mark=*, mark size=2.6bp, line width=0.6bp, scatter src=explicit, scatter/use mapped color={draw=black!87, fill=mapped color}";
  return `${ring}% third column: ${comment(panel.colour?.label ?? "")}${log ? ", decimal logarithm" : ""}
\\addplot[${style}] table [x index=0, y index=1, meta index=2] {\n${rows.join("\n")}\n};`;
}

/** The colour scale at the right of a frame. */
function scale(axis: Axis, frame: Frame, width: number): string {
  const at = (value: number): string => plain(axis.scale === "log" ? Math.log10(value) : value);
  const ticks = colourTicks(axis, frame);
  const colours = CIVIDIS.map((rgb) => `rgb255=(${rgb.join(",")})`).join(" ");
  return `  colormap={cividis}{${colours}}, point meta min=${at(axis.low)}, point meta max=${at(axis.high)},
  colorbar, colorbar style={
    at={(${plain(1 + 8 / (frame.right - frame.left))},0)}, anchor=south west, width=7bp, line width=0.25bp, major tick length=0bp,
    ytick={${ticks.map((tick) => at(tick.value)).join(",")}}, yticklabels={${ticks.map((tick) => `{${texNumber(tick.label)}}`).join(",")}},
    tick label style={font=\\scriptsize}, ylabel={${texText(axis.label)}},
    ylabel style={at={(axis description cs:1,0.5)}, anchor=base, yshift=-${plain(width - frame.right - 17)}bp}},
`;
}

/** Notes inside the frame, and names at the ends of lines. */
function notes(panel: Panel, spec: PlotSpec, frame: Frame, height: number): string {
  const { series, x, y } = panel;
  if (y.scale === "category") return "";
  const node = (px: number, py: number, anchor: string, text: string): string =>
    `\n\\node[anchor=${anchor}, inner sep=0, font=\\scriptsize] at (${plain(px)}bp,${plain(height - py)}bp) {${texText(text)}};`;
  const said = noteSpots(panel, x, y, frame).map((note) =>
    node(note.x, note.y, note.anchor === "end" ? "base east" : "base west", note.text),
  );
  if (spec.legend !== "ends") return said.join("");
  let free = Number.NEGATIVE_INFINITY;
  const ends = series
    .flatMap((one) =>
      one.kind === "line" && one.name !== "" ? [{ name: one.name, at: toY(y, one.points.y[one.points.length - 1], frame) }] : [],
    )
    .sort((a, b) => a.at - b.at)
    .map(({ name, at }) => {
      free = Math.max(at + 2.5, free + 8);
      return node(frame.right + 2, free, "base west", name);
    });
  return [...said, ...ends].join("");
}
