/** D10: tables keep to the terminal's width, and lose nothing in a pipe. */
import { expect, test } from "vitest";
import { folded } from "../../../cli/format/folded.js";
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

test("a table may have any number of rows", { tags: ["long"] }, () => {
  const rows = Array.from({ length: 130_000 }, (_, i) => [String(i)]);
  const lines = tableLines(lookOf({}, env), [{ title: "n", align: "right" }], rows);
  expect([lines.length, lines.at(-1)]).toEqual([130_002, "129999"]);
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

test("what is too wide even then goes on below, behind the columns that name the row, at any width and with every number", () => {
  const columns: readonly Column[] = [
    { title: "layer", align: "left" },
    { title: "bits", align: "right", names: true },
    ...["accuracy (%)", "memory (KiB)", "mult/frame", "overflows"].map((title) => ({ title, align: "right" as const })),
  ];
  const rows = [
    ["layer1", "4", "99.11", "87.62", "9193", "120"],
    ["readout", "8", "98.52", "107.1", "9087", "3"],
  ];
  const lines = (room: number): readonly string[] =>
    tableLines(lookOf({ isTTY: true, columns: room }, { ...env, NO_COLOR: "1" }), columns, rows);
  expect(lines(100).filter((line) => line.startsWith("-"))).toHaveLength(1);
  for (let room = 24; room <= 100; room++) {
    expect(widest(lines(room)), String(room)).toBeLessThanOrEqual(room);
    const words = lines(room).flatMap((line) => line.split(/\s+/));
    for (const value of rows.flat().slice(2)) expect(words, `${room}: ${value}`).toContain(value);
    const blocks = lines(room).join("\n").split("\n\n");
    for (const block of blocks) expect(block, String(room)).toMatch(/layer +bits.*\n-+\nlayer1 +4 .*\nreadout +8 /s);
  }
});

test("a text that wraps goes on in further lines of its row, word by word", () => {
  const columns: readonly Column[] = [
    { title: "part", align: "left" },
    { title: "detail", align: "left", least: 12, wraps: true },
  ];
  const lines = tableLines(lookOf({ isTTY: true, columns: 24 }, { ...env, NO_COLOR: "1" }), columns, [
    ["models", "12: one, two, three, four"],
  ]);
  expect(lines.slice(2)).toEqual(["models  12: one, two,", "        three, four"]);
  const long = Array.from({ length: 60 }, (_, i) => `word${i}`).join(" ");
  const wide = tableLines(lookOf({ isTTY: false }, env), columns, [["models", long]]);
  expect(widest(wide)).toBeLessThanOrEqual("models  ".length + 100); // no line is endless where there is no terminal
  expect(
    wide
      .slice(2)
      .map((line) => line.slice(8))
      .join(" "),
  ).toBe(long);
});

test("a line of text folds between words: below the text behind a name, else two columns in; a command stays whole", () => {
  expect(folded("  technology        22 nm, lstp cells, 0.8 V", 40)).toEqual([
    "  technology        22 nm, lstp cells,",
    "                    0.8 V",
  ]);
  expect(folded("one two three four", 10)).toEqual(["one two", "  three", "  four"]);
  expect(folded("  $ snn-dse sweep edge --budget 300", 20)).toHaveLength(1);
  expect(folded("  snn-dse           an event controller of a layer", 40)).toHaveLength(2);
  const text = "computed by snn-dse 0.1.0 from model mnist-rows-rec-v2.safetensors f7d91e3d922b, data mnist-rows test";
  for (let room = 12; room <= 120; room++) {
    const lines = folded(text, room);
    expect(lines.map((line) => line.trim()).join(" ")).toBe(text);
    expect(lines.filter((line) => visibleWidth(line) > room && line.trim().includes(" "))).toEqual([]);
  }
});
