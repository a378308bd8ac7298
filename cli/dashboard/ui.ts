/** What the user chose to see, and what each key does to it. Pure: a key gives a new choice and perhaps wishes to the sweep. */
import { type DashboardState, finishedCount } from "./state.js";
import { tableRows } from "./view.js";

export type Pane = "front" | "failures" | "log";
export const PANES: readonly Pane[] = ["front", "failures", "log"];

export interface Ui {
  readonly pane: Pane;
  readonly overlay: "none" | "help" | "detail" | "failure" | "filter" | "export";
  /** Metric names; empty until the study is known, then its first two objectives. */
  readonly x: string;
  readonly y: string;
  /** Null: logarithmic where the data spans much. */
  readonly xLog: boolean | null;
  readonly yLog: boolean | null;
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
  /** First line shown of an overlay or the log. */
  readonly scroll: number;
  /** Lines of the detail overlay; null while they load. */
  readonly detail: readonly string[] | null;
  /** Shown in the message line until the next key. */
  readonly message: string;
}

/** What the user asks of the sweep or the host. */
export type Wish =
  | { readonly type: "quit" | "abort" | "pause" | "retry" }
  | { readonly type: "workers"; readonly delta: 1 | -1 }
  | { readonly type: "export"; readonly format: string }
  | { readonly type: "detail" | "copy"; readonly id: number };

/** A key press as Ink tells it, reduced to one name: `a`, `tab`, `up`, `enter`, `escape`, `backspace`. */
export type KeyName = string;

export const EMPTY_UI: Ui = {
  pane: "front",
  overlay: "none",
  x: "",
  y: "",
  xLog: null,
  yLog: null,
  sortBy: "",
  sortDescending: false,
  selectedId: null,
  failureIndex: 0,
  filter: "",
  typed: "",
  showViolating: false,
  scroll: 0,
  detail: null,
  message: "",
};

export const EXPORT_FORMATS: readonly { readonly key: string; readonly format: string }[] = [
  { key: "c", format: "csv" },
  { key: "j", format: "json" },
  { key: "m", format: "md" },
  { key: "t", format: "tex" },
  { key: "g", format: "pgfplots" },
  { key: "s", format: "svg" },
  { key: "p", format: "png" },
];

/** Axis choices: the study's objectives first, then every other metric. */
export function axisChoices(state: DashboardState): readonly string[] {
  if (state.study === null || state.started === null) return [];
  const objectives = state.started.objectives.map((objective) => objective.metric);
  return [
    ...objectives,
    ...state.study.metrics.map((metric) => metric.name).filter((name) => !objectives.some((objective) => objective === name)),
  ];
}

/** The choice completed once the study is known: y is the first objective, x the second. */
export function settle(ui: Ui, state: DashboardState): Ui {
  if (state.started === null || ui.x !== "") return ui;
  const [first = "", second = first] = axisChoices(state);
  return { ...ui, x: second, y: first, sortBy: first, sortDescending: state.started.objectives[0]?.direction === "max" };
}

function cycle(choices: readonly string[], current: string, step: number): string {
  const at = choices.indexOf(current);
  return choices[(at + step + choices.length) % choices.length] ?? current;
}

type Pressed = { readonly ui: Ui; readonly wishes: readonly Wish[] };
const only = (ui: Ui): Pressed => ({ ui, wishes: [] });

/** The effect of one key. */
export function press(before: Ui, state: DashboardState, key: KeyName): Pressed {
  const ui = { ...settle(before, state), message: "" };
  if (key === "ctrl-c") return { ui: { ...ui, message: "stopping" }, wishes: [{ type: "abort" }] };
  if (ui.overlay === "filter") return pressFilter(ui, key);
  if (ui.overlay === "export") return pressExport(ui, key);
  if (ui.overlay !== "none") return pressOverlay(ui, state, key);
  return pressMain(ui, state, key);
}

function pressFilter(ui: Ui, key: KeyName): Pressed {
  if (key === "enter") return only({ ...ui, overlay: "none", filter: ui.typed.trim() });
  if (key === "escape") return only({ ...ui, overlay: "none" });
  if (key === "backspace") return only({ ...ui, typed: [...ui.typed].slice(0, -1).join("") });
  return [...key].length === 1 ? only({ ...ui, typed: ui.typed + key }) : only(ui);
}

function pressExport(ui: Ui, key: KeyName): Pressed {
  const choice = EXPORT_FORMATS.find((candidate) => candidate.key === key);
  const closed: Ui = { ...ui, overlay: "none" };
  return choice === undefined ? only(closed) : { ui: closed, wishes: [{ type: "export", format: choice.format }] };
}

function pressOverlay(ui: Ui, state: DashboardState, key: KeyName): Pressed {
  switch (key) {
    case "up":
    case "k":
      return only({ ...ui, scroll: Math.max(0, ui.scroll - 1) });
    case "down":
    case "j":
      return only({ ...ui, scroll: ui.scroll + 1 });
    case "pageup":
      return only({ ...ui, scroll: Math.max(0, ui.scroll - 10) });
    case "pagedown":
    case " ":
      return only({ ...ui, scroll: ui.scroll + 10 });
    case "c":
      return ui.overlay === "detail" ? pressMain(ui, state, key) : only(ui);
    case "q":
    case "escape":
    case "enter":
    case "?":
      return only({ ...ui, overlay: "none", scroll: 0 });
    default:
      return only(ui);
  }
}

function pressMain(ui: Ui, state: DashboardState, key: KeyName): Pressed {
  const choices = axisChoices(state);
  const readOnly = state.study?.readOnly === true;
  const ended = state.endedMs !== null;
  const steer = (wish: Wish, message: string): Pressed => {
    if (readOnly) return only({ ...ui, message: "this view is read-only: steer the sweep where it runs" });
    if (ended) return only({ ...ui, message: "the sweep has ended" });
    return { ui: { ...ui, message }, wishes: [wish] };
  };
  switch (key) {
    case "q":
      return {
        ui: { ...ui, message: readOnly || ended ? "" : "finishing the running points, then quitting; Q quits now" },
        wishes: [{ type: "quit" }],
      };
    case "Q":
      return { ui: { ...ui, message: "quitting" }, wishes: [{ type: "abort" }] };
    case "p":
      return steer({ type: "pause" }, state.status === "paused" ? "resuming" : "pausing after the running points");
    case "+":
    case "=":
      return steer({ type: "workers", delta: 1 }, "one worker more");
    case "-":
      return steer({ type: "workers", delta: -1 }, "one worker fewer");
    case "r":
      return steer({ type: "retry" }, "failed points run again");
    case "tab":
      return only({ ...ui, pane: PANES[(PANES.indexOf(ui.pane) + 1) % PANES.length] as Pane, scroll: 0 });
    case "x":
      return only({ ...ui, x: cycle(choices, ui.x, 1), xLog: null });
    case "X":
      return only({ ...ui, x: cycle(choices, ui.x, -1), xLog: null });
    case "y":
      return only({ ...ui, y: cycle(choices, ui.y, 1), yLog: null });
    case "Y":
      return only({ ...ui, y: cycle(choices, ui.y, -1), yLog: null });
    case "l":
      return only({ ...ui, xLog: ui.xLog !== true });
    case "L":
      return only({ ...ui, yLog: ui.yLog !== true });
    case "v":
      return only({ ...ui, showViolating: !ui.showViolating });
    case "s":
      return only(sorted(ui, state));
    case "f":
    case "/":
      return only({ ...ui, overlay: "filter", typed: ui.filter });
    case "e":
      return finishedCount(state) === 0 ? only({ ...ui, message: "nothing to export yet" }) : only({ ...ui, overlay: "export" });
    case "?":
      return only({ ...ui, overlay: "help", scroll: 0 });
    case "c":
      return ui.selectedId === null
        ? only({ ...ui, message: "select a point with the arrows first" })
        : { ui, wishes: [{ type: "copy", id: ui.selectedId }] };
    case "up":
    case "k":
      return only(moved(ui, state, -1));
    case "down":
    case "j":
      return only(moved(ui, state, 1));
    case "pageup":
      return only(moved(ui, state, -10));
    case "pagedown":
      return only(moved(ui, state, 10));
    case "enter":
      return entered(ui, state);
    default:
      return only(ui);
  }
}

function sorted(ui: Ui, state: DashboardState): Ui {
  const choices = axisChoices(state);
  const sortBy = cycle(choices, ui.sortBy, 1);
  const direction = state.started?.objectives.find((objective) => objective.metric === sortBy)?.direction;
  return { ...ui, sortBy, sortDescending: direction === "max" };
}

function moved(ui: Ui, state: DashboardState, step: number): Ui {
  if (ui.pane === "failures") {
    return { ...ui, failureIndex: Math.max(0, Math.min(state.failures.length - 1, ui.failureIndex + step)) };
  }
  if (ui.pane === "log") return { ...ui, scroll: Math.max(0, Math.min(state.log.length - 1, ui.scroll - step)) };
  const rows = tableRows(ui, state);
  const at = rows.findIndex((row) => state.points.ids[row] === ui.selectedId);
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.max(0, Math.min(rows.length - 1, at + step));
  const row = rows[next];
  return row === undefined ? ui : { ...ui, selectedId: state.points.ids[row] as number };
}

function entered(ui: Ui, state: DashboardState): Pressed {
  if (ui.pane === "failures") {
    return state.failures.length === 0 ? only(ui) : only({ ...ui, overlay: "failure", scroll: 0 });
  }
  const id = ui.selectedId ?? state.points.ids[tableRows(ui, state)[0] ?? -1] ?? null;
  if (id === null) return only({ ...ui, message: "no point yet" });
  return { ui: { ...ui, selectedId: id, overlay: "detail", detail: null, scroll: 0 }, wishes: [{ type: "detail", id }] };
}
