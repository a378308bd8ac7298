/** State and choices of a running dashboard, with their listeners; at most ten redraws per second. */
import type { DashboardEvent } from "./events.js";
import { type KeyName, press } from "./press.js";
import { type DashboardState, EMPTY_STATE, reduce } from "./state.js";
import { EMPTY_UI, type Ui, type Wish } from "./ui.js";

const FRAME_MS = 100;
const SLOWEST_FRAME_MS = 180;
/**
 * The time between frames is this many times the time of a frame, within limits, so that a slow machine keeps its time
 * for the sweep.
 */
const REST = 12;
/** The time of a frame is the least of this many frames: other programs interrupted the slower ones. */
const RECENT_FRAMES = 8;
/** How long a message covers the event line, unless a key is pressed first. */
const MESSAGE_MS = 5_000;

export interface Shown {
  readonly state: DashboardState;
  readonly ui: Ui;
  readonly nowMs: number;
}

export interface DashboardModel {
  readonly state: () => DashboardState;
  readonly ui: () => Ui;
  /** What the screen shows: the same value until the next redraw. */
  readonly shown: () => Shown;
  readonly tell: (event: DashboardEvent, atMs?: number) => void;
  readonly press: (key: KeyName) => void;
  /** Changes the choices from outside, e.g. when a detail has loaded. */
  readonly change: (update: (ui: Ui) => Ui) => void;
  readonly subscribe: (redraw: () => void) => () => void;
  /** Stops the timer. */
  readonly close: () => void;
}

/** @param fulfil carries out the command of a key. */
export function createModel(fulfil: (wish: Wish) => void, nowMs: () => number): DashboardModel {
  let state = EMPTY_STATE;
  let ui = EMPTY_UI;
  let timer: NodeJS.Timeout | null = null;
  let drawnMs = 0;
  let frameMs = FRAME_MS;
  const recentMs: number[] = [];
  let messageMs = 0;
  const listeners = new Set<() => void>();
  let shown: Shown = { state, ui, nowMs: nowMs() };
  const draw = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const startMs = nowMs();
    shown = { state, ui, nowMs: startMs };
    for (const listener of listeners) listener();
    // React draws in a microtask that it queued when the listener was called.
    queueMicrotask(() => rest(startMs));
  };
  const rest = (startMs: number): void => {
    drawnMs = nowMs();
    recentMs.push(drawnMs - startMs);
    if (recentMs.length > RECENT_FRAMES) recentMs.shift();
    frameMs = Math.max(FRAME_MS, Math.min(SLOWEST_FRAME_MS, REST * Math.min(...recentMs)));
  };
  const drawSoon = (): void => {
    if (timer !== null) return;
    timer = setTimeout(draw, Math.max(0, drawnMs + frameMs - nowMs()));
  };
  // Clocks on the screen move even when nothing happens.
  const heartbeat = setInterval(() => {
    if (ui.message !== "" && nowMs() - messageMs >= MESSAGE_MS) {
      ui = { ...ui, message: "" };
      drawSoon();
    }
    if (state.endedMs === null) drawSoon();
  }, 1000);
  return {
    state: () => state,
    ui: () => ui,
    shown: () => shown,
    tell: (event, atMs = nowMs()) => {
      state = reduce(state, event, atMs);
      drawSoon();
    },
    press: (key) => {
      const pressed = press(ui, state, key);
      ui = pressed.ui;
      messageMs = nowMs();
      for (const wish of pressed.wishes) fulfil(wish);
      draw();
    },
    change: (update) => {
      const { message } = ui;
      ui = update(ui);
      if (ui.message !== message) messageMs = nowMs();
      draw();
    },
    subscribe: (redraw) => {
      listeners.add(redraw);
      return () => listeners.delete(redraw);
    },
    close: () => {
      clearInterval(heartbeat);
      if (timer !== null) clearTimeout(timer);
      listeners.clear();
    },
  };
}
