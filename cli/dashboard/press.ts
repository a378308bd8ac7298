/** The effect of each key on the user's choices, and its command to the sweep. Pure. */
import { filterProblem } from "./filter.js";
import { type DashboardState, finishedCount, workersText } from "./state.js";
import { scatterOf } from "./text/scatter-figure.js";
import { axisChoices, exportChoices, PANES, settle, type Ui, type Wish } from "./ui.js";
import { tableRows } from "./view.js";

/** A key press reduced to one name: `a`, `tab`, `up`, `enter`, `escape`, `backspace`. */
export type KeyName = string;

type Pressed = { readonly ui: Ui; readonly wishes: readonly Wish[] };
const only = (ui: Ui): Pressed => ({ ui, wishes: [] });

/** The effect of one key. */
export function press(before: Ui, state: DashboardState, key: KeyName): Pressed {
  const ui = { ...settle(before, state), message: "" };
  if (key === "ctrl-c") return { ui: { ...ui, message: "stopping" }, wishes: [{ type: "abort" }] };
  switch (ui.overlay) {
    case "none":
      return pressMain(ui, state, key);
    case "filter":
      return only(pressFilter(ui, state, key));
    case "export":
      return pressExport(ui, key);
    default:
      return pressOverlay(ui, state, key);
  }
}

function pressFilter(ui: Ui, state: DashboardState, key: KeyName): Ui {
  // An invalid filter is explained on the screen and stays there for the user to correct.
  if (key === "enter") return filterProblem(ui.typed, state) === "" ? { ...ui, overlay: "none", filter: ui.typed.trim() } : ui;
  if (key === "escape") return { ...ui, overlay: "none" };
  if (key === "backspace") return { ...ui, typed: [...ui.typed].slice(0, -1).join("") };
  if (key === "ctrl-u") return { ...ui, typed: "" };
  return [...key].length === 1 ? { ...ui, typed: ui.typed + key } : ui;
}

function pressExport(ui: Ui, key: KeyName): Pressed {
  const choice = exportChoices().find((candidate) => candidate.key === key);
  if (choice === undefined) return only({ ...ui, overlay: "none" });
  const { format } = choice;
  return { ui: { ...ui, overlay: "none", message: `writing ${format} ...` }, wishes: [{ type: "export", format, x: ui.x, y: ui.y }] };
}

function pressOverlay(ui: Ui, state: DashboardState, key: KeyName): Pressed {
  const scrolled = (by: number): Pressed => only({ ...ui, scroll: Math.max(0, ui.scroll + by) });
  switch (key) {
    case "up":
    case "k":
      return scrolled(-1);
    case "down":
    case "j":
      return scrolled(1);
    case "pageup":
      return scrolled(-10);
    case "pagedown":
    case " ":
      return scrolled(10);
    case "g":
    case "home":
      return only({ ...ui, scroll: 0 });
    case "left":
      return ui.overlay === "detail" ? opened(moved(ui, state, -1)) : only(ui);
    case "right":
      return ui.overlay === "detail" ? opened(moved(ui, state, 1)) : only(ui);
    case "c":
      return ui.overlay === "detail" ? pressMain(ui, state, key) : only(ui);
    case "h":
      return only({ ...ui, overlay: ui.overlay === "hypervolume" ? "none" : ui.overlay, scroll: 0 });
    case "Q":
      return pressMain(ui, state, key);
    case "q":
    case "escape":
    case "enter":
    case "?":
      return only({ ...ui, overlay: "none", scroll: 0 });
    default:
      return only(ui);
  }
}

/** The effect of a key that commands the sweep; null for another key. */
function steering(ui: Ui, state: DashboardState, key: KeyName): Pressed | null {
  const wish = (message: string, asked: Wish): Pressed => ({ ui: { ...ui, message }, wishes: [asked] });
  const readOnly = state.study?.readOnly === true;
  if (key === "q") {
    const live = !readOnly && state.endedMs === null;
    return wish(live ? "no new points; the running ones end first (q again: now)" : "", { type: "quit" });
  }
  if (key === "Q") return wish("stopping", { type: "abort" });
  const over = state.endedMs !== null;
  const text: { readonly [key: string]: readonly [message: string, wish: Wish] } = {
    p: [state.status === "paused" ? "resumed" : "pausing after the running points", { type: "pause" }],
    r: ["failed and timed-out points run again", { type: "retry" }],
    "+": [`${workersText(state.workerCount + 1)} asked for`, { type: "workers", delta: 1 }],
    "-": [`${workersText(Math.max(1, state.workerCount - 1))} asked for`, { type: "workers", delta: -1 }],
  };
  const entry = text[key === "=" ? "+" : key];
  if (entry === undefined) return null;
  if (readOnly) return only({ ...ui, message: "attached: only the terminal of the sweep can control it" });
  if (over) return only({ ...ui, message: "the sweep has ended" });
  return wish(...entry);
}

function pressMain(ui: Ui, state: DashboardState, key: KeyName): Pressed {
  const steered = steering(ui, state, key);
  if (steered !== null) return steered;
  const chosen = pressChoice(ui, state, key);
  if (chosen !== null) return only(chosen);
  if (key === "c") {
    return ui.selectedId === null
      ? only({ ...ui, message: "select a point with the arrows first" })
      : { ui, wishes: [{ type: "copy", id: ui.selectedId }] };
  }
  return key === "enter" ? entered(ui, state) : only(ui);
}

/** The effect of a key that only changes the view; null for another key. */
function pressChoice(ui: Ui, state: DashboardState, key: KeyName): Ui | null {
  const choices = axisChoices(state);
  switch (key) {
    case "tab":
      return { ...ui, pane: PANES[(PANES.indexOf(ui.pane) + 1) % PANES.length], scroll: 0 };
    case "shift-tab":
      return { ...ui, pane: PANES[(PANES.indexOf(ui.pane) + PANES.length - 1) % PANES.length], scroll: 0 };
    case "x":
      return { ...ui, x: cycle(choices, ui.x, 1), xLog: null };
    case "X":
      return { ...ui, x: cycle(choices, ui.x, -1), xLog: null };
    case "y":
      return { ...ui, y: cycle(choices, ui.y, 1), yLog: null };
    case "Y":
      return { ...ui, y: cycle(choices, ui.y, -1), yLog: null };
    case "l":
      return { ...ui, xLog: !isLogarithmic(ui, state, "x") };
    case "L":
      return { ...ui, yLog: !isLogarithmic(ui, state, "y") };
    case "v":
      return { ...ui, showViolating: !ui.showViolating };
    case "a":
      return { ...ui, table: ui.table === "front" ? "all" : "front", pane: "front" };
    case "s":
    case "right":
      return sorted(ui, state, cycle(choices, ui.sortBy, 1));
    case "left":
      return sorted(ui, state, cycle(choices, ui.sortBy, -1));
    case "S":
      return { ...ui, sortDescending: !ui.sortDescending };
    case "f":
    case "/":
      return { ...ui, overlay: "filter", typed: ui.filter };
    case "e":
      return finishedCount(state) === 0 ? { ...ui, message: "nothing to export yet" } : { ...ui, overlay: "export" };
    case "h":
      return { ...ui, overlay: "hypervolume", scroll: 0 };
    case "?":
      return { ...ui, overlay: "help", scroll: 0 };
    case "escape":
      return ui.filter === "" ? { ...ui, selectedId: null } : { ...ui, filter: "" };
    case "up":
    case "k":
      return moved(ui, state, -1);
    case "down":
    case "j":
      return moved(ui, state, 1);
    case "pageup":
      return moved(ui, state, -10);
    case "pagedown":
      return moved(ui, state, 10);
    default:
      return null;
  }
}

/** Whether an axis is logarithmic as it is shown, by the user's choice or by its data. */
function isLogarithmic(ui: Ui, state: DashboardState, axis: "x" | "y"): boolean {
  const scatter = scatterOf(state, ui);
  return scatter.kind === "figure" && scatter.figure[axis].scale === "log";
}

function cycle(choices: readonly string[], current: string, step: number): string {
  const at = choices.indexOf(current);
  return choices[(at + step + choices.length) % choices.length] ?? current;
}

/** Best first. */
function sorted(ui: Ui, state: DashboardState, sortBy: string): Ui {
  const direction = state.started?.objectives.find((objective) => objective.metric === sortBy)?.direction;
  return { ...ui, sortBy, sortDescending: direction === "max" };
}

function moved(ui: Ui, state: DashboardState, step: number): Ui {
  if (ui.pane === "failures") {
    return { ...ui, failureIndex: Math.max(0, Math.min(state.failures.length - 1, ui.failureIndex + step)) };
  }
  if (ui.pane === "events") return { ...ui, scroll: Math.max(0, Math.min(state.log.length - 1, ui.scroll - step)) };
  const rows = tableRows(ui, state);
  const at = rows.findIndex((row) => state.points.ids[row] === ui.selectedId);
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.max(0, Math.min(rows.length - 1, at + step));
  const row = rows[next];
  return row === undefined ? ui : { ...ui, selectedId: state.points.ids[row] };
}

function entered(ui: Ui, state: DashboardState): Pressed {
  if (ui.pane === "events") return only({ ...ui, overlay: "events", scroll: 0 });
  if (ui.pane === "failures") return only(state.failures.length === 0 ? ui : { ...ui, overlay: "failure", scroll: 0 });
  const id = ui.selectedId ?? state.points.ids[tableRows(ui, state)[0] ?? -1] ?? null;
  return id === null ? only({ ...ui, message: "no point yet" }) : opened({ ...ui, selectedId: id });
}

/** Opens the selected point; the previous one stays on the screen while it loads. */
function opened(ui: Ui): Pressed {
  if (ui.selectedId === null) return only(ui);
  return { ui: { ...ui, overlay: "detail", scroll: 0 }, wishes: [{ type: "detail", id: ui.selectedId }] };
}
