/**
 * Texts that cover the panels: help, a point in full, a failure and its causes, the filter, exports, the hypervolume,
 * events. Pure.
 */
import { type Cause, causesOf, type Setting } from "../../../app/nouns.js";
import { log } from "../../../base/math.js";
import { parameterText, percent } from "../../format/number.js";
import { type Look, paint } from "../../format/style.js";
import { cell, visibleWidth } from "../../format/text-table.js";
import { phrases, wrapped } from "../../format/words.js";
import { filterNames, filterProblem } from "../filter.js";
import { endedPoints } from "../points.js";
import type { DashboardState, FailureView } from "../state.js";
import { exportChoices, type Ui } from "../ui.js";
import { detailLines } from "./detail.js";
import { hypervolumeLines } from "./history.js";
import { eventLines } from "./log-lines.js";

const STEER: readonly (readonly [string, string])[] = [
  ["q", "quit after the running points (again or Q: now)"],
  ["Q, Ctrl-C", "quit now; every finished point is stored, the same command continues"],
  ["p", "pause and resume"],
  ["+ -", "one worker more, one fewer"],
  ["r", "run failed and timed-out points again"],
];
const LOOK: readonly (readonly [string, string])[] = [
  ["Tab", "next pane: table, failures, events"],
  ["up down, PgUp PgDn", "select a row (also k, j)"],
  ["Enter", "the selected point or failure in full, or all events; Esc closes"],
  ["left right", "sort by another column; in a point: the one before, the next"],
  ["s S", "sort by the next value; turn the order round"],
  ["a", "table: the front, or all points that have ended"],
  ["f /", "filter: a comparison such as area_mm2 < 2 && lanes == 8 (Esc: none)"],
  ["x X, y Y", "next or previous metric or parameter on an axis"],
  ["l L", "x axis, y axis: logarithmic or linear"],
  ["v", "show or hide points that break a constraint"],
  ["h", "hypervolume, reference point and sampler in full"],
  ["e", "export the front, a figure or the report to a file"],
  ["c", "copy the command that runs the selected point alone"],
  ["?", "this help"],
];

/** Title and all lines of an overlay. The caller scrolls. `width` x `height`: cells inside. */
export function overlayText(
  look: Look,
  state: DashboardState,
  ui: Ui,
  width: number,
  height: number,
): { readonly title: string; readonly lines: readonly string[] } {
  switch (ui.overlay) {
    case "none":
      return { title: "", lines: [] };
    case "help":
      return { title: "keys   Esc back", lines: helpLines(look, state, width) };
    case "detail":
      return {
        title: `point #${ui.selectedId}   Esc back  left right: another point  c copy command`,
        lines:
          ui.detail.kind === "point"
            ? detailLines(look, state, ui.detail.detail, width)
            : wrapped(ui.detail.kind === "loading" ? "loading ..." : ui.detail.text, width - 2).map((line) => ` ${line}`),
      };
    case "failure": {
      const failure = state.failures[ui.failureIndex];
      return failure === undefined
        ? { title: "failure   Esc back", lines: [" gone"] }
        : { title: `${failure.code}   Esc back`, lines: failureLines(look, state, failure, width) };
    }
    case "filter":
      return { title: "filter   Enter apply  Esc cancel", lines: filterLines(look, state, ui, width) };
    case "export":
      return {
        title: "export the front   Esc cancel",
        lines: [
          ...exportChoices().map(
            ({ key, format, about }) => ` ${paint(look, key, "bold")}  ${format.padEnd(9)} ${paint(look, about, "dim")}`,
          ),
          "",
          ...wrapped(
            "The whole front of the study, whatever the filter; figures have the axes on the screen; files go to the working folder.",
            width - 2,
          ).map((line) => paint(look, ` ${line}`, "dim")),
        ],
      };
    case "hypervolume":
      return { title: "hypervolume   Esc back", lines: hypervolumeLines(look, state, width - 2, height) };
    case "events":
      return { title: "events, newest first, time of day in UTC   Esc back", lines: eventLines(state.log) };
  }
}

/** The `height` lines that the user scrolled to; the last ones stay on the screen. */
export const scrolled = (lines: readonly string[], scroll: number, height: number): readonly string[] =>
  lines.slice(Math.min(scroll, Math.max(0, lines.length - height)));

const KEY_CELLS = 20;

function helpLines(look: Look, { study }: DashboardState, width: number): readonly string[] {
  const list = (entries: typeof STEER): readonly string[] =>
    entries.flatMap(([keys, about]) =>
      wrapped(about, Math.max(20, width - KEY_CELLS - 3)).map(
        (text, i) => ` ${paint(look, (i === 0 ? keys : "").padEnd(KEY_CELLS), "bold")} ${text}`,
      ),
    );
  return [
    ...list(study?.readOnly === true ? [["q", "quit; the sweep continues"]] : STEER),
    ...list(LOOK),
    "",
    ...[
      `plot: ${look.unicode ? "● front, ◆ selected, dots: every other point" : "o front, O selected, . one point in a cell, : several"}`,
      "table: + ascending, - descending; * on the front, ! beyond limits, x without result",
      "filter: shows the matching points of the whole front; snn-dse pareto --where finds the front of the matching points alone",
      ...(study?.revision.endsWith("*") === true ? ["git: * means uncommitted changes, so nobody else can repeat these numbers"] : []),
      "Leaving the dashboard restores the screen and prints a summary.",
    ]
      .flatMap((text) => wrapped(text, width - 2))
      .map((text) => ` ${text}`),
  ];
}

function failureLines(look: Look, state: DashboardState, failure: FailureView, width: number): readonly string[] {
  const inner = width - 2;
  const causes = causesFor(state, failure);
  const name = ({ parameter, setting }: Pick<Cause, "parameter" | "setting">): string => `${parameter} ${settingText(setting)}`;
  const widest = Math.max(...causes.map((cause) => visibleWidth(name(cause))), 0);
  const cause = ({ failed, total, ...setting }: Cause): string =>
    `   ${cell(name(setting), widest)}  ${String(failed).padStart(5)} of ${String(total).padStart(5)} points  ${percent(failed / total, 0).padStart(5)}`;
  return [
    ` ${failure.count} ${failure.count === 1 ? "point" : "points"} ${failure.outcome}, last #${failure.lastId}:`,
    "",
    ...wrapped(failure.lastMessage === "" ? "no message was stored" : failure.lastMessage, inner).map((text) => ` ${text}`),
    "",
    ...phrases(valuesOf(state, failure.lastId), inner).map((text) => paint(look, ` ${text}`, "dim")),
    "",
    ...(causes.length === 0
      ? [" no single setting stands out"]
      : [
          ` settings where it happens more often than in ${percent(failure.count / state.points.length, 0)} of all points:`,
          ...causes.map(cause),
        ]),
  ];
}

const settingText = (setting: Setting): string =>
  setting.kind === "value" ? `= ${parameterText(setting.value)}` : `${parameterText(setting.first)} to ${parameterText(setting.last)}`;

let memory: { readonly key: string; readonly causes: readonly Cause[] } | null = null;

/** Computed again when 1 % more points have ended. */
function causesFor({ points, revision, study }: DashboardState, failure: FailureView): readonly Cause[] {
  const key = [study?.study, failure.code, failure.outcome, revision, Math.floor(log(points.length) * 100)].join(" ");
  if (memory === null || memory.key !== key) memory = { key, causes: causesOf([...endedPoints(points, failure)]) };
  return memory.causes;
}

function filterLines(look: Look, state: DashboardState, ui: Ui, width: number): readonly string[] {
  const problem = filterProblem(ui.typed, state);
  const names = filterNames(state).filter((name) => state.known.has(name) || !state.study?.metrics.some((metric) => metric.name === name));
  const dimmed = (text: string): readonly string[] => wrapped(text, width - 2).map((line) => paint(look, ` ${line}`, "dim"));
  return [
    ` > ${ui.typed}${look.unicode ? "▏" : "_"}`,
    "",
    ...(problem === "" ? [" ok"] : wrapped(problem, width - 2).map((line) => paint(look, ` ${line}`, "yellow"))),
    "",
    ...dimmed("e.g. latency_us < 100 && accuracy_percent >= 98, or, in the table of all points, outcome == 'infeasible'"),
    ...dimmed(`names: ${names.join(", ")}`),
  ];
}

function valuesOf(state: DashboardState, id: number): readonly string[] {
  const row = state.points.rowOfId.get(id);
  if (row === undefined) return [];
  return Object.entries(state.points.values[row] ?? {}).map(([name, value]) => `${name}=${value}`);
}
