/** Failures by reason, and what happened lately. Pure. */
import { type Look, paint } from "../../format/style.js";
import { cell } from "../../format/table.js";
import type { DashboardState } from "../state.js";
import type { Ui } from "../ui.js";
import type { Panel } from "./box.js";

/** One line a reason; where there is room, what the last such point said. */
export function failuresPanel(look: Look, state: DashboardState, ui: Ui, width: number, height: number): Panel {
  const total = state.failures.reduce((sum, failure) => sum + failure.count, 0);
  const each = state.failures.length > 0 && state.failures.length * 2 <= height ? 2 : 1;
  const room = Math.max(1, Math.floor(height / each));
  const first = Math.max(0, Math.min(ui.failureIndex - room + 1, state.failures.length - room));
  const lines = state.failures.slice(first, first + room).flatMap((failure, i) => {
    const chosen = ui.pane === "failures" && first + i === ui.failureIndex;
    const word = width < 40 ? "" : `${failure.outcome} `;
    const plain = cell(`${chosen ? ">" : " "}${cell(String(failure.count), 5, "right")} ${word}${failure.code}`, width);
    const head = chosen ? paint(look, plain, "inverse") : paint(look, plain, failure.outcome === "failed" ? "red" : "yellow");
    return each === 1 ? [head] : [head, paint(look, cell(`       #${failure.lastId} ${withoutCode(failure)}`, width), "dim")];
  });
  if (lines.length === 0) lines.push(paint(look, " none", "dim"));
  return { title: `infeasible and failed: ${total}${total > 0 && ui.pane === "failures" ? "  Enter: why" : ""}`, lines };
}

/** The first line of what the last point said; its reason stands above. */
function withoutCode({ code, lastMessage }: DashboardState["failures"][number]): string {
  const [first = ""] = lastMessage.split("\n");
  return first.startsWith(`${code}: `) ? first.slice(code.length + 2) : first;
}

const timeOfDay = (atMs: number): string => new Date(atMs).toISOString().slice(11, 19);

/** The newest happenings that fit on one line, newest first; time of day in UTC. */
export function logLine(look: Look, state: DashboardState, ui: Ui, width: number): string {
  const from = state.log.length - (ui.pane === "events" ? ui.scroll : 0);
  let text = ui.pane === "events" ? " > " : " ";
  for (let i = from - 1; i >= 0; i--) {
    const entry = state.log[i];
    const piece = `${timeOfDay(entry.atMs)} ${entry.text}`;
    if (text.length + piece.length > width && text.length > 3) break;
    text += `${text.length > 3 ? " | " : ""}${piece}`;
  }
  return paint(look, cell(text, width), "dim");
}

/** All happenings that are remembered, newest first. */
export function eventLines(state: DashboardState): readonly string[] {
  const lines = state.log.map(({ atMs, text }) => ` ${timeOfDay(atMs)}  ${text}`).reverse();
  return lines.length === 0 ? [" nothing yet"] : lines;
}
