/** Opens the dashboard on a terminal and gives the terminal back on every way out: end, crash, signal, suspension. */
import { Writable } from "node:stream";
import { render } from "ink";
import { createElement } from "react";
import { type Look, lookOf } from "../format/style.js";
import { frameLines } from "./frame.js";
import { Keyboard } from "./keyboard.js";
import { createModel, type DashboardModel } from "./model.js";
import type { KeyName } from "./press.js";
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

/** Takes the terminal over. `onBroken` is told of a defect of the view, which is closed by then: what it shows must not depend on it. */
export function openDashboard(fulfil: (wish: Wish) => void, onBroken: (error: unknown) => void): Dashboard {
  const look = lookOf(process.stdout, process.env);
  const screen = new Screen(process.stdout as NodeJS.WriteStream & { fd: number });
  const model = createModel(fulfil, Date.now);
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      close();
      onBroken(error);
    }
  };
  const draw = (): void =>
    guarded(() => screen.show(frameLines(model.state(), model.ui(), look, screen.columns, screen.rows, model.nowMs())));
  const press = (key: KeyName): void => (key === "ctrl-z" ? suspend(screen, draw) : guarded(() => model.press(key)));
  screen.enter();
  // Ink reads the keyboard. It does not lay frames out: measuring 200 x 60 characters takes it fifty times as long as composing them,
  // it remembers every text it ever measured, and its own writer is one line off whenever a frame is lower than the screen.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const instance = render(createElement(Keyboard, { press }), {
    stdout: nowhere as unknown as NodeJS.WriteStream,
    stdin: process.stdin,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  const unsubscribe = model.subscribe(draw);
  screen.onResize = draw;
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    unsubscribe();
    model.close();
    instance.unmount();
    screen.leave();
    process.off("exit", close);
    process.off("uncaughtExceptionMonitor", close);
    process.stdin.unref();
  };
  // Also reached by process.exit in a signal handler.
  process.on("exit", close);
  // Before the error is printed: on the alternate screen nobody would read it.
  process.on("uncaughtExceptionMonitor", close);
  draw();
  return { model, look, close, written: () => screen.written };
}

/** Ctrl-Z: the shell gets its terminal; `fg` brings the dashboard back. The sweep stands still meanwhile, like any stopped program. */
function suspend(screen: Screen, draw: () => void): void {
  screen.leave();
  process.stdin.setRawMode(false);
  process.once("SIGCONT", () => {
    process.stdin.setRawMode(true);
    screen.enter();
    draw();
  });
  process.kill(0, "SIGTSTP");
}
