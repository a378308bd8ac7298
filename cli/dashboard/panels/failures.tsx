/** Failures by reason. */
import { memo, type ReactNode } from "react";
import { paint } from "../../format/style.js";
import { cell } from "../../format/text-table.js";
import type { DashboardState } from "../state.js";
import type { Ui } from "../ui.js";
import { inside, LinesPanel, type Room } from "./panel.js";

type FailuresProps = Room & Pick<DashboardState, "failures"> & Pick<Ui, "pane" | "failureIndex">;

export const FailuresPanel = memo(function FailuresPanel(props: FailuresProps): ReactNode {
  const { look, width, height, failures, pane } = props;
  const total = failures.reduce((sum, failure) => sum + failure.count, 0);
  const title = `infeasible and failed: ${total}${total > 0 && pane === "failures" ? "  Enter: why" : ""}`;
  return <LinesPanel {...{ look, width, height, title }} lines={failureList(props)} focused={pane === "failures"} />;
});

/** One line per reason; if there is room, also the message of the last such point. */
function failureList({ look, failures, pane, failureIndex, ...room }: FailuresProps): readonly string[] {
  const width = inside(room.width);
  const height = inside(room.height);
  const each = failures.length > 0 && failures.length * 2 <= height ? 2 : 1;
  const shown = Math.max(1, Math.floor(height / each));
  const first = Math.max(0, Math.min(failureIndex - shown + 1, failures.length - shown));
  const lines = failures.slice(first, first + shown).flatMap((failure, i) => {
    const chosen = pane === "failures" && first + i === failureIndex;
    const word = width < 40 ? "" : `${failure.outcome} `;
    const plain = cell(`${chosen ? ">" : " "}${cell(String(failure.count), 5, "right")} ${word}${failure.code}`, width);
    const head = chosen ? paint(look, plain, "inverse") : paint(look, plain, failure.outcome === "failed" ? "red" : "yellow");
    return each === 1 ? [head] : [head, paint(look, cell(`       #${failure.lastId} ${withoutCode(failure)}`, width), "dim")];
  });
  if (lines.length === 0) lines.push(paint(look, " none", "dim"));
  return lines;
}

/** The first line of the last message without its code, which is shown above. */
function withoutCode({ code, lastMessage }: DashboardState["failures"][number]): string {
  const [first = ""] = lastMessage.split("\n");
  return first.startsWith(`${code}: `) ? first.slice(code.length + 2) : first;
}
