/**
 * Compiled LaTeX exports: pdflatex accepts them without a warning, alone and inside a two-column paper, and no label
 * overlaps another.
 */
// @module-tag slow
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { texText } from "../../../base/escape/tex.js";
import { axisOver } from "../../../base/plot/axis.js";
import { pgfplots } from "../../../base/plot/pgfplots.js";
import { COLUMNS, type ColumnName, type Panel, type PlotSpec, pointsOf } from "../../../base/plot/spec.js";
import { texTable } from "../../../base/tex-table.js";
import { FORMATS, type FrontReport, frontReport, historyPlot, Store, stackPlot, studyRecord } from "../../../sweeps/index.js";
import { COUNTERS, resultOf, setupOf, specOf } from "../fake-study.js";

const has = (program: string, ...parameters: string[]): boolean => spawnSync(program, parameters).status === 0;
const missing =
  has("kpsewhich", "pgfplots.sty") && has("kpsewhich", "booktabs.sty") && has("pdflatex", "--version")
    ? ""
    : "no pdflatex with pgfplots and booktabs";
if (missing !== "") console.log(`skipped: ${missing} (Debian: texlive-latex-recommended texlive-pictures)`);
const reads = has("pdftotext", "-v");
if (!reads) console.log("skipped: overlapping labels are not looked for without pdftotext (Debian: poppler-utils)");

const folder = mkdtempSync(join(tmpdir(), "latex-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * A front of `points` points over four objectives with plain and logarithmic axes; its names hold characters that are
 * special in TeX.
 */
function reportOf(points: number): FrontReport {
  const spec = specOf({
    objectives: [
      { metric: "energy_uj_per_inference", direction: "min" },
      { metric: "accuracy_percent", direction: "max" },
      { metric: "latency_us", direction: "min" },
      { metric: "area_mm2", direction: "min" },
    ],
    constraints: [],
  });
  const store = Store.inMemory();
  const setup = { ...setupOf(spec), name: 'edge_<&%"x"|~^#$ {}\\é→' };
  store.begin(studyRecord(setup), 1, setup.provenance);
  for (let id = 1; id <= points; id++) {
    const values = { lanes: 2 ** (id % 6), word_bits: 64, bits: 1 + (id % 8), kind: id % 2 === 0 ? "a_b&c%" : "<mesh>" };
    store.insert({ id, key: `key${id}`, values, fidelity: 1 }, values);
    const t = id / points;
    const metrics = {
      energy_uj_per_inference: 10 ** (3 * t - 2),
      accuracy_percent: 90 + 9 * t,
      latency_us: 100 - 60 * t,
      area_mm2: 1e-5 * 10 ** (4 * t),
    };
    store.finish({ id }, resultOf(metrics), COUNTERS, 0, 1);
  }
  const report = frontReport(store);
  store.close();
  return report;
}

/** Linear axes of large, small and negative numbers, one with a linear colour scale, one of bars. */
function linearAxes(): PlotSpec {
  const panel = (x: number, y: number, colour: number | null): Panel => {
    const points = pointsOf([0.4, 0.7, 1].map((part) => [x * part, y * part]));
    const fill = [0.4, 0.7, 1].map((part) => (colour ?? 1) * part);
    return {
      heading: "",
      x: axisOver("across", [points], "x"),
      y: axisOver("up", [points], "y"),
      colour: colour === null ? null : axisOver("colour", [{ x: fill, y: fill, length: 3 }], "x"),
      series: [{ kind: "marks", name: "", points, fill: colour === null ? "#0072b2" : fill, labels: ["a", "b", "c"], ringed: null }],
      notes: [],
    };
  };
  const bars: Panel = {
    ...panel(9e4, 1, null),
    y: { label: "", scale: "category", names: ["a", "b"] },
    series: [{ kind: "bars", name: "", values: [3e4, 8e4], colour: "#0072b2" }],
  };
  return { title: "axes", about: "", column: "single", legend: "none", panels: [panel(2e4, 5e-3, 5e4), panel(-3e5, 4e-2, 6e-3), bars] };
}

/** Compiles in one run; returns pdflatex's output. */
function compile(name: string, text: string): string {
  writeFileSync(join(folder, `${name}.tex`), text);
  const run = spawnSync("pdflatex", ["-interaction=nonstopmode", "-halt-on-error", `${name}.tex`], { cwd: folder, encoding: "utf8" });
  expect(run.status, run.stdout.slice(-2000)).toBe(0);
  return run.stdout;
}

interface Word {
  readonly text: string;
  readonly box: readonly [number, number, number, number];
}

/** Words of a one-page PDF, and the page's size, points. */
function words(name: string): { readonly page: readonly [number, number]; readonly words: readonly Word[] } {
  const text = execFileSync("pdftotext", ["-bbox", `${name}.pdf`, "-"], { cwd: folder, encoding: "utf8" });
  const page = /<page width="([\d.]+)" height="([\d.]+)"/.exec(text) ?? [];
  const found = [...text.matchAll(/<word xMin="(-?[\d.]+)" yMin="(-?[\d.]+)" xMax="(-?[\d.]+)" yMax="(-?[\d.]+)">(.*?)<\/word>/g)];
  return {
    page: [Number(page[1]), Number(page[2])],
    words: found.map(([, a, b, c, d, word]) => ({ text: word, box: [Number(a), Number(b), Number(c), Number(d)] })),
  };
}

const overlap = (a: Word, b: Word): boolean =>
  a.box[0] < b.box[2] - 0.2 && b.box[0] < a.box[2] - 0.2 && a.box[1] < b.box[3] - 0.2 && b.box[1] < a.box[3] - 0.2;

/** The narrowest; the others are set in the long run. */
const USUAL_COLUMNS: readonly ColumnName[] = ["acm-single"];

describe.skipIf(missing !== "")("pdflatex", () => {
  for (const [column, { width }] of Object.entries(COLUMNS) as [ColumnName, { readonly width: number }][])
    test(`the figure alone is one page of a '${column}' column; every label is on it and overlaps no other`, {
      tags: USUAL_COLUMNS.includes(column) ? [] : ["long"],
    }, async () => {
      const log = compile(
        column,
        String(await FORMATS.demand("pgfplots", "test").render(reportOf(40), { x: null, y: null, column, siunitx: false })),
      );
      expect(log).toMatch(/Output written on .*\(1 page,/);
      expect(log).not.toMatch(/Overfull|Warning: (?!Font)/);
      if (!reads) return;
      const { page, words: found } = words(column);
      expect(page[0]).toBeCloseTo(width, 0);
      for (const unit of ["(%)", "(µJ)", "(µs)"]) expect(found.map((w) => w.text.replace("μ", "µ"))).toContain(unit);
      expect(found.length).toBeGreaterThan(15);
      for (const [i, a] of found.entries()) {
        expect(a.box[0] >= 0 && a.box[1] >= 0 && a.box[2] <= page[0] + 0.5 && a.box[3] <= page[1] + 0.5, a.text).toBe(true);
        for (const b of found.slice(i + 1)) expect(overlap(a, b), `${a.text} over ${b.text}`).toBe(false);
      }
    });

  test.skipIf(!reads)("the numbers on a page are the labels of its ticks: no power of ten beside an axis", { tags: ["long"] }, () => {
    const spec = linearAxes();
    compile("axes", String(pgfplots(spec)));
    const text = execFileSync("pdftotext", ["axes.pdf", "-"], { cwd: folder, encoding: "utf8" });
    expect(text.split(/\s+/).filter((word) => /\d/.test(word)).length).toBeGreaterThan(30);
    expect(text).not.toMatch(/[·⋅×]/);
  });

  test("every letter that is let through is set by an article without packages, in outline fonts", () => {
    const letters = Array.from({ length: 0x180 - 0x20 }, (_, i) => String.fromCodePoint(0x20 + i));
    const kept = letters.filter((letter) => letter >= "\u00c0" && String(texText(letter)) === letter);
    expect(kept).toHaveLength(192 - 2 - 25);
    const log = compile("letters", `\\documentclass{article}\\begin{document}\n${letters.map(texText).join("\n\n")}\n\\end{document}\n`);
    expect(log).not.toMatch(/LaTeX Warning|\.\d*pk/);
  });

  test.skipIf(!reads)(
    "a name is printed as it is, whatever command it follows: nothing is an option, nothing joins into one character",
    () => {
      const names = ["[2em] a", "[b] c", "*d", "*[e", "f--g", "h---i", "?`j", "!`k", "``l", "m''n", ",,o", "p]", "-q"];
      const titles = ["[name] *of [it]", "*x"];
      const table = texTable({
        titles,
        align: ["l", "r"],
        rows: names.map((name) => [name, "1"].map(texText)),
        caption: texText("[all] *of--them"),
        label: null,
        column: "single",
      });
      const list = `\\begin{itemize}\n${names.map((name) => `\\item ${texText(name)} end`).join("\n")}\n\\end{itemize}\n`;
      for (const encoding of ["OT1", "T1"]) {
        const head = `\\documentclass{article}\\usepackage[${encoding}]{fontenc}\\usepackage{booktabs,graphicx}`;
        compile("names", `${head}\\begin{document}\n${table}${list}\\end{document}\n`);
        const lines = execFileSync("pdftotext", ["-layout", "names.pdf", "-"], { cwd: folder, encoding: "utf8" })
          .replaceAll(/[‐\u00ad]/g, "-")
          .replaceAll("‘", "`")
          .replaceAll("’", "'")
          .split("\n")
          .map((line) => line.trim().replace(/^[^ -~] */, "")); // without the bullet
        expect(lines.flatMap((line) => /^(\S.*?) +1$/.exec(line)?.[1] ?? [])).toEqual(expect.arrayContaining(names));
        expect(lines.flatMap((line) => /^(\S.*?) end$/.exec(line)?.[1] ?? [])).toEqual(names);
        expect(lines.join("\n")).toContain("Table 1: [all] *of--them");
        for (const part of ["[name]", "*of", "[it]", "*x"]) expect(lines.join("\n").split("all")[1]).toContain(part);
      }
    },
  );

  test.skipIf(!has("kpsewhich", "siunitx.sty"))(
    "--siunitx: a table with its columns and units set by siunitx compiles; needs siunitx",
    { tags: ["long"] },
    async () => {
      const options = { x: null, y: null, column: "single", siunitx: true } as const;
      const table = String(await FORMATS.demand("tex", "test").render(reportOf(20), options));
      expect(table).toContain("(\\unit{\\micro\\joule})");
      expect(table).toContain("\\begin{tabular}{@{}rSSSS");
      const plain = String(await FORMATS.demand("tex", "test").render(reportOf(20), { ...options, siunitx: false }));
      const numbers = (text: string): string[] => text.slice(text.indexOf("midrule")).match(/(?<=[ {])\d+\.\d+(?=[ }])/g) ?? [];
      expect(numbers(table).length).toBeGreaterThan(20);
      expect(numbers(table)).toEqual(numbers(plain));
      // the knee's row is bold in every cell, as the caption says
      const knee = table.split("\n").filter((line) => line.includes("\\bfseries"));
      expect(knee).toHaveLength(1);
      for (const cell of knee[0].split("&")) expect(cell).toMatch(/^ *\\(textbf\{|bfseries )/);
      const log = compile(
        "siunitx",
        `\\documentclass{article}\\usepackage[T1]{fontenc}\\usepackage{booktabs,graphicx,siunitx}\\begin{document}\n${table}\\end{document}\n`,
      );
      expect(log).not.toMatch(/Overfull|Warning: (?!Font|Label\(s\) may)/);
      if (reads) expect(words("siunitx").words.map(({ text }) => text)).toEqual(expect.arrayContaining(["energy", "area", "lanes"]));
    },
  );

  test("tables and figures of any size compile in a two-column paper without a warning, in the paper's fonts", {
    tags: ["long"],
  }, async () => {
    const parts: string[] = [];
    for (const [points, column] of [
      [40, "single"],
      [100, "double"],
      [1, "single"],
      [0, "double"],
    ] as const) {
      const report = reportOf(points);
      const float = column === "single" ? "figure" : "figure*";
      const figure = await FORMATS.demand("pgfplots", "test").render(report, { x: null, y: null, column, siunitx: false });
      writeFileSync(join(folder, `figure-${points}.tex`), figure);
      parts.push(String(await FORMATS.demand("tex", "test").render(report, { x: null, y: null, column, siunitx: false })));
      parts.push(`\\begin{${float}}\\centering\\input{figure-${points}}\\caption{Figure.}\\end{${float}}\n\\clearpage`);
    }
    const about = { about: "seed 1", column: "single" } as const;
    const history = historyPlot(
      about,
      "a_b",
      [1, 2, 3].map((k) => ({ points: 10 * k, hypervolume: 0.1 * k, front: k })),
    );
    const stacks = stackPlot(about, "energy", "energy (µJ)", [
      {
        name: "#1",
        parts: [
          { component: "clock_tree", value: 2 },
          { component: "synapses", value: 1e-3 },
        ],
      },
      { name: "#2", parts: [{ component: "clock_tree", value: 1 }] },
    ]);
    parts.push(pgfplots(history), pgfplots(stacks), pgfplots({ ...history, legend: "ends", panels: [] }));
    const titles = Array.from({ length: 12 }, (_, i) => `a rather long title ${i} (unit)`);
    parts.push(
      texTable({
        titles,
        align: titles.map(() => "r"),
        rows: [titles.map(texText)],
        caption: texText("wide"),
        label: "a b",
        column: "single",
      }),
    );
    const log = compile(
      "paper",
      `\\documentclass[twocolumn]{article}\\usepackage{booktabs,graphicx,pgfplots}\\pgfplotsset{compat=1.16}\\begin{document}Text.\n${parts.join("\n")}\\end{document}\n`,
    );
    expect(log).not.toMatch(/Overfull|too large|undefined|mktexpk/);
    expect(log).toMatch(/Output written on paper.pdf \(\d+ pages/);
  });
});

test("every axis and every colour scale of a figure in LaTeX keeps pgfplots from a power of ten of its own", () => {
  const text = String(pgfplots(linearAxes()));
  const styles = [...text.matchAll(/\\begin\{axis\}\[\n([\s\S]*?)\n\]\n/g)].flatMap(([, keys]) => keys.split("colorbar style="));
  expect(styles).toHaveLength(3 + 2);
  for (const keys of styles) expect(keys).toContain("scaled ticks=false");
});

test("a table's title breaks between words, keeps its unit whole, and a table that is longer than a page is split into parts", () => {
  const rows = Array.from({ length: 100 }, (_, i) => [texText(String(i)), texText("x")]);
  const text = texTable({
    titles: ["#", "energy per inference (nJ s)"],
    align: ["r", "r"],
    rows,
    caption: texText("All."),
    label: null,
    column: "single",
  });
  expect(text).toContain("\\# & \\shortstack{\\strut energy per \\\\ inference \\\\ (nJ s)} \\\\");
  expect(text.match(/\\begin\{table\}/g)?.length).toBe(3);
  expect([...text.matchAll(/\\caption\{(.*)\}/g)].map((m) => m[1])).toEqual([1, 2, 3].map((i) => `All. Part ${i} of 3.`));
  for (const [first] of rows) expect(text).toContain(`    ${first} & x \\\\`);
});
