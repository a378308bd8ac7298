/** What the user chose to see. Pure. */
import { formatKeys } from "../../app/pareto.js";
import type { PointBeside } from "../../app/point-detail.js";
import type { DashboardState } from "./state.js";

type Pane = "front" | "failures" | "events";
export const PANES: readonly Pane[] = ["front", "failures", "events"];

type Overlay = "none" | "help" | "detail" | "failure" | "filter" | "export" | "hypervolume" | "events";

/** A point that is loading or loaded, or why it cannot be shown. */
export type Loaded = { readonly kind: "loading" } | { readonly kind: "point"; readonly detail: PointBeside } | Problem;
interface Problem {
  readonly kind: "problem";
  readonly text: string;
}

export interface Ui {
  readonly pane: Pane;
  readonly overlay: Overlay;
  /**
   * Names of metrics or parameters; empty until the study is known, then its first two objectives that differ between
   * points.
   */
  readonly x: string;
  readonly y: string;
  /** null: logarithmic if the data span a wide range. */
  readonly xLog: boolean | null;
  readonly yLog: boolean | null;
  /** The table lists the front, or every point that has ended. */
  readonly table: "front" | "all";
  readonly sortBy: string;
  readonly sortDescending: boolean;
  /** Point id; null: none. */
  readonly selectedId: number | null;
  readonly failureIndex: number;
  /** Filter in force, and the one being typed. */
  readonly filter: string;
  readonly typed: string;
  /** Whether the plot also shows points that break a constraint. */
  readonly showViolating: boolean;
  /** First line shown of an overlay, or events back from the newest. */
  readonly scroll: number;
  readonly detail: Loaded;
  /** Shown in the message line until the next key. */
  readonly message: string;
}

/** A user's command to the sweep or the host. */
export type Wish =
  | { readonly type: "quit" | "abort" | "pause" | "retry" }
  | { readonly type: "workers"; readonly delta: 1 | -1 }
  /** `x`, `y`: axes of figures. */
  | { readonly type: "export"; readonly format: string; readonly x: string; readonly y: string }
  | { readonly type: "detail" | "copy"; readonly id: number };

export const EMPTY_UI: Ui = {
  pane: "front",
  overlay: "none",
  x: "",
  y: "",
  xLog: null,
  yLog: null,
  table: "front",
  sortBy: "",
  sortDescending: false,
  selectedId: null,
  failureIndex: 0,
  filter: "",
  typed: "",
  showViolating: false,
  scroll: 0,
  detail: { kind: "loading" },
  message: "",
};

const REPORT = { key: "h", format: "html", about: "the report: one page with linked plots, methods and provenance" } as const;

/** Export formats of the front, each with its key. */
export const exportChoices = (): readonly { readonly key: string; readonly format: string; readonly about: string }[] => [
  ...formatKeys([REPORT.key]),
  REPORT,
];

/**
 * Choices for axes and sorting: the study's objectives, then the other metrics that have values, then numeric
 * parameters.
 */
export function axisChoices(state: DashboardState): readonly string[] {
  const { study, started, points, known } = state;
  if (study === null || started === null) return [];
  const objectives = new Set<string>(started.objectives.map((objective) => objective.metric));
  return [
    ...objectives,
    ...study.metrics.map((metric) => metric.name).filter((name) => known.has(name) && !objectives.has(name)),
    ...started.parameters.filter((name) => points.columns.get(name)?.subarray(0, points.length).some(Number.isFinite)),
  ];
}

/** Whether a column has the same value for all points that have one, so far two at least. */
function isConstant({ columns, length }: DashboardState["points"], name: string): boolean {
  const column = columns.get(name);
  if (column === undefined) return true;
  let first = Number.NaN;
  let count = 0;
  for (let row = 0; row < length; row++) {
    if (Number.isNaN(column[row])) continue;
    if (count++ === 0) first = column[row];
    else if (column[row] !== first) return false;
  }
  return count > 1;
}

/**
 * Completes the choices when the study is known: y is the first objective, x the second. Columns that are the same for
 * all points so far come last.
 */
export function settle(ui: Ui, state: DashboardState): Ui {
  if (state.started === null || ui.x !== "") return ui;
  const choices = axisChoices(state);
  const [first = "", second = first] = [...new Set([...choices.filter((name) => !isConstant(state.points, name)), ...choices])];
  const direction = state.started.objectives.find(({ metric }) => metric === first)?.direction;
  return { ...ui, x: second, y: first, sortBy: first, sortDescending: direction === "max" };
}
