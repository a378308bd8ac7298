/** The dashboard of a sweep in this process: takes events, sends the user's commands, prints a summary at the end. */

import { type Candidate, steadyMs } from "../../app/nouns.js";
import { lacksOfFront, writeFront } from "../../app/pareto.js";
import { storedDetail } from "../../app/point-detail.js";
import type { StudyControls } from "../../app/sweep.js";
import { shellValue, shellWord } from "../../base/escape/shell.js";
import { lookOf } from "../format/style.js";
import { copyText, print, warn } from "../output/print.js";
import { progressPrinter } from "../runs/progress-lines.js";
import type { SweepViewer } from "../runs/viewer.js";
import type { StudyView } from "./events.js";
import { candidatesIn } from "./points.js";
import { openDashboard } from "./run.js";
import { type DashboardState, finishedCount, workersText } from "./state.js";
import { summaryLines } from "./summary.js";
import type { Loaded, Wish } from "./ui.js";

const MEMORY_MS = 2000;

export function dashboardViewer(view: StudyView, study: StudyControls, file: string, stop: () => void): SweepViewer {
  let leave: () => void = () => {};
  let quitting = false;
  let ended = false;
  const fulfil = (wish: Wish): void => {
    const { model } = dashboard;
    switch (wish.type) {
      case "quit":
        if (ended) leave();
        else if (quitting) stop();
        else study.stop(true);
        quitting = true;
        return;
      case "abort":
        if (ended) leave();
        else stop();
        return;
      case "pause":
        if (model.state().status === "paused") study.resume();
        else study.pause();
        return;
      case "retry":
        study.retryFailed();
        return;
      case "workers": {
        const before = model.state().workerCount;
        study.setWorkers(before + wish.delta);
        if (model.state().workerCount === before)
          model.change((ui) => ({
            ...ui,
            message: wish.delta > 0 ? `${workersText(before)}: this machine allows no more` : "at least one worker is needed",
          }));
        return;
      }
      default:
        hostWish(dashboard, view, file, wish);
    }
  };
  let lines: ReturnType<typeof progressPrinter> | null = null;
  const dashboard = openDashboard(fulfil, (error) => {
    warn(`the dashboard failed, the sweep continues: ${error instanceof Error ? error.stack : String(error)}`.split("\n"));
    lines = progressPrinter(print);
  });
  const { model } = dashboard;
  model.tell({ type: "opened", study: view });
  const memory = setInterval(() => model.tell({ type: "memory", residentBytes: process.memoryUsage.rss() }), MEMORY_MS);
  return {
    tell: (event) => {
      model.tell(event);
      lines?.(model.state(), event, steadyMs());
    },
    end: async (summary) => {
      ended = true;
      clearInterval(memory);
      // While the user reads a point or the help, the dashboard stays open.
      if (lines === null && summary !== null && summary.reason !== "stopped" && model.ui().overlay !== "none") {
        await new Promise<void>((resolve) => {
          leave = resolve;
          model.subscribe(() => {
            if (model.ui().overlay === "none") resolve();
          });
        });
      }
      dashboard.close();
      if (summary !== null) printSummary(model.state(), view.database);
    },
  };
}

/** What a dashboard leaves on the terminal: nothing if no point has ended. */
export function printSummary(state: DashboardState, database: string): void {
  if (finishedCount(state) === 0) return;
  const look = lookOf(process.stdout, process.env);
  print(summaryLines(look, state, lacksOfFront(database), process.stdout.columns || 80, steadyMs()));
}

/** Handles commands about the database and the terminal, for a sweep of this process and an attached one alike. */
export function hostWish({ model }: ReturnType<typeof openDashboard>, view: StudyView, file: string, wish: Wish): void {
  const say = (message: string): void => model.change((ui) => ({ ...ui, message }));
  const why = (error: unknown): string => (error instanceof Error ? error.message : String(error));
  if (wish.type === "detail") {
    const { id } = wish;
    const others = candidatesIn(model.state().points);
    model.change((ui) => ({ ...ui, detail: loaded(view.database, id, others, why) }));
  } else if (wish.type === "copy") {
    const { points } = model.state();
    const row = points.rowOfId.get(wish.id);
    const values = row === undefined ? {} : (points.values[row] ?? {});
    const sets = Object.entries(values).map(([name, value]) => ` --set ${shellValue(`${view.paths[name] ?? name}=${value}`)}`);
    const command = `snn-dse sim ${shellWord(file)}${sets.join("")}`;
    // OSC 52: terminals that allow it put the text on the clipboard; others ignore it.
    copyText(command);
    say(`copied: ${command}`);
  } else if (wish.type === "export") {
    exported(view.database, wish).then(say, (error: unknown) => say(why(error)));
  }
}

function loaded(database: string, id: number, others: Iterable<Candidate>, why: (error: unknown) => string): Loaded {
  try {
    return { kind: "point", detail: storedDetail(database, id, others) };
  } catch (error) {
    return { kind: "problem", text: why(error) };
  }
}

/** Writes the front or the report into the working folder; returns a message. */
async function exported(database: string, { format, x, y }: Extract<Wish, { type: "export" }>): Promise<string> {
  if (format === "html") return (await import("../output/write-report.js")).writeReport(database, null);
  const { file, points, others } = await writeFront(database, format, { x, y });
  const instead = others.length === 0 ? "" : `; an axis is an objective, and ${others.join(" and ")} is none`;
  return `wrote ${file}: ${points} points${instead}`;
}
