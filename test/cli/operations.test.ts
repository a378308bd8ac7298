/** Work on whole databases by the program: what was stored is what comes back, merged, repriced or reproduced. */
// @module-tag slow
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { clock } from "../../cli/format/number.js";
import { Store } from "../../sweeps/index.js";
import { type Ended, runHere } from "./in-process.js";
import { isBuilt, smallSweep, sweepFolder } from "./small-sweep.js";

if (!isBuilt) console.log("tests of the built program skipped: dist is not built");

let folder = "";
const run = (...words: readonly string[]): Promise<Ended> => runHere(folder, ...words);
/** A second thread costs more than these few points. */
const ALONE = ["--workers", "1"];

beforeAll(async () => {
  if (!isBuilt) return;
  folder = sweepFolder(10);
  await run("sweep", "small.yaml", "--db", "a.db", ...ALONE);
  await run("sweep", "small.yaml", "--db", "b.db", "--budget", "16", ...ALONE);
}, 60_000);
afterAll(() => {
  if (folder !== "") rmSync(folder, { recursive: true, force: true });
});

interface Priced {
  readonly id: number;
  readonly before: { readonly energy_uj_per_inference: number; readonly latency_us: number };
  readonly after: { readonly energy_uj_per_inference: number; readonly latency_us: number };
  readonly breakdown: readonly { readonly component: string; readonly count: number | null; readonly energyPj: number | null }[];
}

interface FrontRow {
  readonly id: number;
  readonly metrics: { readonly area_mm2: number };
}

describe.skipIf(!isBuilt)("whole databases", () => {
  test("a stored point run again is the same to the last bit", async () => {
    const { front } = JSON.parse((await run("pareto", "a.db", "--json")).out) as { front: { id: number }[] };
    const { code, out } = await run("reproduce", "a.db", String(front[0]?.id), "--json");
    expect(JSON.parse(out)).toMatchObject({ sameInputs: true, differences: [] });
    expect(code).toBe(0);
  });

  test("a point is named by its number, by `knee` or by a metric wherever it is; a study without a front has the first only", async () => {
    const { kneeId, front } = JSON.parse((await run("pareto", "a.db", "--json")).out) as { kneeId: number; front: FrontRow[] };
    const least = Math.min(...front.map(({ metrics }) => metrics.area_mm2));
    const smallest = front.find(({ metrics }) => metrics.area_mm2 === least)?.id;
    const idOf = async (...words: readonly string[]): Promise<number> => (JSON.parse((await run(...words)).out) as { id: number }).id;
    expect(await idOf("show", "a.db", "knee", "--json")).toBe(kneeId);
    for (const word of ["area_mm2", "area"]) expect(await idOf("show", "a.db", word, "--json")).toBe(smallest);
    expect(await idOf("show", "a.db", "latency@90:max", "--json")).toBeGreaterThan(0);
    expect(await run("show", "a.db", "fpga_luts")).toMatchObject({
      code: 2,
      err: expect.stringContaining("has no point on its front whose fpga_luts is known"),
    });
    const compared = JSON.parse((await run("compare", "a.db", "1", "knee", "--json")).out) as { left: object; right: object };
    expect(compared).toMatchObject({ left: { id: 1 }, right: { id: kneeId } });
    expect(await run("reproduce", "a.db", "knee")).toMatchObject({
      code: 0,
      out: expect.stringContaining(`point ${kneeId} is reproduced`),
    });
    expect(await run("show", "a.db", "knees")).toMatchObject({
      code: 2,
      err: expect.stringContaining("did you mean knee?"),
    });
    const noFront = smallSweep(2).replace("objectives:", 'constraints: ["area_mm2 < 0.0001"]\n  objectives:');
    writeFileSync(join(folder, "none.yaml"), noFront);
    expect((await run("sweep", "none.yaml", "--db", "none.db", ...ALONE)).code).toBeLessThan(4);
    expect(await run("show", "none.db", "knee")).toMatchObject({ code: 2, err: expect.stringContaining("has no front, and so no knee") });
    expect(await run("show", "none.db", "area")).toMatchObject({ code: 2, err: expect.stringContaining("has no front") });
  });

  test("a file's ending chooses the format; one of no format is refused, and nothing is written", { tags: ["long"] }, async () => {
    const written = (file: string): string => readFileSync(join(folder, file)).subarray(0, 4).toString("latin1");
    for (const [words, file, begins] of [
      [["pareto", "a.db"], "front.csv", "id,"],
      [["pareto", "a.db"], "front.SVG", "<svg"],
      [["pareto", "a.db"], "front.tex", "% sn"],
      [["export", "points", "a.db"], "points.parquet", "PAR1"],
      [["export", "points", "a.db"], "points.json", '{"st'],
      [["export", "points", "a.db", "--format", "csv"], "points.txt", "id,s"],
      [["reprice", "a.db", "--basis", "library"], "priced.csv", "id,s"],
    ] as const) {
      expect(await run(...words, "-o", file)).toMatchObject({ code: 0 });
      expect(written(file)).toContain(begins);
    }
    for (const words of [["pareto"], ["export", "points"], ["reprice", "--basis", "library"]]) {
      const { code, err } = await run(...words.toSpliced(words[0] === "export" ? 2 : 1, 0, "a.db"), "-o", "front.doc");
      expect([code, err]).toEqual([2, expect.stringMatching(/^error: --out: front\.doc ends in none of \.csv, .*\n {4}name the format/)]);
    }
    expect(existsSync(join(folder, "front.doc"))).toBe(false);
  });

  test("a sweep or merge that a reader's transaction keeps from copying its journal says where the newest points lie", {
    tags: ["long"],
  }, async () => {
    const commands = [
      ["sweep", "small.yaml", "--db", "read.db", "--budget", "12", ...ALONE],
      ["merge", "read.db", "b.db"],
    ];
    copyFileSync(join(folder, "a.db"), join(folder, "read.db"));
    // nobody waits a second for a reader that stays
    const { pragma } = Database.prototype;
    const waits = vi.spyOn(Database.prototype, "pragma").mockImplementation(function (this: Database.Database, text, options) {
      return pragma.call(this, text.replace(/^busy_timeout = \d{4}$/, "busy_timeout = 50"), options);
    });
    onTestFinished(() => waits.mockRestore());
    for (const words of commands) {
      const begun = Store.open(join(folder, "read.db")); // a reader's lock without a journal would keep the sweep from starting
      const reader = Store.read(join(folder, "read.db"));
      reader.holdStill();
      reader.size();
      begun.close();
      const held = await run(...words);
      expect(held.err).toMatch(
        /read\.db: another program is reading it, or the disk is full, so its newest points still lie in read\.db-wal; copy both files/,
      );
      reader.close();
      expect([held.code, (await run(...words)).err]).toEqual([0, ""]);
    }
  });

  test("a larger sweep merged into a smaller one gives the larger one's front; known points count once", async () => {
    copyFileSync(join(folder, "a.db"), join(folder, "all.db"));
    const { code, out } = await run("merge", "all.db", "b.db", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ added: 6, same: 10, improved: 0, conflicts: [] });
    const ids = async (file: string): Promise<unknown> =>
      (JSON.parse((await run("pareto", file, "--json")).out) as { front: { key: string }[] }).front.map((row) => row.key);
    expect(await ids("all.db")).toEqual(await ids("b.db"));
  });

  test("a doubled price doubles exactly the rows it prices, and neither time nor the database changes", { tags: ["long"] }, async () => {
    writeFileSync(join(folder, "same.yaml"), "prices: {}\n");
    const plain = JSON.parse((await run("reprice", "a.db", "--library", "same.yaml", "--json")).out) as Priced[];
    for (const point of plain) expect(point.after.energy_uj_per_inference).toBeCloseTo(point.before.energy_uj_per_inference, 9);
    writeFileSync(join(folder, "dear.yaml"), "prices:\n  synapse_memory_read_pj: { value: 100, source: test }\n");
    const dear = JSON.parse((await run("reprice", "a.db", "--library", "dear.yaml", "--json")).out) as Priced[];
    dear.forEach((point, i) => {
      const reads = (priced: Priced | undefined): Priced["breakdown"][number] | undefined =>
        priced?.breakdown.find((row) => row.component === "synapse memory reads");
      expect(reads(point)?.energyPj).toBeCloseTo(100 * (reads(point)?.count as number), 3);
      const difference = ((reads(point)?.energyPj as number) - (reads(plain[i])?.energyPj as number)) / 1e6;
      expect(point.after.energy_uj_per_inference - plain[i].after.energy_uj_per_inference).toBeCloseTo(difference, 9);
      expect(point.after.latency_us).toBe(point.before.latency_us);
    });
    expect((await run("reprice", "a.db", "--library", "dear.yaml")).out).toContain("under new prices");
    writeFileSync(join(folder, "typo.yaml"), "synapse_memory_reed_pj: { value: 1, source: test }\n");
    const typo = await run("reprice", "a.db", "--library", "typo.yaml");
    expect(typo.code).toBe(2);
    expect(typo.err).toContain("typo.yaml");
  });

  test("a scaled price, and prices drawn: rows, columns of intervals, and what names nothing is refused", { tags: ["long"] }, async () => {
    const scaled = JSON.parse((await run("reprice", "a.db", "--scale", "synapse_memory_read_pj=3", "--json")).out) as Priced[];
    for (const { before, after, breakdown } of scaled) {
      const reads = breakdown.find(({ component }) => component === "synapse memory reads")?.energyPj ?? Number.NaN;
      expect(after.energy_uj_per_inference - before.energy_uj_per_inference).toBeCloseTo((reads * 2) / 3 / 1e6, 9);
    }
    const ofBasis = async (basis: string) => JSON.parse((await run("reprice", "a.db", "--basis", basis, "--json")).out) as Priced[];
    const [library, silicon] = [await ofBasis("library"), await ofBasis("silicon")];
    for (const [i, { after }] of silicon.entries())
      expect(after.energy_uj_per_inference).toBeGreaterThan(library[i].after.energy_uj_per_inference as number);
    expect((await run("reprice", "a.db", "--scale", "area=2,leakage=5")).out).toMatch(/stays? on it/);
    const [header, ...lines] = (await run("reprice", "a.db", "--monte-carlo", "50", "--seed", "3", "--format", "csv")).out
      .trim()
      .split(/\r?\n/);
    expect(header).toContain("energy_uj_per_inference_low,energy_uj_per_inference_high");
    expect(lines.length).toBeGreaterThan(5);
    for (const [words, said] of [
      [["--scale", "leakige=2"], "did you mean leakage"],
      [["--scale", "leakage"], "expected name=factor"],
      [["--seed", "3", "--scale", "leakage=2"], "add --monte-carlo"],
      [[], "--scale name=1.2"],
    ] as const) {
      const { code, err } = await run("reprice", "a.db", ...words);
      expect([code, err.includes(said)]).toEqual([2, true]);
    }
  });

  test("intervals stand beside values of a point, of all points and of the front, and with --explain what decides", async () => {
    const { front } = JSON.parse((await run("pareto", "a.db", "--json")).out) as { front: { id: number }[] };
    expect((await run("show", "a.db", String(front[0]?.id))).out).toContain("90 % interval");
    expect((await run("export", "points", "a.db", "--confidence", "50")).out.split("\n")[0]).toContain("area_mm2_low,area_mm2_high");
    expect((await run("pareto", "a.db", "--confidence", "50", "--format", "csv")).out.split("\n")[0]).toContain(
      "area_mm2_low,area_mm2_high",
    );
    expect((await run("pareto", "a.db", "--confidence", "200", "--explain")).out).toContain("decided by");
    expect((await run("pareto", "a.db", "--explain")).err).toContain("add --confidence");
    expect((await run("export", "points", "a.db", "--confidence", "50", "--all")).code).toBe(2);
  });

  test("a sweep compared with itself covers itself; two points list only what differs", { tags: ["long"] }, async () => {
    const { out } = await run("compare", "b.db", "b.db", "--json");
    expect(JSON.parse(out)).toMatchObject({ left: { covers: 1, epsilon: 0, igdPlus: 0 }, right: { covers: 1 } });
    expect(JSON.parse(out)).toMatchObject({ inputsDiffer: [] });
    writeFileSync(join(folder, "library.yaml"), `${smallSweep(3)}prices: { basis: library }\n`);
    await run("sweep", "library.yaml", "--db", "library.db", ...ALONE);
    expect((await run("compare", "a.db", "library.db")).out).toMatch(
      /\nother description library: a\.db prices\.basis "silicon", library\.db prices\.basis "library"\n/,
    );
    const points = JSON.parse((await run("compare", "b.db", "1", "2", "--json")).out) as {
      left: { values: Record<string, unknown> };
      right: { values: Record<string, unknown> };
      differ: string[];
    };
    for (const name of Object.keys(points.left.values))
      expect(points.differ.includes(name)).toBe(points.left.values[name] !== points.right.values[name]);
  });

  test("attach tells a finished sweep as NDJSON with every point, and as a summary without a terminal", { tags: ["long"] }, async () => {
    const events = (await run("attach", "b.db", "--json")).out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string });
    expect(events.filter((event) => event.type === "point-done" || event.type === "point-failed")).toHaveLength(16);
    const store = Store.read(join(folder, "b.db"));
    const [{ started_at, ended_at }] = store.query("SELECT started_at, ended_at FROM session ORDER BY id DESC LIMIT 1");
    store.close();
    const elapsedMs = Date.parse(ended_at as string) - Date.parse(started_at as string);
    expect(elapsedMs).toBeGreaterThan(0);
    expect(events.at(-1)).toMatchObject({ type: "finished", elapsedMs });
    const { out } = await run("attach", "b.db");
    expect(out).toContain("FINISHED");
    expect(out).toContain(`ended after ${clock(elapsedMs / 1000)}`);
  });
});
