/** Messages for mistakes that once got no message, or one that did not help. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Ended, runHere } from "./in-process.js";
import { isBuilt, smallSweep, sweepFolder } from "./small-sweep.js";

describe.skipIf(!isBuilt)("the program", () => {
  let folder = "";
  const run = (...words: readonly string[]): Promise<Ended> => runHere(folder, ...words);
  beforeAll(async () => {
    folder = sweepFolder(4);
    expect((await run("sweep", "small.yaml", "--workers", "1")).code).toBe(0);
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("D6: compare of a point with a database says what it compares", async () => {
    for (const second of ["small.db", "0", "1.5"])
      expect(await run("compare", "small.db", second, "3")).toMatchObject({
        code: 2,
        err: expect.stringMatching(
          /^error: compare: two points of one database are numbers, knee or metrics, got .*\n {4}compare A\.db B\.db for two databases/,
        ),
      });
    // a word may be a metric, by which a point is named
    expect(await run("compare", "small.db", "abc", "3")).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^error: point 'abc': unknown metric/),
    });
  });

  test("check says in JSON what it warns of in text", async () => {
    const words = ["check", "small.yaml", "--set", "mapping.seed=3"];
    const { warnings } = JSON.parse((await run(...words, "--json")).out) as { warnings: readonly string[] };
    expect(warnings).toContain("mapping.seed has no effect: it needs mapping.strategy: min-traffic, the only one that draws");
    expect((await run(...words)).err).toBe(warnings.map((text) => `warning: ${text}\n`).join(""));
  });

  test("an objective that stands twice, by whichever name, is refused", async () => {
    expect(await run("pareto", "small.db", "--objectives", "latency,energy,latency_us")).toMatchObject({
      ...{ code: 2, err: "error: --objectives: latency_us stands twice\n    name each objective once\n" },
    });
  });

  test("compare of one point asks for another; options for two databases are refused for two points", async () => {
    for (const word of ["3", "knee", "latency", "latency_us@99.5"])
      expect(await run("compare", "small.db", word)).toEqual({
        ...{ code: 2, out: "" },
        err: `error: compare: point ${word} is compared with nothing\n    name another point: compare small.db ${word} 42\n`,
      });
    expect(await run("compare", "small.db", "other.db")).toMatchObject({ code: 2, err: expect.stringContaining("no such database") });
    for (const option of ["--where", "--objectives"])
      expect(await run("compare", "small.db", "1", "2", option, "lanes")).toMatchObject({
        code: 2,
        err: expect.stringMatching(/has no effect with two points/),
      });
  });

  test("a number that is none is refused by the option that was typed, an empty text too", async () => {
    for (const [line, message] of [
      ["import nir quad --reset zero --dt abc", "--dt: got 'abc', expected a number"],
      ["import nir quad --reset zero --dt=", "--dt: got '', expected a number"],
      ["import nir quad --dt 1e-3 --reset zero --input quad --gain x", "--gain: got 'x', expected a number"],
      ["estimate quad --chip quad --rate=", "--rate: got '', expected a number"],
      ["coupled tinyodin --density 1/2", "--density: got '1/2', expected a number"],
      ["noc --seed=", "--seed: got '', expected a whole number of at least 0"],
      ["noc --seed 99999999999999999999", "--seed: got '99999999999999999999', expected a whole number below 2^53"],
    ])
      expect(await run(...line.split(" "))).toMatchObject({ code: 2, err: `error: ${message}\n` });
  });

  test("what the parser refuses is told at the option or command that was typed, all missing options at once", async () => {
    for (const [line, ...problems] of [
      ["noc --traffic foo", /^error: --traffic: got 'foo', expected one of .*uniform.*\n$/],
      ["foo", "snn-dse: no command is named 'foo'\n    all commands: snn-dse help"],
      ["import nur x", "import: no command is named 'nur'\n    did you mean nir?"],
      ["merge", "merge: <target.db> is missing\n    usage: snn-dse merge [options] <target.db> <source.db...>"],
      [
        "import nir quad",
        "--dt: is missing\n    give --dt <seconds>: seconds per step, which the file does not give",
        "--reset: is missing\n    give --reset <rule>: what a spike does to the voltage, which the file does not give; choices: zero, subtract, snntorch-subtract, snntorch-delayed-subtract, snntorch-delayed-zero",
      ],
      ["show a.db 1 2 3", "show: expected 2 arguments, got 4\n    usage: snn-dse show [options] <x.db> <id>"],
      ["import nir quad --reset", "--reset: has no value\n    give --reset <rule>"],
      ["noc --traffik x", "--traffik: no such option of noc\n    did you mean --traffic?"],
      ["noc --zzzzz", "--zzzzz: no such option of noc\n    all options: snn-dse noc --help"],
    ] as const) {
      const { code, out, err } = await run(...line.split(" "));
      expect([line, code, out]).toEqual([line, 2, ""]);
      if (problems[0] instanceof RegExp) expect(err).toMatch(problems[0]);
      else expect(err).toBe(problems.map((problem) => `error: ${problem}\n`).join(""));
    }
    expect(JSON.parse((await run("noc", "--seed", "x", "--json")).out)).toMatchObject({ error: "input", problems: [{ file: "--seed" }] });
  });

  test("a value of coupled is refused at the option that gave it, a case of another chip by its name", async () => {
    for (const [line, message] of [
      ["tinyodin --vary event_queue.depth=1:2", "--vary: event_queue.depth: "],
      ["tinyodin --set event_queue.depth=1:2", "--set: event_queue.depth: "],
      ["tinyodin --case rec64_closed --vary event_queue.depth=1:2", "--vary: event_queue.depth: "],
      ["tinyodin --set neurons=64 --vary event_queue.depth=1:2", "--vary: event_queue.depth: "],
      ["tinyodin --seed 1 --set event_queue.depth=x", "--set: event_queue.depth: "],
    ])
      expect(await run("coupled", ...line.split(" "))).toMatchObject({ code: 2, err: expect.stringContaining(`error: ${message}`) });
    for (const [chip, design] of [
      ["ranc", "odin"],
      ["tinyodin", "odin"],
    ])
      expect(await run("coupled", chip, "--case", "closed_bist")).toMatchObject({
        ...{ code: 2, err: expect.stringMatching(`^error: --case: .*closed_bist is a case of ${design}; this chip's model is ${chip}\n`) },
      });
    writeFileSync(join(folder, "other.yaml"), "version: 1\nextends: ranc\nworkload: { case: mine }\n");
    mkdirSync(join(folder, "mine"));
    writeFileSync(join(folder, "mine", "case.json"), JSON.stringify({ max_neur: 4 }));
    expect((await run("sim", "other.yaml")).err).toMatch(/^error: other\.yaml:3:\d+: workload\.case: mine is a case of tinyodin;/);
    writeFileSync(join(folder, "mine", "case.json"), JSON.stringify({ GX: 1 }));
    for (const line of ["sim other.yaml", "coupled other.yaml", "coupled ranc --case mine"])
      expect((await run(...line.split(" "))).err, line).toMatch(/^error: mine\/\w+\.\w+: .*missing/);
  });

  test("of coupled, a value or a path that stands twice is refused, and points that do not differ say so", async () => {
    for (const [line, message] of [
      ["--vary neurons=64,64", "--vary: neurons has 64 twice"],
      ["--vary neurons=64 --vary neurons=256", "--vary: neurons is given twice"],
      ["--set neurons=64 --set neurons=256", "--set: neurons is given twice"],
      ["--set neurons=64 --vary neurons=64,256", "--vary: neurons also has a value by --set, which would have no effect"],
    ])
      expect(await run("coupled", "tinyodin", ...line.split(" "))).toMatchObject({
        code: 2,
        err: expect.stringContaining(`error: ${message}\n`),
      });
    const { code, out } = await run("coupled", "tinyodin", "--vary", "event_queue.depth=128,256");
    expect(code).toBe(0);
    expect(out).toMatch(/\nnone of the \d+ metrics differs between these points/);
  });

  test("a path that --set has twice is refused: one of its values would have no effect", async () => {
    expect(await run("check", "small.yaml", "--set", "mapping.seed=3", "--set", "mapping.seed=4")).toMatchObject({
      ...{ code: 2, err: "error: --set: 'mapping.seed' is given twice\n    give it once\n" },
    });
  });

  test("a condition that is no comparison is refused, and one that nothing satisfies is named, also with --confidence", async () => {
    for (const [where, message] of [
      ["lanes", "expected a comparison, got a number at character 1 of 'lanes'"],
      ["lanes == 'x'", "'==' mixes a number with a text at character 7 of 'lanes == 'x''"],
    ])
      expect(await run("pareto", "small.db", "--where", where)).toMatchObject({
        code: 2,
        err: `error: --where: ${message}\n    e.g. area_mm2 < 2\n`,
      });
    const json = (await run("pareto", "small.db", "--objectives", "energy,latency:max", "--where", "lanes > 8", "--confidence", "--json"))
      .out;
    expect(JSON.parse(json)).toMatchObject({
      objectives: [
        { metric: "energy_uj_per_inference", direction: "min" },
        { metric: "latency_us", direction: "max" },
      ],
      where: "lanes > 8",
    });
    for (const more of [[], ["--confidence"]]) {
      const { code, out } = await run("pareto", "small.db", "--where", "lanes > 99", ...more);
      expect(code).toBe(0);
      expect(out).toMatch(/^no point is on the front: none of the \d points within the limits satisfies lanes > 99$/m);
    }
  });

  test("a description instead of a database is refused with what a database is", async () => {
    const { code, err } = await run("pareto", "small.yaml");
    expect([code, err]).toEqual([
      2,
      "error: small.yaml: is not a results database\n    name a database that snn-dse sweep wrote, e.g. edge.db of edge.yaml\n",
    ]);
  });

  test("a shard of a search that learns is refused by the option that was typed", async () => {
    writeFileSync(join(folder, "nsga2.yaml"), smallSweep(4).replace("name: random", "name: nsga2"));
    const { code, err } = await run("sweep", "nsga2.yaml", "--shard", "1/2");
    expect(code).toBe(2);
    expect(err).toBe(
      "error: --shard: a search by nsga2 learns from all its points, so it cannot be split\n    splittable: grid, random, sobol\n",
    );
  });

  test("a data set without its folder is refused with the key that names it", async () => {
    const { code, err } = await run("sim", "small.yaml", "--set", "workload.dataset=fsdd-digits");
    expect(code).toBe(2);
    expect(err).toMatch(/fsdd: does not come with this package.*\n {4}git clone .*workload\.path in a description/);
  });

  test("more samples than there are is a warning with both numbers", async () => {
    const { code, err } = await run("check", "small.yaml", "--set", "workload.samples=999999");
    expect(code).toBe(0);
    expect(err).toMatch(/^warning: workload\.samples is 999999; mnist-rows\/test has 10000, and all of them are used\n/);
  });

  test("init below a file says why there can be no folder", async () => {
    writeFileSync(join(folder, "file"), "");
    mkdirSync(join(folder, "chip"));
    expect(await run("init", "file/below")).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^error: file\/below: this folder cannot be made: a part of the path is not a folder\n/),
    });
    expect((await run("init", "chip")).code).toBe(0);
  });
});
