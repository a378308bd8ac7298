/** The summary that a sweep leaves on the terminal: counts, plot, front, and what to type next. Pure. */
import { differentText, type FinishReason, referenceText } from "../../app/nouns.js";
import { shellWord } from "../../base/escape/shell.js";
import { differentVectors } from "../../base/pareto.js";
import { clock, inUnit, parameterText, significant } from "../format/number.js";
import { type Look, paint } from "../format/style.js";
import { type Column, cell, tableLines, visibleWidth } from "../format/text-table.js";
import { wrapped } from "../format/words.js";
import { limitColumns } from "./limits.js";
import { valueAt } from "./points.js";
import type { DashboardState } from "./state.js";
import { headerLines } from "./text/header-lines.js";
import { metricHead } from "./text/heads.js";
import { scatterLines } from "./text/scatter-figure.js";
import { EMPTY_UI, settle } from "./ui.js";
import { tableRows } from "./view.js";

const LEAST_WIDTH = 40;
const MAX_WIDTH = 120;
const PLOT_WIDTH = 78;
const PLOT_ROWS = 18;
const FRONT_ROWS = 24;

const WHY: { readonly [reason in FinishReason]: string } = {
  budget: "all points of the budget are done",
  exhausted: "the sampler has no new points",
  time: "the time that --time allows is over",
  "no-improvement": "the hypervolume has not grown for as many points as --patience says",
  failure: "a point failed, and --fail-fast is set",
  stopped: "stopped by the user",
};

/**
 * @param lacks sentences on what the front's chips lack: parts without a price, lanes
 * @param columns width of the terminal now, whatever it was when `look` was made
 * @param nowMs up to which a sweep that still runs has taken its time
 */
export function summaryLines(
  look: Look,
  state: DashboardState,
  lacks: readonly string[],
  columns: number,
  nowMs: number,
): readonly string[] {
  const { study, started, points } = state;
  if (study === null || started === null) return [];
  const width = Math.max(LEAST_WIDTH, Math.min(columns, MAX_WIDTH));
  const ui = settle(EMPTY_UI, state);
  const rows = tableRows(ui, state);
  const volume = state.hypervolume.at(-1);
  const units = started.objectives.map(({ metric }) => study.metrics.find(({ name }) => name === metric)?.unit ?? "1");
  const failures = state.failures.flatMap((failure) =>
    wrapped(`${failure.count} ${failure.outcome} ${failure.lastMessage.split("\n")[0]}`, width),
  );
  return [
    ...headerLines(look, state, width, nowMs),
    "",
    ...scatterLines(look, state, ui, Math.min(width, PLOT_WIDTH), PLOT_ROWS),
    "",
    paint(look, frontHead(state, rows), "bold"),
    ...frontLines(look.columns === undefined ? look : { ...look, columns }, state, rows),
    ...lacks.flatMap((line) => wrapped(line, width)),
    "",
    ...(volume === undefined
      ? ["hypervolume: no reference point was fixed"]
      : wrapped(`hypervolume ${significant(volume.value, 6)}  reference point ${referenceText(state.referencePoint, units)}`, width)),
    ...(state.endReason === null ? [] : [`ended: ${WHY[state.endReason]}`]),
    ...earlierLines(state, nowMs),
    ...(failures.length === 0 ? [] : ["", ...failures]),
    "",
    "Next:",
    ...nextSteps(study.database, points.ids[rows[0] ?? 0] ?? 1, state, width),
  ];
}

/** `front: 64 points (26 different)`. */
function frontHead({ started, points }: DashboardState, rows: readonly number[]): string {
  const vectors = rows.map((row) => started?.objectives.map(({ metric }) => valueAt(points, metric, row)) ?? []);
  const count = rows.length;
  return `front: ${count} ${count === 1 ? "point" : "points"}${differentText(count, differentVectors(vectors).length)}`;
}

/** The time of all sessions, if the database has earlier ones. */
function earlierLines({ started, startedMs, endedMs }: DashboardState, nowMs: number): readonly string[] {
  const earlierMs = started?.earlierMs ?? 0;
  return earlierMs === 0 ? [] : [`all sessions together: ${clock((earlierMs + Math.max(0, (endedMs ?? nowMs) - startedMs)) / 1000)}`];
}

/**
 * The front with all objectives, metrics of limits, and parameters: its first points, as wide as the terminal; all
 * points in a pipe.
 */
function frontLines(look: Look, { study, started, points }: DashboardState, rows: readonly number[]): readonly string[] {
  if (study === null || started === null || rows.length === 0) return [];
  const unitOf = new Map(study.metrics.map(({ name, unit }) => [name, unit]));
  const names = [...started.objectives.map(({ metric }): string => metric), ...limitColumns({ study, started })];
  const metrics = names.map((metric) => ({ metric, unit: unitOf.get(metric) ?? "" }));
  const columns: readonly Column[] = [
    { title: "#", align: "right" },
    ...metrics.map(({ metric, unit }): Column => ({ title: metricHead(look, metric, unit, "whole"), align: "right" })),
    ...started.parameters.map((title): Column => ({ title, align: "right" })),
  ];
  const cells = rows
    .slice(0, FRONT_ROWS)
    .map((row) => [
      String(points.ids[row]),
      ...metrics.map(({ metric, unit }) => inUnit(valueAt(points, metric, row), unit)),
      ...started.parameters.map((name) => parameterText(points.values[row]?.[name])),
    ]);
  const left = rows.length - cells.length;
  return [
    ...tableLines(look, columns, cells),
    ...(left > 0 ? [left === 1 ? "1 more point is not shown" : `${left} more points are not shown`] : []),
  ];
}

/** Commands to type next, with their meanings in a column, or below the command if the terminal is too narrow. */
function nextSteps(database: string, id: number, { status, counts }: DashboardState, columns: number): readonly string[] {
  const steps: (readonly [string, string])[] = [
    [`snn-dse show ${shellWord(database)} ${id}`, counts.done === 0 ? "why a point has no result" : "one point in full"],
  ];
  if (counts.done > 0)
    steps.unshift(
      [`snn-dse pareto ${shellWord(database)}`, "the front, as text or files for a paper"],
      [`snn-dse report ${shellWord(database)}`, "one HTML page: linked plots, methods, provenance"],
    );
  if (status === "stopped") steps.unshift(["the same command again", "continues where it stopped"]);
  const width = Math.max(...steps.map(([command]) => visibleWidth(command)));
  const lines = steps.map(([command, about]) => `  ${cell(command, width)}   ${about}`);
  return lines.every((line) => visibleWidth(line) <= columns)
    ? lines
    : steps.flatMap(([command, about]) => [`  ${command}`, `    ${about}`]);
}
