/**
 * The front as a LaTeX figure with pgfplots, of the width of a paper's column. The file is a document of its own for `pdflatex`, and can be
 * read into a paper as it is by `\input`; the data stay readable in it. Needs the package pgfplots, and geometry where it stands alone.
 */
import { texText } from "../../arch/base/tex.js";
import { METRICS, type MetricName } from "../../sim/index.js";
import { nonDominated } from "../pareto.js";
import { hypervolumeLine, metricLabel, sourceLine } from "./headers.js";
import { type Axis, axesOf, axisOf, type PlotOptions, share } from "./plot.js";
import type { FrontReport } from "./report.js";
import { texNumbers } from "./tables.js";

const CLOUD_CELLS = 160; // most cloud dots an axis: more would only cover each other
const COLOURS = "colormap={cividis}{rgb255=(0,32,76) rgb255=(65,77,107) rgb255=(124,123,120) rgb255=(188,175,111) rgb255=(255,234,70)}";
/** Lengths in big points, 1/72 inch. */
const SIZE = { single: { width: 252, height: 176 }, double: { width: 516, height: 250 } } as const;
const FRAME = { left: 44, bottom: 33, top: 8, right: 8, rightOfScale: 58 } as const;
/** A digit of 7 pt text. */
const DIGIT = 3.7;

/** Coordinates as the figure holds them: the logarithm is the axis's business, except for colours. */
const plain = (value: number): string => String(Number(value.toPrecision(10)));

/** Keys of one axis; labels that would touch the one before are left out, their lines stay. */
function axisKeys(name: "x" | "y", axis: Axis, metric: MetricName, length: number): string {
  const end = (value: number): string => plain(axis.log ? 10 ** value : value);
  let occupied = Number.NEGATIVE_INFINITY;
  const labels = texNumbers(axis.ticks).map((text, i) => {
    const middle = share(axis, axis.ticks[i]) * length;
    const half = name === "x" ? (text.length * DIGIT) / 2 : 4;
    if (middle - half < occupied) return "{}";
    occupied = middle + half + 3;
    return `{${text}}`;
  });
  return `${name}mode=${axis.log ? "log" : "normal"}, ${name}min=${end(axis.low)}, ${name}max=${end(axis.high)}, ${name}minorticks=false,
  ${name}tick={${axis.ticks.map(plain).join(",")}},
  ${name}ticklabels={${labels.join(",")}},
  ${name}label={${texText(metricLabel(metric))}},`;
}

export function pgfplots(report: FrontReport, options: PlotOptions): string {
  const { width, height } = SIZE[options.column];
  const body = report.rows.length === 0 ? `\\node at (${width / 2}bp,${height / 2}bp) {no feasible point};` : figure(report, options);
  return `% ${sourceLine(report)}
% ${hypervolumeLine(report).replaceAll("µ", "u").replaceAll("²", "2").replaceAll("·", " ")}
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
\\ifdim\\wd0>\\linewidth \\resizebox{\\linewidth}{!}{\\usebox0}\\else \\usebox0\\fi
\\ifdefined\\figurealone
\\end{document}
\\fi
`;
}

function figure(report: FrontReport, options: PlotOptions): string {
  const size = SIZE[options.column];
  const axes = axesOf(report, options);
  const metric = (k: number): MetricName => report.objectives[k].metric;
  const front = report.rows.map((row) => report.objectives.map((o) => row.metrics[o.metric] as number));
  const all = [...report.cloud, ...front];
  const [xAxis, yAxis] = [axisOf(all.map((p) => p[axes.x])), axisOf(all.map((p) => p[axes.y]))];
  const width = size.width - FRAME.left - (axes.colour === null ? FRAME.right : FRAME.rightOfScale);
  const height = size.height - FRAME.bottom - FRAME.top;
  const cells = new Map<string, readonly number[]>();
  for (const p of report.cloud) {
    const cell = [share(xAxis, p[axes.x]), share(yAxis, p[axes.y])].map((at) => Math.round(at * CLOUD_CELLS)).join();
    if (!cells.has(cell)) cells.set(cell, p);
  }
  const sign = (k: number): number => (report.objectives[k].direction === "max" ? -1 : 1);
  const flat = front.map((p) => [sign(axes.x) * p[axes.x], sign(axes.y) * p[axes.y]]);
  const stairs = nonDominated(flat)
    .map((i) => front[i])
    .sort((a, b) => sign(axes.x) * (a[axes.x] - b[axes.x]) || sign(axes.y) * (b[axes.y] - a[axes.y]));
  const pair = (p: readonly number[]): string => `${plain(p[axes.x])} ${plain(p[axes.y])}`;
  const kneeRow = report.rows.findIndex((row) => row.id === report.kneeId);
  const colours = axes.colour === null ? null : { k: axes.colour, axis: axisOf(front.map((p) => p[axes.colour as number])) };
  const meta = (p: readonly number[]): number => (colours === null ? 0 : colours.axis.log ? Math.log10(p[colours.k]) : p[colours.k]);
  const columns = [axes.x, axes.y, ...(colours === null ? [] : [colours.k])].map((k) => `${metric(k)} [${METRICS[metric(k)].unit}]`);
  return `\\begin{axis}[
  at={(${FRAME.left}bp,${FRAME.bottom}bp)}, anchor=south west, scale only axis, width=${width}bp, height=${height}bp,
  ${axisKeys("x", xAxis, metric(axes.x), width)}
  ${axisKeys("y", yAxis, metric(axes.y), height)}
  axis lines*=left, tick align=outside, major tick length=2.5bp, tick label style={font=\\scriptsize},
  xlabel style={at={(axis description cs:0.5,0)}, anchor=base, yshift=-25bp}, ylabel style={at={(axis description cs:0,0.5)}, anchor=base, yshift=34bp},
  grid=major, grid style={black!13, line width=0.25bp}, axis line style={line width=0.6bp},
${colours === null ? "" : scale(colours.axis, metric(colours.k), width)}]
\\addplot[only marks, mark=*, mark size=0.9bp, black!39, line width=0bp] table {
${[...cells.values()].map(pair).join("\n")}
};
% what is best in these two objectives alone
\\addplot[const plot, black!87, line width=0.6bp, dash pattern=on 2bp off 1.5bp] table {
${stairs.map(pair).join("\n")}
};
% the knee
\\addplot[only marks, mark=o, mark size=4.6bp, black!87, line width=0.7bp] table {
${kneeRow < 0 ? "" : pair(front[kneeRow])}
};
% the front: ${columns.join(", ")}${colours?.axis.log === true ? " as its decimal logarithm" : ""}; point id
\\addplot[${colours === null ? "only marks, mark=*, mark size=2.6bp, draw=black!87, fill=white" : "scatter, only marks, mark=*, mark size=2.6bp, scatter src=explicit, scatter/use mapped color={draw=black!87, fill=mapped color}"}] table [x index=0, y index=1${colours === null ? "" : ", meta index=2"}] {
${front.map((p, i) => `${pair(p)}${colours === null ? "" : ` ${plain(meta(p))}`} ${report.rows[i].id}`).join("\n")}
};
\\end{axis}`;
}

/** The colour scale at the right of a frame of this width. */
function scale(axis: Axis, metric: MetricName, width: number): string {
  const at = (tick: number): string => plain(axis.log ? Math.log10(tick) : tick);
  return `  ${COLOURS}, point meta min=${plain(axis.low)}, point meta max=${plain(axis.high)},
  colorbar, colorbar style={
    at={(${plain(1 + 8 / width)},0)}, anchor=south west, width=7bp, line width=0.25bp, major tick length=0bp,
    ytick={${axis.ticks.map(at).join(",")}}, yticklabels={${texNumbers(axis.ticks)
      .map((text) => `{${text}}`)
      .join(",")}},
    tick label style={font=\\scriptsize}, ylabel={${texText(metricLabel(metric))}},
    ylabel style={at={(axis description cs:1,0.5)}, anchor=base, yshift=-38bp}},
`;
}
