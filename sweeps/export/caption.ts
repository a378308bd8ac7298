/** The caption of a front's figure: what a reader cannot see in it. Pure. */
import type { PlotSpec } from "../../base/plot/spec.js";
import { drawnObjectives, type PlotOptions } from "./figures.js";
import { captionLines } from "./front-view.js";
import { amongText, pointsText } from "./headers.js";
import { metricWords } from "./metric-words.js";
import type { FrontReport } from "./report.js";

/** One paragraph to paste below `spec`, the figure of this report with these options. */
export function frontCaption(report: FrontReport, spec: PlotSpec, options: PlotOptions): string {
  const { rows, hidden, cloud, constraints, view, kneeId } = report;
  const drawn = drawnObjectives(report, options);
  const left = report.objectives.filter(({ metric }) => !drawn.includes(metric)).map(({ metric }) => metricWords(metric));
  const series = spec.panels.flatMap((panel) => panel.series);
  const isDashed = series.some((one) => one.kind === "line" && one.dash.length > 0 && one.points.length > 1);
  const hasBars = series.some((one) => one.kind === "line" && one.name === "90 % interval");
  const others = cloud.length - rows.length - hidden.length;
  const limits = view.where === null ? constraints : constraints.slice(0, -1);
  const within = limits.length === 0 ? "" : ` with ${limits.join(" and ")}`;
  return [
    `Pareto front of ${report.study}: ${pointsText(view.size)}${amongText(view.size, view.different)}`,
    others === 0 ? `there is no other point${within}` : `dots are the other ${pointsText(others)}${within}`,
    ...(left.length === 0 ? [] : [`not drawn: ${left.join(", ")}`]),
    ...(isDashed ? ["the dashed line joins the points that are best in the two axes alone"] : []),
    ...(hasBars ? ["bars are the intervals"] : []),
    ...(rows.some(({ id }) => id === kneeId) ? [`the ring marks the knee, point ${kneeId}`] : []),
    ...captionLines(report, drawn),
  ].join("; ");
}
