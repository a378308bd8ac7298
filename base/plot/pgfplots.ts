/**
 * A picture as a LaTeX figure with pgfplots, as wide as a paper's column. `pdflatex` compiles the file alone, and a
 * paper includes the same file by `\input`; the data stay readable in it. Needs the package pgfplots, and geometry if
 * compiled alone.
 */
import { joined } from "../escape/filtered.js";
import { texComment as comment, type TexText, tex, texText } from "../escape/tex.js";
import { log10 } from "../math.js";
import { CIVIDIS, INK } from "./colours.js";
import { noteSpots } from "./notes.js";
import { colourTicks, distinct, type Frame, type Page, pageOf, placesOf, type Tick, toY, xTicks, yTicks } from "./page.js";
import type { Axis, Categories, Panel, PlotPoints, PlotSpec, Series } from "./spec.js";

const CLOUD = tex`black!39`;

/** Every label is written in full here: without this key, pgfplots sets its own power of ten beside linear axes. */
const OWN_LABELS = tex`scaled ticks=false`;

/** A number with at most ten significant digits. */
const plain = (value: number): number => Number(value.toPrecision(10));

/** A tick's label; `2e6` is set as a power of ten. */
function texNumber(label: string): TexText {
  const [, factor, power] = /^(-?[\d.]+)e(-?\d+)$/.exec(label) ?? [];
  if (power === undefined) return label.startsWith("-") ? tex`$${texText(label)}$` : texText(label);
  return factor === "1" ? tex`$10^{${Number(power)}}$` : tex`$${texText(factor)}\\times 10^{${Number(power)}}$`;
}

/** `#0072b2` as TeX names it. */
const colourName = (colour: string): TexText =>
  tex`{rgb,255:red,${channel(colour, 1)};green,${channel(colour, 3)};blue,${channel(colour, 5)}}`;
const channel = (colour: string, at: number): number => Number.parseInt(colour.slice(at, at + 2), 16);

export function pgfplots(spec: PlotSpec): TexText {
  const page = pageOf(spec);
  const { width, height } = page;
  const nothing = tex`\\node at (${width / 2}bp,${height / 2}bp) {${texText(`${spec.title}: no data`)}};`;
  const body =
    page.panels.length === 0
      ? nothing
      : joined([legend(page), ...page.panels.map(({ panel, frame }) => axis(panel, frame, spec, page))], "\n");
  return tex`% ${comment(spec.title)}
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

/** Draws samples and names; the origin of TikZ is at the bottom. */
function legend({ legend: entries, height }: Page): TexText {
  const place = (x: number, y: number): TexText => tex`(${plain(x)}bp,${plain(height - y)}bp)`;
  const name = (text: string, x: number, y: number): TexText =>
    tex`\\node[anchor=base west, inner sep=0, font=\\scriptsize] at ${place(x + 8, y + 2.5)} {${texText(text)}};`;
  const ring = (x: number, y: number): TexText => tex`\\draw[draw=${colourName(INK)}, line width=0.6bp] ${place(x, y)} circle (3.6bp);`;
  const samples = entries.map(
    (entry) =>
      tex`${entry.ring ? ring(entry.x, entry.y) : sample(entry.series, entry.x, entry.y, place)} ${name(entry.name, entry.x, entry.y)}`,
  );
  return joined(samples, "\n");
}

function sample(series: Series, x: number, y: number, place: (x: number, y: number) => TexText): TexText {
  switch (series.kind) {
    case "cloud":
      return tex`\\fill[${CLOUD}] ${place(x, y)} circle (1.2bp);`;
    case "marks": {
      const fill = typeof series.fill === "string" ? colourName(series.fill) : tex`black!50`;
      return tex`\\filldraw[draw=${colourName(INK)}, fill=${fill}, line width=0.6bp] ${place(x, y)} circle (2.6bp);`;
    }
    case "line":
      return tex`\\draw[${stroke(series)}] ${place(x - 5, y)} -- ${place(x + 5, y)};`;
    case "bars":
      return tex`\\fill[fill=${colourName(series.colour)}] ${place(x - 3, y + 3)} rectangle +(6bp,6bp);`;
  }
}

function stroke({ colour, width, dash }: Extract<Series, { kind: "line" }>): TexText {
  const pattern = joined(
    dash.map((length, i) => tex`${i % 2 === 0 ? tex`on` : tex`off`} ${length}bp`),
    " ",
  );
  return tex`draw=${colourName(colour)}, line width=${width}bp${pattern === "" ? "" : tex`, dash pattern=${pattern}`}`;
}

function axis(panel: Panel, frame: Frame, spec: PlotSpec, { width, height }: Page): TexText {
  const { left, right, top, bottom } = frame;
  const { x, y } = panel;
  const heading =
    panel.heading === ""
      ? ""
      : tex`\n\\node[anchor=base west, inner sep=0, font=\\footnotesize\\bfseries] at (${plain(left)}bp,${plain(height - top + 8)}bp) {${texText(panel.heading)}};`;
  const keys = y.scale === "category" ? namedKeys(y) : axisKeys("y", y, yTicks(y, frame));
  const series = joined(
    panel.series.map((one) => plotOf(one, panel, x, y, frame)),
    "\n",
  );
  return tex`\\begin{axis}[
  at={(${plain(left)}bp,${plain(height - bottom)}bp)}, anchor=south west, scale only axis, width=${plain(right - left)}bp, height=${plain(bottom - top)}bp,
  ${axisKeys("x", x, xTicks(x, frame, width))}
  ${keys}
  axis lines*=left, tick align=outside, major tick length=2.5bp, tick label style={font=\\scriptsize}, ${OWN_LABELS}, clip mode=individual,
  xlabel style={at={(axis description cs:0.5,0)}, anchor=base, yshift=-23bp}, ylabel style={at={(axis description cs:0,0.5)}, anchor=base, yshift=${plain(left - 9)}bp},
  grid=major, grid style={black!13, line width=0.25bp}, axis line style={line width=0.6bp},
${panel.colour === null ? "" : scale(panel.colour, frame, width)}]
${series}
\\end{axis}${notes(panel, spec, frame, height)}${heading}`;
}

function axisKeys(name: "x" | "y", { scale: kind, low, high, label }: Axis, ticks: readonly Tick[]): TexText {
  return tex`${texText(name)}mode=${texText(kind === "log" ? "log" : "normal")}, ${texText(name)}min=${plain(low)}, ${texText(name)}max=${plain(high)}, ${texText(name)}minorticks=false,
  ${texText(name)}tick={${joined<TexText>(
    ticks.map((tick) => plain(tick.value)),
    ",",
  )}},
  ${texText(name)}ticklabels={${joined(
    ticks.map((tick) => tex`{${texNumber(tick.label)}}`),
    ",",
  )}},
  ${texText(name)}label={${texText(label)}},`;
}

/** The axis keys of categories: names at whole numbers, the first one on top. */
function namedKeys({ names, label }: Categories): TexText {
  return tex`ymin=-0.5, ymax=${names.length - 0.5}, y dir=reverse, ytick={${joined<TexText>([...names.keys()], ",")}},
  yticklabels={${joined(
    names.map((name) => tex`{${texText(name)}}`),
    ",",
  )}}, ylabel={${texText(label)}},
  xbar stacked, bar width=7.6bp, y grid style={draw=none},`;
}

const pair = (points: PlotPoints, i: number): TexText => tex`${plain(points.x[i])} ${plain(points.y[i])}`;
const all = (points: PlotPoints): readonly number[] =>
  Array.from({ length: points.length }, (_, i) => i).filter((i) => Number.isFinite(points.x[i]) && Number.isFinite(points.y[i]));
const table = (rows: readonly TexText[]): TexText => tex`table {\n${joined(rows, "\n")}\n};`;

function plotOf(series: Series, panel: Panel, x: Axis, y: Axis | Categories, frame: Frame): TexText {
  if (series.kind === "bars")
    return tex`% ${comment(series.name)}\n\\addplot[draw=none, fill=${colourName(series.colour)}] ${table(series.values.map((value, i) => tex`${plain(value)} ${i}`))}`;
  if (y.scale === "category") return tex``;
  const { points } = series;
  const name = series.name === "" ? "" : tex`% ${comment(series.name)}\n`;
  switch (series.kind) {
    case "cloud":
      return tex`${name}\\addplot[only marks, mark=*, mark size=0.9bp, ${CLOUD}, line width=0bp] ${table(distinct(placesOf(points, x, y, frame), frame).map((i) => pair(points, i)))}`;
    case "line": {
      const mark = series.dotted ? tex`mark=*, mark size=1.6bp, mark options={solid, fill=${colourName(series.colour)}}` : tex`mark=none`;
      return tex`${name}\\addplot[${stroke(series)}, ${mark}] ${table(all(points).map((i) => pair(points, i)))}`;
    }
    case "marks":
      return tex`${name}${markPlot(series, panel)}`;
  }
}

function markPlot(series: Extract<Series, { kind: "marks" }>, panel: Panel): TexText {
  const { points, fill, ringed } = series;
  const ring =
    ringed === null
      ? ""
      : tex`\\addplot[only marks, mark=o, mark size=4.6bp, draw=${colourName(INK)}, line width=0.6bp] ${table([pair(points, ringed.index)])}\n`;
  const log = panel.colour?.scale === "log";
  const said = (i: number): TexText => tex`% ${comment(series.labels[i] ?? "")}\n`; // on a line of its own: a comment at the end of a row would join the row to the next one
  if (typeof fill === "string") {
    const style = tex`only marks, mark=*, mark size=2.6bp, draw=${colourName(INK)}, fill=${colourName(fill)}, line width=0.6bp`;
    return tex`${ring}\\addplot[${style}] ${table(all(points).map((i) => tex`${said(i)}${pair(points, i)}`))}`;
  }
  const rows = all(points).map((i) => tex`${said(i)}${pair(points, i)} ${plain(log ? log10(fill[i]) : fill[i])}`);
  const style = tex`scatter, only marks, mark=*, mark size=2.6bp, line width=0.6bp, scatter src=explicit, scatter/use mapped color={draw=black!87, fill=mapped color}`;
  return tex`${ring}% third column: ${comment(panel.colour?.label ?? "")}${log ? tex`, decimal logarithm` : ""}
\\addplot[${style}] table [x index=0, y index=1, meta index=2] {\n${joined(rows, "\n")}\n};`;
}

/** The colour scale at the right of a frame. */
function scale(axis: Axis, frame: Frame, width: number): TexText {
  const at = (value: number): number => plain(axis.scale === "log" ? log10(value) : value);
  const ticks = colourTicks(axis, frame);
  const colours = joined(
    CIVIDIS.map((rgb) => tex`rgb255=(${joined<TexText>(rgb, ",")})`),
    " ",
  );
  return tex`  colormap={cividis}{${colours}}, point meta min=${at(axis.low)}, point meta max=${at(axis.high)},
  colorbar, colorbar style={
    at={(${plain(1 + 8 / (frame.right - frame.left))},0)}, anchor=south west, width=7bp, line width=0.25bp, major tick length=0bp,
    ytick={${joined<TexText>(
      ticks.map((tick) => at(tick.value)),
      ",",
    )}}, yticklabels={${joined(
      ticks.map((tick) => tex`{${texNumber(tick.label)}}`),
      ",",
    )}},
    tick label style={font=\\scriptsize}, ${OWN_LABELS}, ylabel={${texText(axis.label)}},
    ylabel style={at={(axis description cs:1,0.5)}, anchor=base, yshift=-${plain(width - frame.right - 17)}bp}},
`;
}

/** Notes inside the frame, and names at the ends of lines. */
function notes(panel: Panel, spec: PlotSpec, frame: Frame, height: number): TexText {
  const { series, x, y } = panel;
  if (y.scale === "category") return tex``;
  const node = (px: number, py: number, anchor: string, text: string): TexText =>
    tex`\n\\node[anchor=${texText(anchor)}, inner sep=0, font=\\scriptsize] at (${plain(px)}bp,${plain(height - py)}bp) {${texText(text)}};`;
  const said = noteSpots(panel, x, y, frame).map((note) =>
    node(note.x, note.y, note.anchor === "end" ? "base east" : "base west", note.text),
  );
  if (spec.legend !== "ends") return joined(said, "");
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
  return joined([...said, ...ends], "");
}
