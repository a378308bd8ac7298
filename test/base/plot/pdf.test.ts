/** Figures meet submission systems: every font is embedded, and the page is as wide as the column. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { textWidth } from "../../../base/plot/drawing.js";
import { BOLD, REGULAR } from "../../../base/plot/fonts.js";
import { pdf } from "../../../base/plot/pdf.js";
import { COLUMNS, type ColumnName, type PlotSpec, pointsOf } from "../../../base/plot/spec.js";

const axis = { label: "energy (µJ) – 95 % × 1 mm²", scale: "linear", low: 0, high: 4 } as const;
const figure = (column: ColumnName): PlotSpec => ({
  title: "a",
  about: "b",
  column,
  legend: "above",
  panels: [
    {
      heading: "Bold",
      x: axis,
      y: axis,
      colour: null,
      notes: [],
      series: [
        {
          kind: "marks",
          name: "front",
          points: pointsOf([
            [1, 2],
            [2, 1],
          ]),
          fill: "#0072b2",
          labels: [],
          ringed: null,
        },
      ],
    },
  ],
});

test("D5: both fonts are in the file, whole, as TrueType with the tables a reader needs", () => {
  const bytes = Buffer.from(pdf(figure("single")));
  const page = bytes.toString("latin1");
  const files = [...page.matchAll(/\/Length (\d+) \/Length1 (\d+) \/Filter \/FlateDecode >>\nstream\n/g)];
  expect(files).toHaveLength(2);
  for (const { 0: head, 1: length, 2: whole, index } of files) {
    const font = inflateSync(bytes.subarray(index + head.length, index + head.length + Number(length)));
    expect(font.length).toBe(Number(whole));
    expect(font.readUInt32BE(0)).toBe(0x00010000);
    const tables = Array.from({ length: font.readUInt16BE(4) }, (_, i) => font.toString("latin1", 12 + 16 * i, 16 + 16 * i));
    expect(tables).toEqual(expect.arrayContaining(["cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp"]));
  }
  expect(page).not.toMatch(/\/Subtype \/Type1\b/);
});

test("texts are as wide as SVG's measure says, and every character of Windows-1252 has a glyph", () => {
  for (let code = 32; code < 127; code++) expect(REGULAR.widths[code - 32]).toBe(textWidth(String.fromCharCode(code), 1000));
  const undefinedCodes = [0x7f, 0x81, 0x8d, 0x8f, 0x90, 0x9d];
  for (const { widths } of [REGULAR, BOLD]) {
    expect(widths).toHaveLength(224);
    expect(widths.flatMap((width, i) => (width === 0 ? [i + 32] : []))).toEqual(undefinedCodes);
  }
});

const hasPdffonts = spawnSync("pdffonts", ["-v"]).status === 0;
test.skipIf(!hasPdffonts)("pdffonts finds every font embedded and cut, on a page of each paper's column; needs pdffonts", () => {
  const folder = mkdtempSync(join(tmpdir(), "pdf-"));
  try {
    for (const [column, { width }] of Object.entries(COLUMNS)) {
      const file = join(folder, "x.pdf");
      writeFileSync(file, pdf(figure(column as ColumnName)));
      const { stdout, stderr } = spawnSync("pdffonts", [file], { encoding: "utf8" });
      expect(stderr).toBe("");
      const fonts = stdout.trim().split("\n").slice(2);
      expect(fonts).toHaveLength(2);
      for (const font of fonts) expect(font).toMatch(/TrueType +WinAnsi +yes yes/);
      const info = spawnSync("pdfinfo", [file], { encoding: "utf8" }).stdout;
      expect(Number(/Page size: +([\d.]+)/.exec(info)?.[1])).toBeCloseTo(width, 1);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
