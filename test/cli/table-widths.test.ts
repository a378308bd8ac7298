/** D10: what a command prints keeps to the terminal, and is whole in a pipe. */
// @module-tag slow
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { visibleWidth } from "../../cli/format/text-table.js";
import { fewDigits } from "../few-digits.js";
import { type Ended, runHere } from "./in-process.js";
import { isBuilt, sweepFolder } from "./small-sweep.js";

const BUDGET = 8;
const folder = sweepFolder(BUDGET);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MACROS = ["words,bits,ports,technology_nm,voltage_v,area_um2,read_pj,write_pj,leakage_uw,access_ns"]
  .concat(
    [1024, 2048, 4096, 8192].flatMap((words) =>
      [32, 64].map((bits) =>
        [
          words,
          bits,
          "1rw",
          28,
          0.9,
          words * bits * 0.3,
          bits * (0.02 + words * 1e-5),
          bits * 0.03,
          words * bits * 1e-5,
          0.5 + words * 1e-4,
        ].join(","),
      ),
    ),
  )
  .join("\n");
const QUICK = ["--set", "workload.samples=10", "--set", "workload.timing_samples=1"];

/** Command lines that print tables; the others print lines, files or data alone. */
const TABLES: readonly (readonly string[])[] = [
  ["check", "edge"],
  ["check", "odin-clock"],
  ["estimate", "quad", "--chip", "speck-like", "--chip", "xylo-like", "--steps", "2"],
  ["sim", "edge", ...QUICK],
  ["quantise", "edge", "--samples", "10", "--bits", "weight_bits=4,8", "--layers"],
  ["pareto", "small.db"],
  ["pareto", "small.db", "--confidence", "50", "--explain"],
  ["show", "small.db", "2"],
  ["compare", "small.db", "1", "2"],
  ["compare", "small.db", "a-folder-with-a-long-name/small-sweep-once-more.db"],
  ["reprice", "small.db", "--scale", "leakage=2"],
  ["prices", "fit", "macros.csv"],
  ["noc", "--k", "2", "--rate", "0.1,0.9", "--warmup", "200", "--measure", "200", "--replications", "1"],
  ["noc", "--k", "2", "--rate", "0.1,0.2", "--warmup", "200", "--measure", "200", "--replications", "1", "--format", "plot"],
  ["published", "odin"],
  ["coupled", "snn-dse", "--vary", "lanes=2,4", "--vary", "chunk_bits=50,100", "--events", "3"],
  ["import", "sanafe", "quad", "quad-net", "--steps", "3"],
  ["import", "nir", "quad", "--input", "quad", "--dt", "1e-3", "--reset", "subtract"],
  ["doctor"],
  ["examples"],
  ["reproduce", "small.db", "2"],
  ["sweep", "small.yaml", "--db", "small.db", "--workers", "1", "--no-tui"],
];

/** The same on a terminal of so many columns; null: in a pipe. */
async function shown(columns: number | null, words: readonly string[], ascii = ""): Promise<Ended> {
  const { isTTY, columns: before } = process.stdout;
  vi.stubEnv("NO_COLOR", "1");
  vi.stubEnv("SNN_DSE_ASCII", ascii);
  try {
    Object.assign(process.stdout, { isTTY: columns !== null, columns: columns ?? undefined });
    return await runHere(folder, ...words);
  } finally {
    Object.assign(process.stdout, { isTTY, columns: before });
    vi.unstubAllEnvs();
  }
}

const text = (words: readonly string[]): string => words.join(" ");

/** A word that is longer, such as a path, stays whole. */
const tooWide = (out: string, columns: number): string[] =>
  out.split("\n").filter((line) => visibleWidth(line) > columns && line.trim().includes(" "));

describe.skipIf(!isBuilt)("the program", () => {
  beforeAll(async () => {
    mkdirSync(join(folder, "a-folder-with-a-long-name"));
    writeFileSync(join(folder, "macros.csv"), MACROS);
    expect((await runHere(folder, "sweep", "small.yaml", "--db", "small.db", "--workers", "1")).code).toBe(0);
    copyFileSync(join(folder, "small.db"), join(folder, "a-folder-with-a-long-name/small-sweep-once-more.db"));
  }, 60_000);

  test.for(TABLES.map((words) => [text(words), words] as const))(
    "on 60 columns `%s` prints no wider line, and with SNN_DSE_ASCII=1 only ASCII",
    async ([, words]) => {
      const { code, out, err } = await shown(60, words, "1");
      expect(code, err).toBe(0);
      expect(out).toMatch(/^[\n -~]*$/);
      expect(out.split("\n").length).toBeGreaterThan(3);
      expect(tooWide(out, 60)).toEqual([]);
    },
  );

  test("a terminal of 200 columns shows a table beside itself, not below, and a pipe gets every text whole", async () => {
    const words = ["quantise", "edge", "--samples", "10", "--bits", "weight_bits=4"];
    const rules = (out: string): number => out.match(/^[─-]{10,}$/gm)?.length ?? 0;
    expect(rules((await shown(60, words)).out)).toBe(2);
    expect(rules((await shown(200, words)).out)).toBe(1);
    const piped = await shown(null, ["sim", "edge", ...QUICK]);
    expect(piped.out).not.toMatch(/\.\.$/m);
    expect((await shown(80, ["sim", "edge", ...QUICK])).out.length).toBeLessThan(piped.out.length);
  });

  test("a sweep's summary has every parameter by its whole name, at 40 columns and in a pipe", async () => {
    const words = ["sweep", "small.yaml", "--db", "small.db", "--workers", "1", "--no-tui"];
    const narrow = (await shown(40, words)).out;
    const piped = (await shown(null, words)).out;
    const names = (piped.match(/^ *# {2}.*$/m)?.[0] ?? "").trim().split(/ {2,}/);
    expect(names).toEqual(expect.arrayContaining(["lanes", "size_kib", "word_bits", "clock_mhz"]));
    expect(piped).not.toMatch(/\w\.\.? /);
    expect(tooWide(narrow, 40)).toEqual([]);
  });

  test("a comparison of models is Markdown in a pipe, and a table no wider than the terminal otherwise", { tags: ["long"] }, async () => {
    const words = ["table", "mnist-rows-lif", "--data", fewDigits(folder)];
    expect((await shown(null, words)).out).toMatch(/^\| model +\| system \|/);
    const { out } = await shown(60, words);
    expect(out).not.toContain("|");
    expect(out.split("\n").length).toBeGreaterThan(3);
    expect(tooWide(out, 60)).toEqual([]);
  });
});
