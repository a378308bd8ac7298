/**
 * The built program as a process: exit codes, streams, help, JSON; no stack trace for what the user got wrong. Long
 * lists run in this process (`here`), and one of each kind as a process too, which must say the same.
 */
// @module-tag slow
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Ended, runHere } from "./in-process.js";
import { BRIEF, isBuilt, program, smallSweep, sweepFolder } from "./small-sweep.js";

if (!isBuilt) console.log("tests of the built program skipped: dist is not built");

let folder = "";
beforeAll(() => {
  folder = sweepFolder(12);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...parameters: readonly string[]): Ended {
  const ended = spawnSync(process.execPath, [...BRIEF, program, ...parameters], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "", FORCE_COLOR: "0" },
  });
  return { code: ended.status, out: ended.stdout, err: ended.stderr };
}

const here = (...words: readonly string[]): Promise<Ended> => runHere(folder, ...words);

/** As a process, and here: the same. */
async function both(...words: readonly string[]): Promise<Ended> {
  const found = await here(...words);
  expect(run(...words)).toEqual(found);
  return found;
}

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return name;
};

describe.skipIf(!isBuilt)("the built program", () => {
  test("every command has help with examples and --json; help exits with 0 and does not load the command's modules", async () => {
    const commandsIn = (help: string): readonly string[] =>
      [...(help.split("\nCommands:\n")[1]?.split("\n\n")[0] ?? "").matchAll(/^ {2}([a-z]+) .*/gm)]
        .map((match) => match[1])
        .filter((name) => name !== "help");
    const overview = await both("--help");
    expect(overview.code).toBe(0);
    expect(overview.out.split("\n").filter((line) => line.length > 80)).toEqual([]);
    const names = commandsIn(overview.out);
    for (const name of ["init", "check", "sim", "sweep", "pareto", "show", "train", "doctor"]) expect(names).toContain(name);
    const visit = async (path: readonly string[]): Promise<void> => {
      const { code, out } = await here(...path, "--help");
      expect(code, path.join(" ")).toBe(0);
      const below = commandsIn(out);
      expect(out, path.join(" ")).toContain("Examples:");
      expect(out.replace(/\s+/g, " "), path.join(" ")).not.toContain("a plug-in with a plug-in");
      const wide = out.split("\n").filter((line) => line.length > 80 && !/^ {2}[$#] /.test(line));
      expect(wide, path.join(" ")).toEqual([]);
      if (below.length > 0) {
        for (const name of below) await visit([...path, name]);
        return;
      }
      // `table` has formats instead; `worker` and `serve` serve until they are stopped, and `python` prints a path.
      if (!["worker", "serve", "python"].includes(path[0])) expect(out, path.join(" ")).toMatch(/--json|--format/);
    };
    for (const name of names) await visit([name]);
    await both("sweep", "--help");
  });

  test("a mistyped command, option or value is exit 2 with the likely meaning", async () => {
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [["swep", "x.yaml"], /did you mean sweep/],
      [["sweep", "small.yaml", "--worker", "2"], /did you mean --workers/],
      [["sweep", "small.yaml", "--workers", "zero"], /whole number of at least 1/],
      [["sweep", "small.yaml", "--budget", "-3"], /whole number of at least 1/],
      [["sim"], /^error: sim: <.*> is missing/],
      [["pareto", "small.db", "--column", "triple"], /^error: --column: got .triple., expected one of/],
      [["show", "small.db", "-x"], /-x/],
      [["show", "small.db", "0"], /expected a point.s number, knee, or a metric/],
    ];
    for (const [parameters, expected] of cases) {
      const { code, err, out } = await (parameters[0] === "swep" ? both : here)(...parameters);
      expect(code, parameters.join(" ")).toBe(2);
      expect(err).toMatch(expected);
      expect(out).toBe("");
    }
  });

  test("bad input of every kind ends with exit 2 and one line per problem, where and why, without a stack", async () => {
    write("typo.yaml", smallSweep(5).replace("lanes:", "lane:").replace("seed: 1", "seed: -1.5"));
    write("unit.yaml", smallSweep(5).replace("size_kib:", "size_parsecs:"));
    write("negative.yaml", smallSweep(5).replace("samples: 20", "samples: -20"));
    write("model.yaml", smallSweep(5).replace("mnist-rows-rec-v2.safetensors", "no-such.safetensors"));
    const models = (second: string): string =>
      smallSweep(5).replace("{ model: mnist-rows-rec-v2.safetensors }", `{ model: { sweep: [mnist-rows-rec-v2.safetensors, ${second}] } }`);
    write("models.yaml", models("no-such.safetensors"));
    write("screened.yaml", models("no-such.safetensors").replace("name: random", "name: screen"));
    write("corrupt-models.yaml", models("corrupt.safetensors"));
    write("data.yaml", smallSweep(5).replace("dataset: mnist-rows", "dataset: mnist-rowz"));
    write("corrupt.safetensors", "this is no model");
    write("corrupt.yaml", smallSweep(5).replace("mnist-rows-rec-v2.safetensors", "corrupt.safetensors"));
    write("not-a.db", "this is no database, but long enough to have a header of one hundred bytes: ".repeat(3));
    write("broken.yaml", "version: 1\n  chip: [");
    mkdirSync(join(folder, "a-folder"), { recursive: true });
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [["check", "typo.yaml"], /typo\.yaml:\d+:\d+: .*lane/],
      [["check", "unit.yaml"], /unit\.yaml:\d+:\d+: /],
      [["check", "negative.yaml"], /negative\.yaml:\d+:\d+: .*samples/],
      [["sim", "model.yaml"], /no-such\.safetensors/],
      [["sim", "corrupt.yaml"], /corrupt\.safetensors/],
      [["check", "models.yaml"], /models\.yaml:3:60: network\.model: no model file no-such/],
      [["sweep", "models.yaml"], /models\.yaml:3:60: network\.model: no model file no-such/],
      [["sweep", "screened.yaml"], /screened\.yaml:3:60: network\.model: no model file no-such/],
      [["sweep", "corrupt-models.yaml"], /corrupt\.safetensors/],
      [["check", "data.yaml"], /mnist-rowz[\s\S]*mnist-rows/],
      [["check", "broken.yaml"], /broken\.yaml:\d+:\d+/],
      [["check", "no-such.yaml"], /no-such\.yaml/],
      [["check", "a-folder"], /a-folder/],
      [["sim", "small.yaml", "--set", "tile.core.lanes"], /path=value/],
      [["sim", "small.yaml", "--set", "tile.core.lanez=4"], /lanez/],
      [["pareto", "not-a.db"], /not-a\.db/],
      [["pareto", "no-such.db"], /no-such\.db/],
      [["sweep", "small.yaml", "--db", "not-a.db"], /not-a\.db/],
      [["sweep", "small.yaml", "--db", "no-folder/x.db"], /no-folder/],
      [["train", "no-such.yaml"], /no-such\.yaml/],
    ];
    for (const [parameters, expected] of cases) {
      const { code, err } = await (parameters.includes("typo.yaml") ? both : here)(...parameters);
      expect(`${parameters.join(" ")}: ${code}`).toBe(`${parameters.join(" ")}: 2`);
      expect(err).toMatch(expected);
      expect(err).not.toMatch(/\n {4}at /);
    }
    expect((await here("check", "typo.yaml")).err.match(/^error: /gm)?.length).toBeGreaterThanOrEqual(2);
  });

  test("a network that does not fit ends with exit 3 and names the resource, need, have and a change that would fit", async () => {
    const { code, err } = await both("sim", "small.yaml", "--set", "tile.core.synapse_memory.size_kib=4");
    expect(code).toBe(3);
    expect(err).toMatch(/needs .* has .*\n.*set tile\.core\.synapse_memory\.size_kib/);
  });

  test("with --json an error is one JSON object on stdout as well", () => {
    const { code, out } = run("check", "no-such.yaml", "--json");
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ error: "input", problems: [{ file: "no-such.yaml" }] });
  });

  test("a sweep into a pipe prints plain lines and a summary; NDJSON parses line by line; a second run runs nothing again", async () => {
    const first = run("sweep", "small.yaml", "--workers", "1");
    expect(first.code).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is about control characters
    expect(first.out).not.toMatch(/\u001b/);
    expect(first.out).toMatch(/12 points, 0 stored/);
    expect(first.out).toContain("FINISHED");
    expect(existsSync(join(folder, "small.db"))).toBe(true);
    const second = await here("sweep", "small.yaml", "--json", "--budget", "14", "--workers", "1");
    expect(second.code).toBe(0);
    const events = second.out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string; stored?: boolean });
    const ended = events.filter((event) => event.type === "point-done" || event.type === "point-failed");
    expect(ended.filter((event) => event.stored === true)).toHaveLength(12);
    expect(ended).toHaveLength(14);
    expect(events.at(-1)?.type).toBe("finished");
  });

  test("another study in the same database is refused with exit 2, and the stored one stays", async () => {
    write("other.yaml", smallSweep(5).replace("latency_us: min", "area_mm2: min"));
    const { code, err } = await here("sweep", "other.yaml", "--db", "small.db");
    expect(code).toBe(2);
    expect(err).toContain("another study");
    expect(JSON.parse((await here("pareto", "small.db", "--json")).out)).toMatchObject({ study: "small" });
  });

  test("pareto, show and check agree with each other in text and JSON", async () => {
    const { front } = JSON.parse((await both("pareto", "small.db", "--json")).out) as { front: { id: number }[] };
    const text = (await here("pareto", "small.db")).out;
    expect(text).toContain("hypervolume");
    const csv = await here("pareto", "small.db", "--format", "csv", "-o", "front.csv");
    expect(csv.code).toBe(0);
    const lines = readFileSync(join(folder, "front.csv"), "utf8")
      .trim()
      .split("\n")
      .filter((line) => !line.startsWith("#"));
    expect(lines.length - 1).toBe(front.length);
    const { id } = front[0] as { id: number };
    const shown = JSON.parse((await here("show", "small.db", String(id), "--json")).out) as {
      id: number;
      metrics: { latency_us: number };
      result: { metrics: { latency_us: number; energy_uj_per_inference: number } };
      intervals: { energy_uj_per_inference: { low: number; high: number } };
      broken: unknown[];
    };
    expect(shown.result.metrics).toEqual(shown.metrics);
    const { low, high } = shown.intervals.energy_uj_per_inference;
    expect(low).toBeLessThan(shown.result.metrics.energy_uj_per_inference);
    expect(high).toBeGreaterThan(shown.result.metrics.energy_uj_per_inference);
    expect(shown.broken).toEqual([]);
    expect((await here("show", "small.db", "9999")).code).toBe(2);
    expect((await here("show", "small.db", String(id))).out).toContain("source of the price");
  });

  test("pareto --confidence prints how often a point is on the front, the same in two runs, and refuses options without meaning", async () => {
    const { front } = JSON.parse((await here("pareto", "small.db", "--json")).out) as { front: { id: number }[] };
    const drawn = await here("pareto", "small.db", "--confidence", "50", "--json");
    const found = JSON.parse(drawn.out) as { draws: number; front: number[]; points: { onFront: number }[] };
    expect([found.draws, found.front]).toEqual([50, front.map(({ id }) => id).sort((a, b) => a - b)]);
    for (const { onFront } of found.points) expect(Number.isInteger(Math.round(onFront * 50 * 1e9) / 1e9)).toBe(true);
    expect((await here("pareto", "small.db", "--confidence", "50", "--json")).out).toBe(drawn.out);
    expect((await here("pareto", "small.db", "--confidence")).out).toContain("drawn 1,000 times");
    for (const wrong of [["0"], ["1e9"], ["x"], ["50", "--epsilon", "energy=2%"], ["50", "--x", "latency_us"]])
      expect((await here("pareto", "small.db", "--confidence", ...wrong)).code, wrong.join(" ")).toBe(2);
  });

  test("init writes a description that check accepts, and does not overwrite one", async () => {
    expect((await here("init", "fresh")).code).toBe(0);
    expect((await here("check", "fresh/arch.yaml")).code).toBe(0);
    expect((await here("init", "fresh")).code).toBe(2);
    expect((await here("init", "fresh", "--force")).code).toBe(0);
  });

  test("doctor finds all needed parts, in text and JSON", async () => {
    const { code, out } = await here("doctor", "--json");
    const report = JSON.parse(out) as { ok: boolean; findings: { part: string; ok: boolean; needed: boolean }[] };
    expect(report.findings.filter((finding) => finding.needed && !finding.ok)).toEqual([]);
    expect(code).toBe(0);
    const { out: text, err } = await here("doctor");
    expect(err).toBe("");
    expect(text).toContain("All needed parts work.");
    // L14: a rule of 1,300 characters stood under a table of long messages
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(140);
  });

  test("a reader that stops after a short answer is no error, and SIGTERM in a pipe is exit 130 with whole results", {
    tags: ["long"],
  }, async () => {
    const piped = spawnSync("sh", ["-c", `'${process.execPath}' '${program}' sim small.yaml | head -1; echo done`], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(piped.stdout).toContain("done");
    expect(piped.stderr).toBe("");
    const child = spawn(process.execPath, [...BRIEF, program, "sweep", "small.yaml", "--db", "term.db", "--budget", "5000", "--json"], {
      cwd: folder,
    });
    const code = await new Promise<number | null>((resolve) => {
      let isTold = false; // a second signal would mean: now
      child.stdout.on("data", (chunk: Buffer) => {
        if (isTold || !chunk.toString().includes("point-done")) return;
        isTold = true;
        child.kill("SIGTERM");
      });
      child.on("close", resolve);
    });
    expect(code).toBe(130);
    expect(JSON.parse(run("pareto", "term.db", "--json").out)).toMatchObject({ study: "small" });
  });
});
