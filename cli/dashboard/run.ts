/** Opens the dashboard on a terminal and gives the terminal back on every way out: end, crash, signal. */
import { render } from "ink";
import { createElement } from "react";
import { type Look, lookOf } from "../format/style.js";
import { App } from "./app.js";
import { createModel, type DashboardModel } from "./model.js";
import { FrameSink } from "./screen.js";
import type { Wish } from "./ui.js";

export interface Dashboard {
  readonly model: DashboardModel;
  readonly look: Look;
  /** Gives the terminal back; harmless when called twice. */
  readonly close: () => void;
  /** Frames and bytes written so far. */
  readonly written: () => { readonly frames: number; readonly bytes: number };
}

/** Takes the terminal over. */
export function openDashboard(fulfil: (wish: Wish) => void): Dashboard {
  const look = lookOf(process.stdout, process.env);
  const model = createModel(fulfil, Date.now);
  const sink = new FrameSink(process.stdout as NodeJS.WriteStream & { fd: number });
  sink.enter();
  sink.onFrame = model.drawn;
  const size = (): { columns: number; rows: number } => ({ columns: sink.columns, rows: sink.rows });
  const instance = render(createElement(App, { model, look, size }), {
    stdout: sink as unknown as NodeJS.WriteStream,
    stdin: process.stdin,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  const redraw = (): void => model.change((ui) => ui);
  sink.on("resize", redraw);
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    model.close();
    sink.off("resize", redraw);
    instance.unmount();
    sink.leave();
    process.off("exit", close);
    process.stdin.unref();
  };
  // Also reached after an uncaught error and by process.exit in a signal handler.
  process.on("exit", close);
  return { model, look, close, written: () => sink.written };
}
