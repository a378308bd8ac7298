/** The frame: the right size everywhere, readable without colour and without unicode, fast with many points. */
// @module-tag slow
import { expect, test } from "vitest";
import { withoutControls } from "../../../base/escape/controls.js";
import { frameDifference } from "../../../cli/dashboard/screen.js";
import { type DashboardState, EMPTY_STATE, reduce } from "../../../cli/dashboard/state.js";
import { EMPTY_UI, type Ui } from "../../../cli/dashboard/ui.js";
import { paint } from "../../../cli/format/style.js";
import { unstyled } from "../../../cli/format/terminal-text.js";
import { visibleWidth } from "../../../cli/format/text-table.js";
import { widthOf } from "../ink-width.js";
import { frameLines } from "./drawn.js";
import { SCRIPTED_OPENING, scriptedPoints } from "./scripted-study.js";

const PLAIN = { colour: false, unicode: true } as const;
const ASCII = { colour: false, unicode: false } as const;
const COLOUR = { colour: true, unicode: true } as const;

function stateOf(count: number): DashboardState {
  let state = EMPTY_STATE;
  for (const event of SCRIPTED_OPENING) state = reduce(state, event, 5000);
  for (const events of scriptedPoints(count)) for (const event of events) state = reduce(state, event, 5000);
  return state;
}

const OVERLAYS: readonly Ui["overlay"][] = ["none", "help", "detail", "failure", "filter", "export"];

test("a frame has exactly rows - 1 lines of exactly the terminal's width, at every size, look and overlay", () => {
  const looks = [PLAIN, ASCII, COLOUR];
  const drawn = [
    [EMPTY_STATE, [PLAIN]],
    [stateOf(0), [ASCII]],
    [stateOf(1), [COLOUR]],
    [stateOf(200), looks],
  ] as const;
  for (const [state, of] of drawn) {
    for (const [columns, rows] of [
      [80, 24],
      [100, 30],
      [120, 40],
      [200, 60],
      [79, 24],
      [80, 23],
      [40, 10],
      [20, 5],
      [16, 20],
      [10, 3],
      [3, 24],
      [1, 2],
    ] as const) {
      for (const look of of) {
        for (const overlay of OVERLAYS) {
          const lines = frameLines(state, { ...EMPTY_UI, overlay }, look, columns, rows, 9000);
          expect(lines, `${columns}x${rows} ${overlay}`).toHaveLength(rows - 1);
          for (const line of lines) expect(visibleWidth(line), `${columns}x${rows} ${overlay}: ${line}`).toBe(columns);
        }
      }
    }
  }
});

test("the ASCII look prints ASCII only, and colour adds nothing but styles", () => {
  const state = stateOf(150);
  for (const overlay of OVERLAYS) {
    const ui = { ...EMPTY_UI, overlay };
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is about control characters
    expect(frameLines(state, ui, ASCII, 100, 30, 9000).join("\n")).toMatch(/^[\x0a\x20-\x7e]*$/);
    const stripped = frameLines(state, ui, COLOUR, 100, 30, 9000).map(unstyled);
    expect(stripped).toEqual(frameLines(state, ui, PLAIN, 100, 30, 9000));
  }
});

test("every panel of the full layout is on the screen at 80 x 24", () => {
  const text = frameLines(stateOf(150), EMPTY_UI, PLAIN, 80, 24, 9000).join("\n");
  for (const part of ["Pareto", "front:", "hypervolume", "workers", "infeasible and failed", "q quit", "nsga2", "points"])
    expect(text).toContain(part);
});

/**
 * Plays what is written on a terminal of blank cells: cursor moves, styles and characters are all it may hold. A wide
 * character takes two cells, of which the second is empty; half of one that is overwritten is blank; a mark joins the
 * character before it.
 */
function played(screen: { text: string; style: string }[][], written: string): number {
  let [row, column, style, cells] = [0, 0, "", 0];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is about control characters
  for (const [piece, codes, final] of written.matchAll(/\u001b\[([0-9;]*)([Hm])|[\s\S]/gu)) {
    if (final === "H") [row, column] = codes.split(";").map((value) => Number(value) - 1) as [number, number];
    else if (final === "m") style = codes.replace(/^0;?/, "");
    else {
      expect(piece >= " ").toBe(true);
      const line = screen[row] as { text: string; style: string }[];
      const width = widthOf(piece);
      if (width === 0) {
        const base = line[column - 1]?.text === "" ? column - 2 : column - 1;
        line[base] = { text: line[base].text + piece, style: line[base].style };
        continue;
      }
      if (line[column].text === "") line[column - 1] = { text: " ", style: "" };
      if (line[column + width]?.text === "") line[column + width] = { text: " ", style: "" };
      line[column++] = { text: piece, style };
      if (width === 2) line[column++] = { text: "", style };
      cells += width;
    }
  }
  return cells;
}

const differs = (a: { text: string; style: string }, b: { text: string; style: string }): boolean =>
  a.text !== b.text || a.style !== b.style;

test("what is written turns one frame into the next, and few cells are written that did not change", { tags: ["long"] }, () => {
  const blank = Array.from({ length: 40 }, () => Array.from({ length: 130 }, () => ({ text: " ", style: "" })));
  const screen = structuredClone(blank);
  let before: readonly string[] = [];
  let state = stateOf(120);
  let [cells, changed] = [0, 0];
  for (const [k, events] of [...scriptedPoints(50, 5)].entries()) {
    for (const event of events) state = reduce(state, "id" in event ? { ...event, id: event.id + 1000 } : event, 6000 + 40 * k);
    const overlay = k % 20 === 10 ? "help" : "none";
    const frame = frameLines(state, { ...EMPTY_UI, overlay }, COLOUR, 130, 40, 9000 + 100 * k);
    const earlier = screen.map((row) => [...row]);
    const wrote = played(screen, frameDifference(before, frame));
    if (k > 0) cells += wrote;
    if (k > 0) changed += screen.reduce((sum, row, y) => sum + row.filter((cell, x) => differs(cell, earlier[y][x])).length, 0);
    before = frame;
    if (k % 12 !== 11) continue;
    const whole = structuredClone(blank);
    played(whole, frameDifference([], frame));
    expect(screen).toEqual(whole);
  }
  expect(changed).toBeGreaterThan(500);
  expect(cells).toBeLessThan(2 * changed);
  expect(frameDifference(before, before)).toBe("");
  expect(frameDifference(["ab", "b"], ["ab"])).toBe("\u001b[2;1H ");
});

test("what is written turns any text into any other in each column, with wide characters, marks and emoji", () => {
  const texts = [
    " 漢字漢字  0:01   │",
    " 漢字漢字  0:02   │",
    " a漢字漢b  0:02   │",
    "漢字漢字漢 0:02   │",
    " re\u0301sume\u0301s  0:01   │",
    " re\u0301sumés  0:02   │",
    " 🚀 go 🚀  0:03    │",
    " 🚀 go  🚀 0:03    │",
    `${paint(COLOUR, " 漢字", "bold")}${paint(COLOUR, "漢字", "cyan")}  axis   │`,
    " axis          │",
    " ❤\ufe0f ❤\ufe0f axis    │",
    "",
  ];
  const drawn = (...frames: readonly string[]): { text: string; style: string }[][] => {
    const screen = [Array.from({ length: 24 }, () => ({ text: " ", style: "" }))];
    let before: readonly string[] = [];
    for (const frame of frames) {
      played(screen, frameDifference(before, [frame]));
      before = [frame];
    }
    return screen;
  };
  for (const first of texts) for (const second of texts) expect(drawn(first, second), `${first} ${second}`).toEqual(drawn(second));
  for (const text of texts) {
    const [line] = drawn(text);
    expect(
      line
        .map((cell) => cell.text)
        .join("")
        .trimEnd(),
    ).toBe(unstyled(text));
  }
  // some terminals make two cells of it
  expect(frameDifference([""], ["❤\ufe0fa"])).toBe("\u001b[1;1H❤\ufe0f\u001b[1;2Ha");
});

test("a title that is cut says so, in front of an edge that stays in its column", () => {
  const state = stateOf(150);
  for (const filter of [
    "lanes == 32 && not (latency_us < 100)",
    "lanes == 8 || lanes == 32",
    "code != '漢字漢字漢字漢字漢字漢字'",
    "lanes > 1",
    "code != '👩\u200d💻'",
  ])
    for (const columns of [80, 100, 101, 200]) {
      const lines = frameLines(state, { ...EMPTY_UI, filter }, PLAIN, columns, 30, 9000);
      const [title = ""] = /front: .*?(?= ─*╮)/.exec(lines[3]) ?? [];
      expect(title.endsWith("..") || title.endsWith(`filter ${filter}`), title).toBe(true);
      for (const line of lines) expect(widthOf(withoutControls(line))).toBe(columns);
      expect(lines[3].endsWith("╮")).toBe(true);
    }
});

test("a line of a panel that is cut says so", () => {
  const reason = "infeasible MAP_SYNAPSE_MEMORY_FULL";
  let cut = 0;
  for (const columns of [80, 90, 100, 120, 200]) {
    const lines = frameLines(stateOf(150), { ...EMPTY_UI, table: "all", filter: "outcome == 'infeasible'" }, PLAIN, columns, 24, 9000);
    const reasons = lines.map((line) => /infeas.*?(?= *│)/.exec(line.split("││")[1] ?? "")?.[0] ?? "").filter((text) => text !== "");
    expect(reasons.length).toBeGreaterThan(2);
    for (const text of reasons) {
      if (text !== reason && !text.startsWith("infeasible and")) cut++;
      expect(text.startsWith(reason) || text.endsWith("..") || text.startsWith("infeasible and"), text).toBe(true);
    }
  }
  expect(cut).toBeGreaterThan(0);
});

test("with 100,000 points every new result shows in the very next frame", { tags: ["long"] }, () => {
  let state = stateOf(100_000);
  const frames = new Set([frameLines(state, EMPTY_UI, COLOUR, 200, 60, 9000).join("\n")]);
  for (const events of scriptedPoints(20, 99)) {
    for (const event of events) state = reduce(state, "id" in event ? { ...event, id: event.id + 1_000_000 } : event, 6000);
    frames.add(frameLines(state, EMPTY_UI, COLOUR, 200, 60, 9000).join("\n"));
  }
  expect(frames.size).toBe(21);
});

test("help, filter and export wrap their sentences instead of cutting them", () => {
  const words = (overlay: Ui["overlay"], columns: number): string =>
    frameLines(stateOf(50), { ...EMPTY_UI, overlay }, PLAIN, columns, 50, 9000)
      .join(" ")
      .replace(/[│╭╮╰╯─>]/g, " ")
      .replace(/\s+/g, " ");
  for (const columns of [80, 120]) {
    expect(words("help", columns)).toContain("the selected point or failure in full, or all events; Esc closes");
    expect(words("help", columns)).toContain("Leaving the dashboard restores the screen and prints a summary.");
    expect(words("filter", columns)).toContain("in the table of all points, outcome == 'infeasible'");
    expect(words("export", columns)).toContain("files go to the working folder.");
  }
});

test("all objectives are in the table at 80 columns, by shorter heads, and whole words where there is room", () => {
  const state = stateOf(150);
  const started = state.started as NonNullable<typeof state.started>;
  const metrics = ["accuracy_percent", "energy_uj_per_inference", "latency_us", "area_mm2"] as const;
  const four = { ...state, started: { ...started, objectives: metrics.map((metric) => ({ metric, direction: "min" as const })) } };
  const head = (columns: number, rows: number): string => frameLines(four, EMPTY_UI, PLAIN, columns, rows, 9000)[4].split("││")[1] ?? "";
  expect(head(80, 24)).toMatch(/#id +acc\+? +E +lat +area/);
  expect(head(200, 60)).toMatch(/accuracy %\+? +energy µJ +latency µs +area mm² +lanes +weight bits +clock mhz/);
});

test("nothing on the status line is cut in a word: what does not fit is left out", () => {
  let state = reduce(
    stateOf(150),
    {
      type: "progress",
      total: 20_000,
      done: 12_345,
      infeasible: 1234,
      failed: 321,
      running: 0,
      queued: 4999,
      ratePerSecond: 12.34,
      etaSeconds: 36_000,
    },
    7000,
  );
  state = { ...state, cached: 1234, counts: { done: 12_345, infeasible: 1234, failed: 321, timeout: 0 } };
  for (let columns = 80; columns <= 130; columns++) {
    const line = frameLines(state, EMPTY_UI, PLAIN, columns, 24, 9000)[2];
    expect(line.trim()).toMatch(
      /^ok 12 345( {2}infeasible 1 234( {2}failed 321( {2}running 0( {2}queued 4 999( {2}\(1 234 of them stored before\))?)?)?)?)? +12\.3 points\/s {2}ETA 10:00:00$/,
    );
  }
  const title = frameLines({ ...state, violating: 12_345 }, EMPTY_UI, PLAIN, 80, 24, 9000)[3];
  expect(title).toContain("Pareto   12345 beyond limits (v) ");
});
