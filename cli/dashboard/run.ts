/** Opens the dashboard on a terminal, and restores the terminal in every case: end, crash, signal, suspension. */
import { Writable } from "node:stream";
import { render } from "ink";
import { createElement } from "react";
import { steadyMs } from "../../app/nouns.js";
import { lookOf } from "../format/style.js";
import { Dashboard } from "./dashboard.js";
import { createModel, type DashboardModel } from "./model.js";
import type { KeyName } from "./press.js";
import { Screen } from "./screen.js";
import type { Wish } from "./ui.js";

export interface OpenDashboard {
  readonly model: DashboardModel;
  /** Restores the terminal; harmless when called twice. */
  readonly close: () => void;
  /** Frames and bytes written so far. */
  readonly written: () => { readonly frames: number; readonly bytes: number };
}

/**
 * Takes the terminal over. `onBroken` is called with a defect of the view after the view was closed, so it must not use
 * the view.
 */
export function openDashboard(fulfil: (wish: Wish) => void, onBroken: (error: unknown) => void): OpenDashboard {
  const look = lookOf(process.stdout, process.env);
  const screen = new Screen(process.stdout as NodeJS.WriteStream & { fd: number });
  const model = createModel(fulfil, steadyMs);
  const broken = (error: unknown): void => {
    close();
    onBroken(error);
  };
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      broken(error);
    }
  };
  const press = (key: KeyName): void => (key === "ctrl-z" ? suspend(screen) : guarded(() => model.press(key)));
  screen.enter();
  const size = { subscribe: screen.subscribe, value: screen.size };
  const instance = render(createElement(Dashboard, { model, size, look, press, onBroken: broken }), {
    // Ink's own writer sends each changed row whole, and is wrong by one row if a frame is lower than the screen.
    stdout: new Frames(screen, guarded) as unknown as NodeJS.WriteStream,
    stdin: process.stdin,
    // Every write is one whole frame and is sent at once; the model bounds the rate.
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    model.close();
    screen.leave();
    instance.unmount();
    process.off("exit", close);
    process.off("uncaughtExceptionMonitor", close);
    process.stdin.unref();
  };
  // process.exit in a signal handler calls this too.
  process.on("exit", close);
  // Before the error is printed, because the alternate screen would hide it.
  process.on("uncaughtExceptionMonitor", close);
  return { model, close, written: () => screen.written };
}

/** Receives Ink's frames and passes them to the screen, which sends the differences. */
class Frames extends Writable {
  constructor(
    private readonly screen: Screen,
    private readonly guarded: (work: () => void) => void,
  ) {
    super({ decodeStrings: false });
  }

  get columns(): number {
    return this.screen.size().columns;
  }

  get rows(): number {
    return this.screen.size().rows;
  }

  override _write(frame: string, _encoding: BufferEncoding, done: () => void): void {
    this.guarded(() => this.screen.show(frame.split("\n")));
    done();
  }
}

/**
 * Ctrl-Z: the shell gets the terminal; `fg` brings the dashboard back. Meanwhile the sweep is stopped like any
 * suspended program.
 */
function suspend(screen: Screen): void {
  screen.leave();
  process.stdin.setRawMode(false);
  process.once("SIGCONT", () => {
    process.stdin.setRawMode(true);
    screen.enter();
  });
  process.kill(0, "SIGTSTP");
}
