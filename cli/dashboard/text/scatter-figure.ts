/** The plot of the chosen axes: its title, and its figure. Pure. */
import { labelWithUnit, parameterLabel, type ScatterAxis, scatterPanel } from "../../../app/nouns.js";
import { pointsOf } from "../../../base/plot/spec.js";
import { plotLines, type Raster, type TerminalPanel } from "../../format/plot.js";
import type { Look } from "../../format/style.js";
import { visibleWidth } from "../../format/text-table.js";
import { allBeyond } from "../limits.js";
import { valueAt } from "../points.js";
import type { DashboardState } from "../state.js";
import type { Ui } from "../ui.js";
import { cachedFilter, visibleCloud } from "../view.js";

export type ScatterState = Pick<DashboardState, "study" | "started" | "points" | "front" | "revision" | "counts" | "violating">;

/** A figure and the part of its cloud that is already drawn, or sentences if there is nothing to draw. */
type Scatter =
  | { readonly kind: "figure"; readonly figure: TerminalPanel; readonly raster: Raster }
  /** `keys`: lines that say which key shows more; a summary has no keys. */
  | { readonly kind: "words"; readonly lines: readonly string[]; readonly keys: readonly string[] };

/**
 * As much of the title as fits in `width` cells; the legend of the marks is dropped before the note about points
 * outside the plot.
 */
export function scatterTitle(look: Look, state: ScatterState, ui: Ui, width: number): string {
  const beyond = ui.showViolating ? 0 : ui.filter === "" ? state.violating : visibleCloud(state.points, ui, state.revision).beyond;
  const hidden = beyond > 0 ? `${beyond} beyond limits (v)` : "";
  const parts = [hidden, ui.filter === "" ? "" : `filter ${ui.filter}`, look.unicode ? "● front  ◆ selected" : "o front  O selected"];
  let title = "Pareto";
  for (const part of parts) if (part !== "" && visibleWidth(title) + 3 + visibleWidth(part) <= width) title += `   ${part}`;
  return title;
}

export function scatterOf(state: ScatterState, ui: Ui): Scatter {
  const { points, study, started } = state;
  if (study === null || started === null) return words();
  if (state.counts.done === 0) return words("", "  no result yet");
  if (state.violating === state.counts.done && !ui.showViolating) {
    return { kind: "words", lines: ["", `  ${allBeyond(state)}`], keys: ["  v shows them"] };
  }
  const cloud = visibleCloud(points, ui, state.revision);
  const filter = cachedFilter(ui.filter);
  const rows = state.front.filter((row) => filter.passes(points, row));
  const chosen = ui.selectedId === null ? undefined : points.rowOfId.get(ui.selectedId);
  // A selected point that is not on the front is marked as well.
  const marked = chosen === undefined || rows.includes(chosen) ? rows : [...rows, chosen];
  const axis = (metric: string, log: boolean | null): ScatterAxis => {
    const unit = study.metrics.find((candidate) => candidate.name === metric)?.unit ?? "1";
    const direction = started.objectives.find((objective) => objective.metric === metric)?.direction ?? null;
    const words = started.parameters.includes(metric) ? parameterLabel(metric) : labelWithUnit(metric, unit);
    return { label: direction === null ? words : `${words}, ${direction}`, direction, log };
  };
  const figure = scatterPanel({
    x: axis(ui.x, ui.xLog),
    y: axis(ui.y, ui.yLog),
    cloud: cloud.points,
    limits: cloud.limits,
    front: {
      x: marked.map((row) => valueAt(points, ui.x, row)),
      y: marked.map((row) => valueAt(points, ui.y, row)),
      length: marked.length,
    },
    members: rows.length,
    rest: pointsOf([]),
    labels: [],
    bars: [],
    ringed: chosen === undefined ? null : { index: marked.indexOf(chosen), name: "selected" },
    colour: null,
  });
  return { kind: "figure", figure, raster: cloud.raster };
}

const words = (...lines: readonly string[]): Scatter => ({ kind: "words", lines, keys: [] });

/** The plot as lines. */
export function scatterLines(look: Look, state: ScatterState, ui: Ui, width: number, height: number): readonly string[] {
  const scatter = scatterOf(state, ui);
  return scatter.kind === "words" ? scatter.lines : plotLines(look, scatter.figure, width, height, scatter.raster);
}
