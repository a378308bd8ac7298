/** Opens the dashboard on a terminal and gives the terminal back on every way out: end, crash, signal, suspension. */
import { Writable } from "node:stream";
import { render } from "ink";
import { createElement } from "react";
import { type Look, lookOf } from "../format/style.js";
import { Dashboard } from "./dashboard.js";
import { createModel, type DashboardModel } from "./model.js";
import type { KeyName } from "./press.js";
import { Screen } from "./screen.js";
import type { Wish } from "./ui.js";

export interface OpenDashboard {
  readonly model: DashboardModel;
  readonly look: Look;
  /** Gives the terminal back; harmless when called twice. */
  readonly close: () => void;
  /** Frames and bytes written so far. */
  readonly written: () => { readonly frames: number; readonly bytes: number };
}

/**
 * Takes the terminal over. `onBroken` is told of a defect of the view, which is closed by then: what it shows must not
 * depend on it.
 */
export function openDashboard(fulfil: (wish: Wish) => void, onBroken: (error: unknown) => void): OpenDashboard {
  const look = lookOf(process.stdout, process.env);
  const screen = new Screen(process.stdout as NodeJS.WriteStream & { fd: number });
  const model = createModel(fulfil, Date.now);
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
    // Ink's own writer sends each changed row whole, and it is one row off whenever a frame is lower than the screen.
    stdout: new Frames(screen, guarded) as unknown as NodeJS.WriteStream,
    stdin: process.stdin,
    // One whole frame per write, and at once: the model bounds their rate.
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
  // Also reached by process.exit in a signal handler.
  process.on("exit", close);
  // Before the error is printed: on the alternate screen nobody would read it.
  process.on("uncaughtExceptionMonitor", close);
  return { model, look, close, written: () => screen.written };
}

/** What Ink writes, frame by frame, to the screen, which sends what changed. */
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
 * Ctrl-Z: the shell gets its terminal; `fg` brings the dashboard back. The sweep stands still meanwhile, like any
 * stopped program.
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
