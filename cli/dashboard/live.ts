/** The dashboard on a sweep of this process: events in, wishes out, summary at the end. */
import { FORMATS, type FormatName, frontReport, type Study } from "../../sweeps/index.js";
import { exportName, writeWhole } from "../pareto.js";
import { resultOfPoint, withStore } from "../show.js";
import type { SweepViewer } from "../viewer.js";
import type { StudyView } from "./events.js";
import { openDashboard } from "./run.js";
import { finishedCount } from "./state.js";
import { summaryLines } from "./summary.js";
import type { Wish } from "./ui.js";

const MEMORY_MS = 2000;

export function dashboardViewer(view: StudyView, study: Study, file: string, stop: () => void): SweepViewer {
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
      case "workers":
        study.setWorkers(model.state().workerCount + wish.delta);
        return;
      default:
        hostWish(dashboard, view, file, wish);
    }
  };
  const dashboard = openDashboard(fulfil);
  const { model, look } = dashboard;
  model.tell({ type: "opened", study: view });
  const memory = setInterval(() => model.tell({ type: "memory", residentBytes: process.memoryUsage.rss() }), MEMORY_MS);
  return {
    tell: (event) => model.tell(event),
    end: async (summary) => {
      ended = true;
      clearInterval(memory);
      // Whoever is reading a point or the help finishes reading first.
      if (summary !== null && summary.reason !== "stopped" && model.ui().overlay !== "none") {
        await new Promise<void>((resolve) => {
          leave = resolve;
          model.subscribe(() => {
            if (model.ui().overlay === "none") resolve();
          });
        });
      }
      dashboard.close();
      if (summary !== null && finishedCount(model.state()) > 0)
        console.log(summaryLines(look, model.state(), process.stdout.columns || 80).join("\n"));
    },
  };
}

/** Wishes that concern the database and the terminal, not the sweep: the same for a live sweep and an attached one. */
export function hostWish(dashboard: ReturnType<typeof openDashboard>, view: StudyView, file: string, wish: Wish): void {
  const { model, look } = dashboard;
  const say = (message: string): void => model.change((ui) => ({ ...ui, message }));
  if (wish.type === "detail") {
    resultOfPoint(view.database, wish.id, look).then(
      (detail) => model.change((ui) => (ui.selectedId === wish.id ? { ...ui, detail } : ui)),
      (error: unknown) => model.change((ui) => ({ ...ui, detail: [` ${error instanceof Error ? error.message : String(error)}`] })),
    );
  } else if (wish.type === "copy") {
    const { points } = model.state();
    const row = points.rowOfId.get(wish.id);
    const values = row === undefined ? {} : (points.values[row] ?? {});
    const sets = Object.entries(values).map(([name, value]) => `--set ${view.paths[name] ?? name}=${value}`);
    const command = ["snn-dse sim", file, ...sets].join(" ");
    // OSC 52: terminals that allow it put the text on the clipboard, others ignore it.
    process.stdout.write(`\u001b]52;c;${Buffer.from(command).toString("base64")}\u0007`);
    say(`copied: ${command}`);
  } else if (wish.type === "export") {
    exportFront(view.database, wish.format).then(say, (error: unknown) => say(error instanceof Error ? error.message : String(error)));
  }
}

/** Writes the front beside the working folder's other files; returns what to say. */
async function exportFront(database: string, name: string): Promise<string> {
  const { render } = FORMATS[name as FormatName];
  const report = withStore(database, (store) => frontReport(store));
  const file = exportName(database, name as FormatName);
  writeWhole(file, await render(report, { x: null, y: null, column: "single" }));
  return `wrote ${file}: ${report.rows.length} points`;
}
