/** Opens the dashboard on a terminal and gives the terminal back on every way out: end, crash, signal. */
import { Writable } from "node:stream";
import { render } from "ink";
import { createElement } from "react";
import { type Look, lookOf } from "../format/style.js";
import { frameLines } from "./frame.js";
import { Keyboard } from "./keyboard.js";
import { createModel, type DashboardModel } from "./model.js";
import { Screen } from "./screen.js";
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
  const screen = new Screen(process.stdout as NodeJS.WriteStream & { fd: number });
  const model = createModel(fulfil, Date.now);
  const draw = (): void => screen.show(frameLines(model.state(), model.ui(), look, screen.columns, screen.rows, model.nowMs()));
  screen.enter();
  // Ink reads the keyboard. It does not lay frames out: measuring 200 x 60 characters takes it fifty times as long as composing them,
  // it remembers every text it ever measured, and its own writer is one line off whenever a frame is lower than the screen.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const instance = render(createElement(Keyboard, { press: model.press }), {
    stdout: nowhere as unknown as NodeJS.WriteStream,
    stdin: process.stdin,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  const unsubscribe = model.subscribe(draw);
  screen.onResize = draw;
  draw();
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    unsubscribe();
    model.close();
    instance.unmount();
    screen.leave();
    process.off("exit", close);
    process.stdin.unref();
  };
  // Also reached after an uncaught error and by process.exit in a signal handler.
  process.on("exit", close);
  return { model, look, close, written: () => screen.written };
}
