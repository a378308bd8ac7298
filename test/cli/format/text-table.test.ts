/** D10: tables keep to the terminal's width, and lose nothing in a pipe. */
import { expect, test } from "vitest";
import { lookOf } from "../../../cli/format/style.js";
import { type Column, tableLines, visibleWidth } from "../../../cli/format/text-table.js";

const COLUMNS: readonly Column[] = [
  { title: "part", align: "left" },
  { title: "pJ", align: "right" },
  { title: "bar", align: "left", yields: 1 },
  { title: "source", align: "left", least: 12, yields: 0 },
];
const SOURCE = "x 1.9 to silicon (n 5): CACTI 7.0 fit, 28 nm lstp, extrapolated beyond its table";
const ROWS = [["state memory reads", "100353", "#########", SOURCE]];
const env = { LANG: "C" };
const at = (columns: number): readonly string[] => tableLines(lookOf({ isTTY: true, columns }, env), COLUMNS, ROWS);
const widest = (lines: readonly string[]): number => Math.max(...lines.map(visibleWidth));

test("in a pipe a table is whole, however wide", () => {
  const lines = tableLines(lookOf({}, env), COLUMNS, ROWS);
  expect(lines[2]).toBe(`state memory reads  100353  #########  ${SOURCE}`);
});

test("on a terminal a table is as wide as it may be and no wider: a text is cut first, then columns go", () => {
  for (let columns = 26; columns <= 140; columns++) expect(widest(at(columns)), String(columns)).toBeLessThanOrEqual(columns);
  expect(at(140)[2]).toContain(SOURCE);
  expect(widest(at(80))).toBe(80);
  expect(at(80)[2]).toMatch(/\.\.$/);
  expect(at(50)[2]).toMatch(/^state memory reads {2}100353 {2}#+$/);
  expect(at(30)[2]).toBe("state memory reads  100353");
});

test("a title that is wider than its cells goes on in further lines before anything is cut or left out", () => {
  const columns: readonly Column[] = [
    { title: "energy_uj_per_inference [uJ]", align: "right" },
    { title: "lanes", align: "right" },
    { title: "note", align: "left", yields: 0 },
  ];
  const lines = (room: number): readonly string[] =>
    tableLines(lookOf({ isTTY: true, columns: room }, { ...env, NO_COLOR: "1" }), columns, [["5.608", "16", "abc"]]);
  expect(lines(60)[0]).toBe("energy_uj_per_inference [uJ]  lanes  note");
  // 28 + 5 + 4 and two gaps are 41: one cell less, and the unit goes below
  expect(lines(40).slice(0, 2)).toEqual(["energy_uj_per_inference".padStart(27), `${"[uJ]".padStart(27)}  lanes  note`]);
  expect(lines(22).at(-1)).toMatch(/^ +5\.608 +16 +abc$/);
  for (let room = 22; room <= 60; room++) {
    expect(widest(lines(room)), String(room)).toBeLessThanOrEqual(room);
    const words = lines(room).slice(0, -2).join(" ").split(/\s+/).join("");
    expect([...words].sort().join("")).toBe([..."energy_uj_per_inference[uJ]lanesnote"].sort().join(""));
  }
});
