/** The table of the front, or of all points: id, objectives, and as many parameters as fit. Pure. */
import { beginningOf } from "../../format/cells.js";
import { inUnit, parameterText } from "../../format/number.js";
import { type Look, paint } from "../../format/style.js";
import { cell, visibleWidth } from "../../format/text-table.js";
import { limitColumns } from "../limits.js";
import { valueAt } from "../points.js";
import type { DashboardState } from "../state.js";
import type { Ui } from "../ui.js";
import { tableRows } from "../view.js";
import { type HeadSize, metricHead } from "./heads.js";

export type FrontState = Pick<DashboardState, "study" | "started" | "points" | "front" | "frontSize" | "revision">;

interface Column {
  readonly head: string;
  readonly text: (row: number) => string;
}

/** A title and `height` lines of `width` cells at most. */
export function frontTable(
  look: Look,
  state: FrontState,
  ui: Ui,
  width: number,
  height: number,
): { readonly title: string; readonly lines: readonly string[] } {
  const { study, started, points } = state;
  if (study === null || started === null) return { title: "front", lines: [] };
  const rows = tableRows(ui, state);
  const room = Math.max(1, height - 2);
  const selected = rows.findIndex((row) => points.ids[row] === ui.selectedId);
  const first = Math.max(0, Math.min(selected - Math.floor(room / 2), rows.length - room));
  const shown = rows.slice(first, first + room);
  const { columns, widths } = fitting(look, state, ui, shown, width);
  const line = (mark: string, text: (column: Column) => string): string =>
    mark + columns.map((column, i) => cell(text(column), widths[i], "right")).join(" ");
  const front = ui.table === "all" ? new Set(state.front) : null;
  const lines = [
    paint(
      look,
      line("  ", ({ head }) => head),
      "bold",
    ),
  ];
  for (const row of shown) {
    const chosen = points.ids[row] === ui.selectedId;
    const trouble = points.outcomes[row] === "done" ? "" : `${points.outcomes[row]} ${points.codes[row]}`;
    const mark = front?.has(row) === true ? "*" : points.violations[row] > 0 ? "!" : trouble === "" ? " " : "x";
    const head = `${chosen ? ">" : " "}${mark}`;
    const text =
      trouble === ""
        ? line(head, (column) => column.text(row))
        : `${head}${cell(`#${points.ids[row]}`, widths[0] ?? 0, "right")} ${trouble}`;
    const quiet = front !== null && mark !== "*";
    lines.push(chosen ? paint(look, cell(text, width), "inverse") : quiet ? paint(look, text, "dim") : text);
  }
  const rest = rows.length - first - shown.length;
  if (first > 0 || rest > 0) lines.push(paint(look, `  ${first > 0 ? `${first} above  ` : ""}${rest > 0 ? `+ ${rest} more` : ""}`, "dim"));
  if (rows.length === 0)
    lines.push(paint(look, points.length === 0 || ui.filter === "" ? "  no point yet" : "  no point passes the filter", "dim"));
  const filter = ui.filter === "" ? "" : `  filter ${ui.filter}`;
  return { title: `${ui.table === "front" ? frontName(state.frontSize, rows.length) : `all points: ${rows.length}`}${filter}`, lines };
}

/**
 * `front: 27 points`; with a filter, or before all are known, `front: 4 of 27 points`: the front is that of all points.
 */
const frontName = (size: number, shown: number): string =>
  `front: ${shown === size ? "" : `${shown} of `}${size} ${size === 1 ? "point" : "points"}`;

const SIZES: readonly HeadSize[] = ["whole", "medium", "short", "bare"];

function parameterHead(name: string, size: HeadSize): string {
  const words = name.replaceAll("_", " ");
  return size === "whole" || visibleWidth(words) <= 10 ? words : `${beginningOf(words, 9)}.`;
}

/** Columns that fit; objectives get short heads if long ones would leave no room for one of them. */
function fitting(
  look: Look,
  state: FrontState,
  ui: Ui,
  shown: readonly number[],
  width: number,
): { readonly columns: readonly Column[]; readonly widths: readonly number[] } {
  const { study, started, points } = state;
  const unitOf = new Map(study?.metrics.map((metric) => [metric.name, metric.unit]));
  const objectives: readonly string[] = started?.objectives.map((objective) => objective.metric) ?? [];
  const metrics = [...new Set<string>([...objectives, ...limitColumns(state), ui.sortBy, ui.x, ui.y])].filter((name) => unitOf.has(name));
  const arrow = (name: string): string => (name === ui.sortBy ? (ui.sortDescending ? "-" : "+") : "");
  for (const size of SIZES) {
    const all: readonly Column[] = [
      { head: "#id", text: (row) => `#${points.ids[row]}` },
      ...metrics.map((metric) => ({
        head: `${metricHead(look, metric, unitOf.get(metric) ?? "", size)}${arrow(metric)}`,
        text: (row: number) => inUnit(valueAt(points, metric, row), unitOf.get(metric) ?? ""),
      })),
      ...(started?.parameters ?? []).map((name) => ({
        head: `${parameterHead(name, size)}${arrow(name)}`,
        text: (row: number) => parameterText(points.values[row]?.[name]),
      })),
    ];
    const widths = all.map((column) => Math.max(...[column.head, ...shown.map(column.text)].map(visibleWidth)));
    let used = 1;
    const columns = all.filter((_, i) => {
      used += widths[i] + 1;
      return used <= width;
    });
    // Whole words only if they cost no column; shorter heads if an objective would be left out.
    const enough = size === "whole" ? all.length : objectives.length + 1;
    if (size === "bare" || columns.length >= enough) return { columns, widths };
  }
  return { columns: [], widths: [] };
}
