/** `sim` with its recordings and reasons. */
// @module-tag slow
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { open } from "../../app/open.js";
import { type Ended, runHere } from "./in-process.js";
import { isBuilt, sweepFolder } from "./small-sweep.js";

if (!isBuilt) console.log("tests of the built program skipped: dist is not built");

let folder = "";
beforeAll(() => {
  folder = sweepFolder(4);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sim = (...words: readonly string[]): Promise<Ended> => runHere(folder, "sim", "small.yaml", ...words);

describe.skipIf(!isBuilt)("sim", () => {
  test("a trace says the same waves in every format, and no half-written file stays", async () => {
    for (const format of ["csv", "vcd", "perfetto"]) expect((await sim("--trace", format)).code, format).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(["small-trace.csv", "small-trace.json", "small-trace.vcd", "small.yaml"]);
    const rows = readFileSync(join(folder, "small-trace.csv"), "utf8").trim().split("\n");
    const waves = rows.filter((row) => row.split(",")[1] === "wave").length;
    expect(waves).toBe(28 + 3); // 28 rows of pixels; input, two layers and readout are three waves deep
    const vcd = readFileSync(join(folder, "small-trace.vcd"), "utf8");
    expect(vcd).toMatch(/^\$version[\s\S]*\$enddefinitions \$end/);
    expect(() => JSON.parse(readFileSync(join(folder, "small-trace.json"), "utf8"))).not.toThrow();
  });

  test("a chip whose queues drop says so, what it loses and whose accuracy it is; one at ticks that do not wait is traced wave by wave", {
    tags: ["long"],
  }, async () => {
    const queue = ["--set", "tile.core.input_queue.full=drop", "--set", "tile.core.input_queue.depth=4"];
    const { out } = await sim(...queue, "--explain");
    expect(out).toMatch(/the chip's time feeds back into function: accuracy is measured on the chip, with all utterances/);
    expect(out).toMatch(/messages: [\d.,]+ per inference are lost, mean of \d+ utterances?; of the timed ones, [\d.]+ % of those sent/);
    const told = JSON.parse((await sim(...queue, "--json")).out) as { metrics: { events_dropped: number } };
    expect(told.metrics.events_dropped).toBeGreaterThan(0);
    const late = ["--set", "tick.period_us=20", "--set", "tick.overrun=late", "--trace", "csv", "--out", "late.csv"];
    expect((await sim(...late)).code).toBe(0);
    const rows = readFileSync(join(folder, "late.csv"), "utf8").trim().split("\n");
    rmSync(join(folder, "late.csv"));
    expect(rows.filter((row) => row.split(",")[1] === "wave")).toHaveLength(28 + 3);
  });

  test("one point of a search is called so, with the number of parameters left at their first value", async () => {
    const head = async (...words: readonly string[]): Promise<string> =>
      (await runHere(folder, "sim", "edge", ...words)).out.split("\n")[0];
    const domains = open("edge").sweep?.parameters.filter(({ domain }) => domain.kind !== "derived") ?? [];
    const set = domains.map(
      ({ path, domain }) => `--set=${path}=${"values" in domain ? domain.values[0] : "low" in domain ? domain.low : 0}`,
    );
    expect(set.length).toBeGreaterThan(2);
    expect(await head("--set=workload.samples=8")).toMatch(`each of the ${set.length} searched parameters`);
    expect(await head("--set=workload.samples=8", set[0])).toMatch(`each of the ${set.length - 1} searched`);
    expect(await head("--set=workload.samples=8", ...set.slice(1))).toMatch("the searched parameter has");
    expect(await head("--set=workload.samples=8", ...set)).not.toMatch("search");
  });

  test("reasons are simulated: the first gain named holds when the changed chip is run", { tags: ["long"] }, async () => {
    const before = JSON.parse((await sim("--json", "--explain")).out) as {
      metrics: { latency_cycles: number };
      explanation: readonly string[];
    };
    const gain = before.explanation.find((line) => line.startsWith("gains:"));
    const [, path, to, percent] = /gains: (\S+) \S+ -> (\S+): latency -([\d.]+) %/.exec(gain ?? "") ?? [];
    const after = JSON.parse((await sim("--json", "--set", `${path}=${to}`)).out) as typeof before;
    expect(100 * (1 - after.metrics.latency_cycles / before.metrics.latency_cycles)).toBeCloseTo(Number(percent), 1);
  });
});
