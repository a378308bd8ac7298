/** What stays in the scrollback when a sweep ends: counts, plot, front, and what to type next. Pure. */
import { significant } from "../format/number.js";
import { canvasSize } from "../format/scatter.js";
import { type Look, paint } from "../format/style.js";
import { tableLines } from "../format/table.js";
import { plotLines } from "./frame.js";
import { headerLines } from "./panels/header.js";
import { metricAt } from "./points.js";
import type { DashboardState } from "./state.js";
import { EMPTY_UI, settle } from "./ui.js";
import { tableRows } from "./view.js";

const WIDTH = 78;
const PLOT_ROWS = 18;
const FRONT_ROWS = 24;

export function summaryLines(look: Look, state: DashboardState): readonly string[] {
  const { study, started, points } = state;
  if (study === null || started === null) return [];
  const ui = settle(EMPTY_UI, state);
  const rows = tableRows(ui, state);
  const unit = new Map(study.metrics.map((metric) => [metric.name, metric.unit]));
  const shown = rows.slice(0, FRONT_ROWS);
  const columns = [
    { title: "#", align: "right" as const },
    ...started.objectives.map(({ metric }) => ({
      title: `${metric}${unit.get(metric) === "1" ? "" : ` [${unit.get(metric)}]`}`,
      align: "right" as const,
    })),
    ...started.parameters.map((name) => ({ title: name, align: "right" as const })),
  ];
  const table = tableLines(
    look,
    columns,
    shown.map((row) => [
      String(points.ids[row]),
      ...started.objectives.map(({ metric }) => significant(metricAt(points, metric, row), 4)),
      ...started.parameters.map((name) => {
        const value = points.values[row]?.[name];
        return typeof value === "number" ? significant(value, 5) : String(value ?? "-");
      }),
    ]),
  );
  const volume = state.hypervolume.at(-1);
  const reference = state.referencePoint.map((value) => significant(value, 4)).join(", ");
  const failures = state.failures.map(
    (failure) => `${failure.count} ${failure.outcome} ${failure.code}: ${failure.lastMessage.split("\n")[0]}`,
  );
  return [
    ...headerLines(look, state, WIDTH, state.endedMs ?? state.startedMs),
    "",
    ...(canvasSize(WIDTH, PLOT_ROWS).rows > 0 ? plotLines(look, state, ui, WIDTH, PLOT_ROWS) : []),
    "",
    paint(look, `front: ${rows.length} points`, "bold"),
    ...(rows.length === 0 ? [] : table),
    ...(rows.length > shown.length ? [`+ ${rows.length - shown.length} more`] : []),
    "",
    volume === undefined
      ? "hypervolume: no reference point was fixed"
      : `hypervolume ${significant(volume.value, 6)}  reference point ${reference}`,
    ...(failures.length === 0 ? [] : ["", ...failures]),
    "",
    "Next:",
    `  snn-dse pareto ${study.database}      the front, as text or files for a paper`,
    `  snn-dse show ${study.database} ${points.ids[rows[0] ?? 0] ?? 1}      one point in full`,
    ...(state.status === "stopped" ? ["  the same command again     continues where it stopped"] : []),
  ];
}
