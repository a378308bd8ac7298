/** What covers the panels for a while: help, a point in detail, a failure explained, the filter, the export menu. Pure. */
import { type Look, paint } from "../../format/style.js";
import { filterOf } from "../filter.js";
import type { DashboardState } from "../state.js";
import { EXPORT_FORMATS, type Ui } from "../ui.js";

const HELP: readonly (readonly [string, string])[] = [
  ["q", "quit after the running points (again or Q: now)"],
  ["Q, Ctrl-C", "quit now; every finished point is stored, the same command continues"],
  ["p", "pause and resume"],
  ["+ -", "one worker more, one fewer"],
  ["r", "run failed points again"],
  ["Tab", "next pane: front, failures, events"],
  ["up down, PgUp PgDn", "select a row (also k, j)"],
  ["Enter", "the selected point or failure in full; Esc closes"],
  ["x X, y Y", "next or previous metric on an axis"],
  ["l L", "x axis, y axis: logarithmic or linear"],
  ["v", "show or hide points that break a constraint"],
  ["s", "sort the table by the next metric"],
  ["f", "filter: a comparison such as  area_mm2 < 2 && lanes == 8"],
  ["e", "export the front to a file"],
  ["c", "copy the command that runs the selected point alone"],
  ["?", "this help"],
];

/** Title and all lines of the overlay in force; null when none is. The caller scrolls. */
export function overlay(
  look: Look,
  state: DashboardState,
  ui: Ui,
  width: number,
): { readonly title: string; readonly lines: readonly string[] } | null {
  switch (ui.overlay) {
    case "none":
      return null;
    case "help":
      return {
        title: "keys",
        lines: [
          ...HELP.map(([keys, about]) => ` ${paint(look, keys.padEnd(20), "bold")} ${about}`),
          "",
          ` plot: ${look.unicode ? "● front  ◆ selected  dots every other point" : "o front  O selected  . one point in a cell  : several"}`,
          " sort: + ascending, - descending; the table lists the front over all objectives",
          " Leaving the dashboard restores the screen and prints a summary.",
        ],
      };
    case "detail":
      return { title: `point #${ui.selectedId}   Esc back  c copy command`, lines: ui.detail ?? [" loading ..."] };
    case "failure": {
      const failure = state.failures[ui.failureIndex];
      if (failure === undefined) return { title: "failure", lines: [" gone"] };
      return {
        title: `${failure.code}   Esc back`,
        lines: [
          ` ${failure.count} points ${failure.outcome}, last #${failure.lastId}`,
          "",
          ...wrapped(failure.lastMessage === "" ? "no message was stored" : failure.lastMessage, width - 2).map((line) => ` ${line}`),
          "",
          ...valuesOf(state, failure.lastId).map((line) => ` ${line}`),
        ],
      };
    }
    case "filter": {
      const { error } = filterOf(ui.typed);
      return {
        title: "filter   Enter apply  Esc cancel",
        lines: [
          ` > ${ui.typed}${look.unicode ? "▏" : "_"}`,
          "",
          error === "" ? " ok" : paint(look, ` ${error}`, "yellow"),
          "",
          ...wrapped(
            `names: id, ${[...(state.started?.parameters ?? []), ...(state.study?.metrics ?? []).map((m) => m.name)].join(", ")}`,
            width - 2,
          ).map((line) => paint(look, ` ${line}`, "dim")),
        ],
      };
    }
    case "export":
      return {
        title: "export the front   Esc cancel",
        lines: EXPORT_FORMATS.map(({ key, format }) => ` ${paint(look, key, "bold")}  ${format}`),
      };
  }
}

function valuesOf(state: DashboardState, id: number): readonly string[] {
  const row = state.points.rowOfId.get(id);
  if (row === undefined) return [];
  return Object.entries(state.points.values[row] ?? {}).map(([name, value]) => `${name} = ${value}`);
}

/** Words in lines of at most `width` cells. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
