/** Frames of a screen that goes on, as Ink updates it, against the same frames drawn anew. */
import { Writable } from "node:stream";
import { render } from "ink";
import { expect, test } from "vitest";
import { createRng } from "../../../base/rng.js";
import { Frame, type FrameProps } from "../../../cli/dashboard/panels/frame.js";
import { EMPTY_STATE, reduce } from "../../../cli/dashboard/state.js";
import { EMPTY_UI, PANES, type Ui } from "../../../cli/dashboard/ui.js";
import { frameLines } from "./drawn.js";
import { SCRIPTED_OPENING, scriptedPoints } from "./scripted-study.js";

const COLOUR = { colour: true, unicode: true } as const;
const SIZES = [
  [80, 24],
  [110, 34],
  [200, 60],
  [70, 20],
  [30, 6],
] as const;
const OVERLAYS = ["none", "none", "none", "help", "failure", "filter", "export", "hypervolume", "events"] as const;

/** What Ink writes for one frame after the other. */
class Shown extends Writable {
  rows: readonly string[] = [];
  columns = 80;

  override _write(frame: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.rows = frame.toString().split("\n");
    done();
  }
}

test("after every change of state, size, focus and overlay the updated screen is the one drawn anew", { tags: ["long"] }, () => {
  const rng = createRng(5, "updated");
  const shown = new Shown();
  let state = EMPTY_STATE;
  for (const event of SCRIPTED_OPENING) state = reduce(state, event, 5000);
  const points = scriptedPoints(2000);
  let [ui, size]: [Ui, (typeof SIZES)[number]] = [EMPTY_UI, SIZES[0]];
  const changes = { points: 0, size: 0, pane: 0, overlay: 0, selected: 0, table: 0, filter: 0, ended: 0 };
  const change: { readonly [kind in keyof typeof changes]: () => void } = {
    points: () => {
      for (const event of points.next().value ?? []) state = reduce(state, event, 6000);
    },
    size: () => {
      size = SIZES[rng.int(0, SIZES.length - 1)];
    },
    pane: () => {
      ui = { ...ui, pane: PANES[rng.int(0, 2)] };
    },
    overlay: () => {
      ui = { ...ui, overlay: OVERLAYS[rng.int(0, OVERLAYS.length - 1)], scroll: rng.int(0, 3) };
    },
    selected: () => {
      ui = { ...ui, selectedId: state.points.length === 0 ? null : state.points.ids[rng.int(0, state.points.length - 1)] };
    },
    table: () => {
      ui = { ...ui, table: ui.table === "front" ? "all" : "front" };
    },
    filter: () => {
      ui = { ...ui, filter: ui.filter === "" ? "lanes > 4" : "" };
    },
    ended: () => {
      state = { ...state, endedMs: state.endedMs === null ? 9000 : null };
    },
  };
  const kinds = Object.keys(changes) as (keyof typeof changes)[];
  const tree = (nowMs: number): FrameProps => ({ state, ui, nowMs, look: COLOUR, columns: size[0], rows: size[1] });
  const instance = render(<Frame {...tree(9000)} />, { stdout: shown as unknown as NodeJS.WriteStream, debug: true, patchConsole: false });
  for (let n = 0; n < 240; n++) {
    const kind = rng.int(0, 1) === 0 ? "points" : kinds[rng.int(0, kinds.length - 1)];
    change[kind]();
    changes[kind] += 1;
    shown.columns = size[0];
    instance.rerender(<Frame {...tree(9000 + n)} />);
    const anew = frameLines(state, ui, COLOUR, size[0], size[1], 9000 + n);
    expect(
      shown.rows.map((row) => row.trimEnd()),
      `change ${n}, ${kind}`,
    ).toEqual(anew.map((row) => row.trimEnd()));
  }
  instance.unmount();
  console.log(`updated: seed 5, ${kinds.map((kind) => `${changes[kind]} ${kind}`).join(", ")}`);
  expect(Math.min(...Object.values(changes))).toBeGreaterThan(5);
});
