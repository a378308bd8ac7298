/** The front as a standalone LaTeX document with pgfplots: `pdflatex` or `lualatex` make the figure; the data stay readable in it. */
import { METRICS, type MetricName } from "../../sim/index.js";
import { hypervolumeLine, sourceLine, texMetricLabel, texText } from "./headers.js";
import { axisOf, type PlotOptions } from "./plot.js";
import type { FrontReport } from "./report.js";

const CLOUD_POINTS = 2000;

export function pgfplots(report: FrontReport, options: PlotOptions): string {
  const metrics = report.objectives.map((o) => o.metric);
  const gain = report.objectives.findIndex((o) => o.direction === "max");
  const y = options.y ?? (gain >= 0 && metrics[gain] !== options.x ? metrics[gain] : (metrics.find((m) => m !== options.x) ?? metrics[0]));
  const x = options.x ?? metrics.find((m) => m !== y) ?? metrics[0];
  const colour: MetricName | undefined = metrics.find((m) => m !== x && m !== y);
  const at = (m: MetricName): number => metrics.indexOf(m);
  const every = Math.ceil(report.cloud.length / CLOUD_POINTS) || 1;
  const cloud = report.cloud.filter((_, i) => i % every === 0).map((p) => `${p[at(x)]} ${p[at(y)]}`);
  const front = report.rows.map((row) =>
    [row.metrics[x], row.metrics[y], colour === undefined ? 0 : row.metrics[colour], row.id].join(" "),
  );
  const mode = (m: MetricName): string => (report.cloud.length > 0 && axisOf(report.cloud.map((p) => p[at(m)])).log ? "log" : "normal");
  const bar = colour === undefined ? "" : `  colorbar, colorbar style={ylabel={${texMetricLabel(colour)}}, width=2mm},\n`;
  const size = options.column === "single" ? "width=7cm, height=5.2cm" : "width=15.5cm, height=8cm";
  return `% ${sourceLine(report)}
% ${hypervolumeLine(report).replaceAll("µ", "u").replaceAll("²", "2").replaceAll("·", " ")}
% columns: ${x} [${METRICS[x].unit}], ${y} [${METRICS[y].unit}]${colour === undefined ? "" : `, ${colour} [${METRICS[colour].unit}]`}, point id
\\documentclass[border=1pt]{standalone}
\\usepackage[T1]{fontenc}
\\usepackage{textcomp}
\\usepackage{pgfplots}
\\pgfplotsset{compat=1.16,
  colormap={cividis}{rgb255=(0,32,76) rgb255=(65,77,107) rgb255=(124,123,120) rgb255=(188,175,111) rgb255=(255,234,70)}}
\\begin{document}
\\footnotesize
\\begin{tikzpicture}
\\begin{axis}[
  ${size},
  xmode=${mode(x)}, ymode=${mode(y)},
  xlabel={${texMetricLabel(x)}},
  ylabel={${texMetricLabel(y)}},
  grid=major, grid style={gray!25},
${bar}  title={${texText(report.study)}}]
\\addplot[only marks, mark=*, mark size=0.5pt, gray!70] table {
${cloud.join("\n")}
};
\\addplot[scatter, only marks, mark=*, mark size=1.8pt, scatter src=explicit,
  scatter/use mapped color={draw=black, fill=mapped color}] table [x index=0, y index=1, meta index=2] {
${front.join("\n")}
};
\\end{axis}
\\end{tikzpicture}
\\end{document}
`;
}
