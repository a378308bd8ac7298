/** The whole screen as lines: `rows` - 1 lines of exactly `columns` cells; a plain list below 80 x 24. Pure. */
import { labelWithUnit, parameterLabel, type ScatterAxis, scatterPanel } from "../../sweeps/index.js";
import { plotLines } from "../format/plot.js";
import { type Look, paint } from "../format/style.js";
import { failuresPanel, logLine } from "./panels/activity.js";
import { beside, boxLines, exactly, type Panel } from "./panels/box.js";
import { frontPanel } from "./panels/front.js";
import { headerLines } from "./panels/header.js";
import { hypervolumePanel } from "./panels/hypervolume.js";
import { overlay } from "./panels/overlay.js";
import { pointPanel } from "./panels/point.js";
import { phrases } from "./panels/words.js";
import { workersPanel } from "./panels/workers.js";
import { valueAt } from "./points.js";
import type { DashboardState } from "./state.js";
import { settle, type Ui } from "./ui.js";
import { cachedFilter, visibleCloud } from "./view.js";

const HEADER_ROWS = 3;

export function frameLines(state: DashboardState, choice: Ui, look: Look, columns: number, rows: number, nowMs: number): readonly string[] {
  const ui = settle(choice, state);
  const height = Math.max(1, rows - 1);
  if (columns < 80 || rows < 24) return plainFrame(state, ui, look, columns, height, nowMs);
  const keys = keyLines(look, state, columns);
  const middle = height - HEADER_ROWS - 1 - keys.length;
  const header = headerLines(look, state, columns, nowMs);
  const footer = [messageOrLog(look, state, ui, columns), ...keys];
  const cover = overlay(look, state, ui, columns - 2, middle - 2);
  if (cover !== null) {
    const last = Math.max(0, cover.lines.length - (middle - 2));
    return [...header, ...boxLines(look, cover.title, cover.lines.slice(Math.min(ui.scroll, last)), columns, middle, true), ...footer];
  }
  // Nobody works any more: the point that is looked at takes the workers' place; on a wide screen there is room for both.
  const idle = state.endedMs !== null && state.hosts.length === 0;
  const spacious = columns >= 150;
  const wanted = Math.max(idle ? 5 : state.workerCount, state.failures.length, spacious ? 10 : 0) + 3;
  const lower = Math.max(5, Math.min(Math.floor(middle * 0.32), wanted));
  const upper = middle - lower;
  // A narrow screen gives a little of the plot for the last objective in the table.
  const leftWidth = Math.round(columns * (columns < 100 ? 0.55 : 0.58));
  const rightWidth = columns - leftWidth;
  const most = Math.max(5, Math.floor(upper * 0.4));
  const hypervolume = hypervolumePanel(look, state, rightWidth - 2, most - 2);
  const sideRows = Math.min(hypervolume.lines.length + 2, most);
  const tableRowsHigh = upper - sideRows;
  const front = frontPanel(look, state, ui, rightWidth - 2, tableRowsHigh - 2);
  const right = [
    ...boxLines(look, front.title, front.lines, rightWidth, tableRowsHigh, ui.pane === "front"),
    ...boxLines(look, hypervolume.title, hypervolume.lines, rightWidth, sideRows),
  ];
  const left = boxLines(
    look,
    plotTitle(look, state, ui, leftWidth - 6),
    scatterLines(look, state, ui, leftWidth - 2, upper - 2),
    leftWidth,
    upper,
  );
  const blocks: readonly (readonly [width: number, of: (width: number) => Panel, focused: boolean])[] = [
    ...(idle
      ? []
      : [
          [
            spacious ? Math.round(columns * 0.36) : leftWidth,
            (w: number) => workersPanel(look, state, w, lower - 2, nowMs),
            false,
          ] as const,
        ]),
    ...(idle || spacious
      ? [[idle ? leftWidth : Math.round(columns * 0.38), (w: number) => pointPanel(look, state, ui, w, lower - 2), false] as const]
      : []),
  ];
  const rest = columns - blocks.reduce((sum, [width]) => sum + width, 0);
  const failures = [rest, (w: number) => failuresPanel(look, state, ui, w, lower - 2), ui.pane === "failures"] as const;
  const bottom = [...blocks, failures]
    .map(([width, of, focused]) => {
      const panel = of(width - 2);
      return boxLines(look, panel.title, panel.lines, width, lower, focused);
    })
    .reduce(beside);
  return [...header, ...beside(left, right), ...bottom, ...footer];
}

/** As much of it as fits in `width` cells: what is left out of the plot goes before the key to its marks. */
function plotTitle(look: Look, state: DashboardState, ui: Ui, width: number): string {
  const hidden = state.violating > 0 && !ui.showViolating ? `${state.violating} beyond limits (v)` : "";
  const parts = [hidden, ui.filter === "" ? "" : `filter ${ui.filter}`, look.unicode ? "● front  ◆ selected" : "o front  O selected"];
  let title = "Pareto";
  for (const part of parts) if (part !== "" && title.length + 3 + part.length <= width) title += `   ${part}`;
  return title;
}

/** The scatter of the chosen axes, or a sentence while there is nothing to draw. */
export function scatterLines(look: Look, state: DashboardState, ui: Ui, width: number, height: number): readonly string[] {
  const { points, study, started } = state;
  if (study === null || started === null) return [];
  if (state.counts.done === 0) return ["", "  no result yet"];
  if (state.violating === state.counts.done && !ui.showViolating) {
    return ["", `  ${state.violating} results, all beyond the limits: ${study.constraints.join(", ")}`, "  v shows them"];
  }
  const cloud = visibleCloud(points, ui, state.revision);
  const filter = cachedFilter(ui.filter);
  const rows = state.front.filter((row) => filter.passes(points, row));
  const chosen = ui.selectedId === null ? undefined : points.rowOfId.get(ui.selectedId);
  // A point that is chosen but not on the front is marked as well.
  const marked = chosen === undefined || rows.includes(chosen) ? rows : [...rows, chosen];
  const axis = (metric: string, log: boolean | null): ScatterAxis => {
    const unit = study.metrics.find((candidate) => candidate.name === metric)?.unit ?? "1";
    const direction = started.objectives.find((objective) => objective.metric === metric)?.direction ?? null;
    const words = started.parameters.includes(metric) ? parameterLabel(metric) : labelWithUnit(metric, unit);
    return { label: direction === null ? words : `${words}, ${direction}`, direction, log };
  };
  const panel = scatterPanel({
    x: axis(ui.x, ui.xLog),
    y: axis(ui.y, ui.yLog),
    cloud: cloud.points,
    limits: cloud.limits,
    front: {
      x: marked.map((row) => valueAt(points, ui.x, row)),
      y: marked.map((row) => valueAt(points, ui.y, row)),
      length: marked.length,
    },
    labels: [],
    ringed: chosen === undefined ? null : { index: marked.indexOf(chosen), name: "selected" },
    colour: null,
  });
  return plotLines(look, panel, width, height, cloud.raster);
}

function messageOrLog(look: Look, state: DashboardState, ui: Ui, columns: number): string {
  return ui.message === "" ? logLine(look, state, ui, columns) : paint(look, exactly(` ${ui.message}`, columns), "bold", "yellow");
}

/** As many lines as the keys need. */
function keyLines(look: Look, state: DashboardState, columns: number): readonly string[] {
  const steering = state.study?.readOnly === true ? ["q quit"] : ["q quit", "Q now", "p pause", "+/- workers", "r retry"];
  const keys = [
    ...steering,
    "Tab pane",
    "Enter detail",
    "x/y axes",
    "l/L log",
    "s sort",
    "a all",
    "f filter",
    "h HV",
    "e export",
    "c copy",
    "? help",
  ];
  return phrases(keys, columns - 2).map((line) => paint(look, exactly(` ${line}`, columns), "dim"));
}

/** Small terminals: header, the front as far as it fits, failures by reason, one line of keys. */
function plainFrame(state: DashboardState, ui: Ui, look: Look, columns: number, height: number, nowMs: number): readonly string[] {
  const header = headerLines(look, state, columns, nowMs);
  const keys = exactly(" q quit  Q now  p pause  Enter detail  ? help", columns);
  const room = Math.max(0, height - header.length - 1);
  const cover = overlay(look, state, ui, columns, room);
  const front = frontPanel(look, state, ui, columns, Math.max(3, room - Math.min(3, state.failures.length)));
  const failures = state.failures.map((failure) => ` ${failure.count} ${failure.outcome} ${failure.code}`);
  const body =
    cover === null ? [...front.lines, ...failures] : cover.lines.slice(Math.min(ui.scroll, Math.max(0, cover.lines.length - room)));
  const middle = Array.from({ length: room }, (_, i) => exactly(body[i] ?? "", columns));
  const last = ui.message === "" ? keys : exactly(` ${ui.message}`, columns);
  return [...header, ...middle, last].slice(0, height);
}
