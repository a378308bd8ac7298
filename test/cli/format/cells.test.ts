/** Widths on a terminal are those by which Ink lays out, for every letter that Unicode has. */
import { expect, test } from "vitest";
import { withoutControls } from "../../../base/escape/controls.js";
import { EMPTY_STATE, reduce } from "../../../cli/dashboard/state.js";
import { headerLines } from "../../../cli/dashboard/text/header-lines.js";
import { beginningOf, cellsOf } from "../../../cli/format/cells.js";
import { lookOf } from "../../../cli/format/style.js";
import { tableLines } from "../../../cli/format/text-table.js";
import { wrapped } from "../../../cli/format/words.js";
import { SCRIPTED_OPENING } from "../dashboard/scripted-study.js";
import { widthOf } from "../ink-width.js";

const WIDE = "設計空間";
const MARKED = "e\u0301te\u0301"; // as a Mac decomposes names of files

test("each character is as wide as Ink takes what the filter leaves of it", () => {
  const other: string[] = [];
  let count = 0;
  // of the large blocks of letters that are all alike, one in 61
  const isLarge = (code: number): boolean => (code >= 0x3400 && code < 0xf900) || (code >= 0x17000 && code < 0x1b000) || code >= 0x20000;
  for (let code = 0xa0; code < 0x40000; code += isLarge(code) ? 61 : 1) {
    const character = String.fromCodePoint(code);
    if ((code >= 0xd800 && code < 0xe000) || !/\p{Assigned}/u.test(character)) continue;
    count++;
    if (cellsOf(character) !== widthOf(withoutControls(character))) other.push(code.toString(16));
  }
  expect(count).toBeGreaterThan(30_000);
  expect(other).toEqual([]);
  for (const text of [WIDE, MARKED, `${WIDE}.yaml`, "plain"]) expect(cellsOf(text)).toBe(widthOf(text));
  expect(cellsOf("👩\u200d💻")).toBe(widthOf("👩?💻"));
});

test("the beginning of a text holds no half of a wide letter, and the marks of its last letter", () => {
  expect([0, 1, 2, 3, 4].map((width) => beginningOf(WIDE, width))).toEqual(["", "", "設", "設", "設計"]);
  expect(beginningOf(MARKED, 1)).toBe("e\u0301");
});

test("the header's status stays at its right edge, however wide the letters of the description's name", () => {
  for (const letters of [1, 4, 30, 45])
    for (const columns of [60, 79, 80, 120]) {
      let state = EMPTY_STATE;
      for (const event of SCRIPTED_OPENING)
        state = reduce(
          state,
          event.type === "opened" ? { ...event, study: { ...event.study, file: `${"設".repeat(letters)}.yaml` } } : event,
          0,
        );
      const lines = headerLines(lookOf({}, { LANG: "C.UTF-8" }), state, columns, 0);
      expect(lines.map(widthOf)).toEqual(lines.map(() => columns));
      expect(lines[0]).toMatch(/RUNNING {2}\S+ $/);
    }
});

test("a narrow header cuts no number of points: it shows the whole number or none", () => {
  const shown = new Set<string>();
  for (let columns = 20; columns <= 80; columns++) {
    let state = SCRIPTED_OPENING.reduce((before, event) => reduce(before, event, 0), EMPTY_STATE);
    const progress = {
      type: "progress",
      ...{ total: 3000, ratePerSecond: 32.4, etaSeconds: 62, queued: 0 },
    } as unknown as typeof state.progress;
    state = { ...state, progress, counts: { ...state.counts, done: 723, infeasible: 259 } };
    const [, , tally = ""] = headerLines(lookOf({}, { LANG: "C.UTF-8" }), state, columns, 0);
    const counted = /^ (?:ok (\S+))?(?: {2}infeasible (\S+))?(?: |$)/.exec(tally)?.slice(1) ?? [];
    shown.add(counted.join(" ").trim());
    expect(["", "723"]).toContain(counted[0] ?? "");
    expect(["", "259"]).toContain(counted[1] ?? "");
    expect(tally).toMatch(columns < 24 ? /^32\.4 points/ : /(^| )32\.4 points\/s {2}ETA 1:02 $/);
  }
  expect(shown).toEqual(new Set(["", "723", "723 259"]));
});

test("columns of a table and lines of running text keep their width with wide letters", () => {
  const columns = [
    { title: "name", align: "left" },
    { title: "pJ", align: "right" },
  ] as const;
  const rows = [
    [WIDE, "1"],
    ["plain", "100"],
  ];
  const lines = tableLines(lookOf({}, { LANG: "C.UTF-8" }), columns, rows);
  expect(new Set(lines.map(widthOf)).size).toBe(1);
  const long = [[WIDE.repeat(10), "1"]];
  const narrow = tableLines(
    lookOf({ isTTY: true, columns: 40 }, { LANG: "C.UTF-8", NO_COLOR: "1" }),
    [{ ...columns[0], least: 12 }, columns[1]],
    long,
  );
  expect(narrow[2]).toContain("..");
  expect(new Set(narrow.map(widthOf))).toEqual(new Set([40]));
  for (const line of wrapped(`${WIDE} ${WIDE} ${WIDE}`, 17)) expect(widthOf(line)).toBeLessThanOrEqual(17);
});
