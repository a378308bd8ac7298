/** The table of the front: id, objectives, and as many parameters as fit. Pure. */
import { labelWithUnit } from "../../../sweeps/index.js";
import { measured } from "../../format/number.js";
import { plainly } from "../../format/plot.js";
import { type Look, paint } from "../../format/style.js";
import { cell } from "../../format/table.js";
import { metricAt } from "../points.js";
import type { DashboardState } from "../state.js";
import type { Ui } from "../ui.js";
import { tableRows } from "../view.js";

/** Short heads for narrow columns: `energy_uj_per_inference` -> `energy µJ`. */
function shortMetric(look: Look, metric: string, unit: string): string {
  const [words = "", shown = ""] = plainly(look, labelWithUnit(metric, unit)).replace(" per inference", "").replace(/\)$/, "").split(" (");
  return `${words.length > 9 ? `${words.slice(0, 8)}.` : words} ${shown}`.trimEnd();
}

/** Panel title and its lines, `width` cells inside. */
export function frontPanel(
  look: Look,
  state: DashboardState,
  ui: Ui,
  width: number,
  height: number,
): { readonly title: string; readonly lines: readonly string[] } {
  const { study, started, points } = state;
  if (study === null || started === null) return { title: "front", lines: [] };
  const unitOf = new Map(study.metrics.map((metric) => [metric.name, metric.unit]));
  const rows = tableRows(ui, state);
  const metrics = [
    ...new Set<string>([...started.objectives.map((objective) => objective.metric), ui.x, ui.y].filter((name) => name !== "")),
  ];
  const columns = [
    { head: "#id", text: (row: number) => `#${points.ids[row]}` },
    ...metrics.map((metric) => ({
      head: `${shortMetric(look, metric, unitOf.get(metric) ?? "")}${metric === ui.sortBy ? (ui.sortDescending ? "-" : "+") : ""}`,
      text: (row: number) => measured(metricAt(points, metric, row), 4),
    })),
    ...started.parameters.map((name) => ({
      head: name.replaceAll("_", " ").slice(0, 10),
      text: (row: number) => parameterText(points.values[row]?.[name]),
    })),
  ];
  const room = Math.max(1, height - 2);
  const selected = rows.findIndex((row) => points.ids[row] === ui.selectedId);
  const first = Math.max(0, Math.min(selected - Math.floor(room / 2), rows.length - room));
  const shown = rows.slice(first, first + room);
  const widths = columns.map((column) => Math.max(column.head.length, ...shown.map((row) => column.text(row).length)));
  let used = 2;
  const fitting = columns.filter((_, i) => {
    used += (widths[i] as number) + 1;
    return used <= width + 1;
  });
  const line = (mark: string, text: (i: number) => string): string =>
    mark + fitting.map((_, i) => cell(text(i), widths[i] as number, "right")).join(" ");
  const lines = [
    paint(
      look,
      line("  ", (i) => (fitting[i] as { head: string }).head),
      "bold",
    ),
  ];
  for (const row of shown) {
    const chosen = points.ids[row] === ui.selectedId;
    const content = line(chosen ? "> " : "  ", (i) => (fitting[i] as { text: (row: number) => string }).text(row));
    lines.push(chosen ? paint(look, cell(content, width), "inverse") : content);
  }
  const rest = rows.length - shown.length;
  if (rest > 0) lines.push(paint(look, `  + ${rest} more`, "dim"));
  if (rows.length === 0) lines.push(paint(look, state.front.length === 0 ? "  no point yet" : "  no point passes the filter", "dim"));
  const filter = ui.filter === "" ? "" : `  filter ${ui.filter}`;
  return { title: `front: ${rows.length} ${rows.length === 1 ? "point" : "points"}${filter}`, lines };
}

/** A setting as it was made: no digits that nobody wrote. */
export function parameterText(value: unknown): string {
  if (value === null || value === undefined) return "-";
  return typeof value === "number" ? String(Number(value.toPrecision(5))) : String(value);
}
