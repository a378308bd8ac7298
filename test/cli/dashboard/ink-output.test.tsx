/** Our way of putting Ink's frame together against Ink's own, and what Ink is given to measure. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { renderToString } from "ink";
import { expect, test } from "vitest";
import { createRng } from "../../../base/rng.js";
import { type InkOutput, rowsOf } from "../../../cli/dashboard/ink-output.js";
import { Frame } from "../../../cli/dashboard/panels/frame.js";
import { type DashboardState, EMPTY_STATE, reduce } from "../../../cli/dashboard/state.js";
import { EMPTY_UI, type Ui } from "../../../cli/dashboard/ui.js";
import { frameLines } from "./drawn.js";
import { SCRIPTED_OPENING, scriptedPoints } from "./scripted-study.js";

interface OutputClass {
  new (size: {
    width: number;
    height: number;
  }): InkOutput & {
    write(x: number, y: number, text: string, options: { transformers: readonly ((line: string, row: number) => string)[] }): void;
    get(): { readonly output: string };
  };
  readonly prototype: { get(this: InkOutput): { readonly output: string } };
}

const PLAIN = { colour: false, unicode: true } as const;
const file = pathToFileURL(join(dirname(createRequire(import.meta.url).resolve("ink")), "output.js")).href;
const load = async (url: string): Promise<OutputClass> => ((await import(url)) as { default: OutputClass }).default;
/** Ink's class as the program uses it, and once more as it came. */
const [Used, Own] = [await load(file), await load(`${file}?own`)];

function stateOf(count: number): DashboardState {
  let state = EMPTY_STATE;
  for (const event of [...SCRIPTED_OPENING, ...[...scriptedPoints(count)].flat()]) state = reduce(state, event, 5000);
  return state;
}

/** What Ink placed for each frame that `draw` draws. */
function placed(draw: () => void): readonly InkOutput[] {
  const seen: InkOutput[] = [];
  const { get } = Used.prototype;
  Used.prototype.get = function () {
    seen.push(this);
    return get.call(this);
  };
  draw();
  Used.prototype.get = get;
  return seen;
}

const trimmed = (rows: readonly string[]): readonly string[] => rows.map((row) => row.trimEnd());

test("texts anywhere on the screen, none over another, give Ink's own rows", () => {
  const rng = createRng(11, "ink-output");
  let [texts, rowsOfTwo] = [0, 0];
  for (let n = 0; n < 200; n++) {
    const [width, height] = [rng.int(1, 60), rng.int(1, 12)];
    const own = new Own({ width, height });
    for (let y = 0; y < height; y++) {
      let inRow = 0;
      for (let x = rng.int(0, 9); x < width; ) {
        const text = Array.from({ length: Math.min(rng.int(1, 12), width - x) }, () => [..."a ─│⣿µ╮0"][rng.int(0, 7)]).join("");
        const upper = rng.int(0, 1) === 1;
        own.write(x, y, text, { transformers: upper ? [(line) => line.toUpperCase(), (line, row) => `${row}${line.slice(1)}`] : [] });
        x += [...text].length + rng.int(0, 5);
        inRow += 1;
      }
      texts += inRow;
      if (inRow > 1) rowsOfTwo += 1;
    }
    expect(trimmed(rowsOf(own)), `case ${n}`).toEqual(own.get().output.split("\n"));
  }
  console.log(`ink-output: seed 11, ${texts} texts, ${rowsOfTwo} rows of two or more`);
  expect(rowsOfTwo).toBeGreaterThan(200);
});

test("the dashboard's frames are those that Ink itself puts together, cell by cell", () => {
  const states = [EMPTY_STATE, stateOf(0), stateOf(120)];
  for (const state of states) {
    for (const [columns, rows] of [
      [80, 24],
      [200, 60],
      [60, 12],
    ] as const) {
      for (const overlay of ["none", "help"] as const) {
        const draw = (): readonly string[] => frameLines(state, { ...EMPTY_UI, overlay }, PLAIN, columns, rows, 9000);
        let frame: readonly string[] = [];
        const [output] = placed(() => {
          frame = draw();
        });
        const { height, operations } = output as InkOutput;
        const own = Object.assign(new Own({ width: columns, height }), { operations });
        expect(trimmed(frame), `${columns} x ${rows} ${overlay}`).toEqual(own.get().output.split("\n"));
      }
    }
  }
});

test("whatever the panels show, Ink measures blank rows and edges: what it remembers does not grow", { tags: ["long"] }, () => {
  const texts = new Set<string>();
  let state = stateOf(30);
  const ui: Ui = { ...EMPTY_UI, selectedId: 3 };
  let different = new Set<string>();
  for (const events of scriptedPoints(60, 7)) {
    for (const event of events) state = reduce(state, "id" in event ? { ...event, id: event.id + 1000 } : event, 6000);
    const outputs = placed(() => {
      different = different.add(
        renderToString(<Frame {...{ state, ui }} look={PLAIN} columns={160} rows={50} nowMs={9000 + different.size} />, { columns: 160 }),
      );
    });
    for (const { operations } of outputs) for (const { text } of operations) texts.add(text);
  }
  expect(different.size).toBe(60);
  expect([...texts].filter((text) => !/^[ \n]+$|^[│\n]+$|^╰─+╯$/.test(text))).toEqual([]);
  expect(texts.size).toBeLessThan(40);
});

test("a line break in a name moves no row", () => {
  const state = reduce(stateOf(20), { type: "note", text: "one\ntwo\r\nthree" }, 7000);
  const rows = frameLines(state, EMPTY_UI, PLAIN, 100, 30, 9000);
  expect(rows).toHaveLength(29);
  expect(rows.join("\n")).toContain("one?two");
});
