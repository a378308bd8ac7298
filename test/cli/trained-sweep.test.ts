/**
 * The program on searches that make their networks: what diverges, what is screened, and what `show` says of it.
 */
// @module-tag slow
import { spawnSync } from "node:child_process";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { storedDetail } from "../../app/point-detail.js";
import { recordedPoint } from "../../app/recorded-run.js";
import { rtl } from "../../app/rtl.js";
import { modelsBeside, Store, storedModels, testedPoints } from "../../sweeps/index.js";
import { tonesFolder } from "../sweeps/models/tones.js";
import { runHere } from "./in-process.js";
import { BRIEF, isBuilt, program } from "./small-sweep.js";

describe.skipIf(!isBuilt)("the program", () => {
  const folder = tonesFolder();
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const run = (...parameters: readonly string[]) =>
    spawnSync(process.execPath, [...BRIEF, program, ...parameters], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1" },
    });
  const described = readFileSync(join(folder, "tones.yaml"), "utf8");

  test("a candidate that diverges is a failed point with that reason, the others are done; show names a network and what it began with", {
    tags: ["long"],
  }, async () => {
    writeFileSync(
      join(folder, "wild-base.yaml"),
      readFileSync(join(folder, "tones-base.yaml"), "utf8").replace("peak: 0.01", "peak: 1000"),
    );
    const both = described.replace(
      "base: tones-base.yaml, width: { sweep: [6, 8] }",
      "base: { sweep: [tones-base.yaml, wild-base.yaml] }, width: 6",
    );
    writeFileSync(join(folder, "wild.yaml"), both);
    const swept = run("sweep", "wild.yaml", "--no-tui", "--workers", "2");
    expect(swept.status, swept.stderr).toBe(0);
    const store = Store.read(join(folder, "wild.db"));
    const points = [...store.points()];
    const models = [...storedModels(store).values()];
    store.close();
    const of = (base: string) => points.filter(({ values }) => values.base === base);
    expect(of("wild-base.yaml").map(({ state, code }) => [state, code])).toEqual(Array.from({ length: 4 }, () => ["failed", "DIVERGED"]));
    for (const { reason } of of("wild-base.yaml")) expect(reason).toMatch(/^training diverged: the mean loss of epoch \d is /);
    expect(of("tones-base.yaml").map(({ state }) => state)).toEqual(["done", "done", "done", "done"]);
    // the parent diverged, so that none of the two grids began; of the others there are a parent and two grids
    expect(models.map(({ reason }) => reason !== null).sort()).toEqual([false, false, false, true]);
    const show = async (...words: readonly string[]) => (await runHere(folder, "show", "wild.db", ...words)).out;
    const shown = await show(String(of("tones-base.yaml")[0].id));
    expect(shown).toMatch(
      /network tones-\w+ \(rec-v2 6\+6, \d bits\), 1 epoch in .*\n.*\(after epoch\): .*\n +started from tones-\w+ \(rec-v2 6\+6\), 3 epochs in /,
    );
    const made = storedDetail(join(folder, "wild.db"), of("tones-base.yaml")[0].id, []).networks[1];
    const right = made.curve.map(({ error }, i) => `${(100 * (1 - error!)).toFixed(1)} (${i + 1})`);
    expect(made.curve.length).toBe(3);
    expect(shown).toContain(`${right.join(" ")}\n`);
    // every point whose network diverged names the one that did, how far it came, and why
    const given = models.find(({ reason }) => reason !== null)!;
    for (const { id, reason } of of("wild-base.yaml")) {
      const failed = await show(String(id));
      expect(failed).toContain(`network ${given.model} (rec-v2 6+6), ${given.curve.length} of 3 epochs in `);
      expect(failed).toContain(`given up: ${reason}`);
      expect(JSON.parse(await show(String(id), "--json")).networks).toEqual([given]);
    }
  });

  test("a point whose network the search trained is written as SystemVerilog and drawn over time, from the folder of its networks", {
    tags: ["long"],
  }, async () => {
    const database = join(folder, "wild.db");
    const store = Store.read(database);
    const { id } = [...store.points()].find(({ state }) => state === "done")!;
    const network = store.result(id)!.provenance.modelHash;
    store.close();
    const out = join(folder, "chip");
    expect((await rtl(database, id, { out })).files).toBeGreaterThan(40);
    expect(JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"))).toMatchObject({
      about: { model: { file: `${network}.safetensors`, sha256: network } },
    });
    expect((await recordedPoint(database, id)).run.wave.length).toBeGreaterThan(10);
    renameSync(modelsBeside(database), `${modelsBeside(database)}-elsewhere`);
    for (const lost of [rtl(database, id, { out }), recordedPoint(database, id)])
      await expect(lost).rejects.toThrow(/the network of point \d+ is not in .*wild\.models\n.*snn-dse reproduce .*wild\.db \d+/);
  });

  test("test results are those of the test set as it is: the same command runs the front again if its recordings have changed", {
    tags: ["long"],
  }, async () => {
    const sweep = async (): Promise<Map<string, { data: string | null; accuracy: unknown }>> => {
      const swept = await runHere(folder, "sweep", "tones.yaml", "--no-tui", "--workers", "1", "--db", "tested.db");
      expect(swept.code, swept.err).toBe(0);
      const store = Store.read(join(folder, "tested.db"));
      const found = new Map(
        [...testedPoints(store)].map(([key, { data, metrics }]) => [key, { data, accuracy: metrics.accuracy_percent }]),
      );
      const logged = store.events("test").length;
      store.close();
      return new Map([...found, ["logged", { data: null, accuracy: logged }]]);
    };
    const first = await sweep();
    expect(first.size).toBeGreaterThan(1);
    expect(await sweep()).toEqual(first);
    const recordings = join(folder, "tones", "recordings");
    const file = (digit: number, index: number): string => join(recordings, `${digit}_anna_${index}.wav`);
    const whole = [0, 1, 2].map((index) => readFileSync(file(0, index)));
    for (const index of [0, 1, 2]) writeFileSync(file(0, index), readFileSync(file(3, index)));
    const second = await sweep();
    for (const [index, bytes] of whole.entries()) writeFileSync(file(0, index), bytes);
    expect([...second.keys()]).toEqual([...first.keys()]);
    for (const [key, { data }] of second) if (key !== "logged") expect(data, key).not.toBe(first.get(key)?.data);
    expect(second.get("logged")?.accuracy).toBe(2 * (first.get("logged")?.accuracy as number));
    const changed = [...second].filter(([key, { accuracy }]) => key !== "logged" && accuracy !== first.get(key)?.accuracy);
    expect(changed.length).toBeGreaterThan(0);
  });

  test("screening trains a stage's share of the epochs and simulates that share; its whole points are those of a grid", {
    tags: ["long"],
  }, async () => {
    const long = described.replace("chip_epochs: 1", "epochs: 4").replace("timing_samples: 1", "timing_samples: 4");
    const sampler = "{ name: screen, budget: 10, stages: 2, halving: 4 }";
    for (const [name, text] of [
      ["grid", long],
      ["screen", long.replace("{ name: grid }", sampler)],
    ] as const) {
      writeFileSync(join(folder, `${name}.yaml`), text);
      const swept = await runHere(folder, "sweep", `${name}.yaml`, "--no-tui", "--workers", "1");
      expect(swept.code, swept.err).toBe(0);
    }
    const store = Store.read(join(folder, "screen.db"));
    const grid = Store.read(join(folder, "grid.db"));
    const points = [...store.points("1", "any")];
    const keyOf = new Map([...grid.points()].map(({ key, values }) => [JSON.stringify(values), key]));
    const epochs = [...storedModels(store).values()].map((model) => model.epochs);
    const [trials, whole] = [points.filter(({ fidelity }) => fidelity < 1), points.filter(({ fidelity }) => fidelity === 1)];
    store.close();
    grid.close();
    expect(trials.length).toBeGreaterThan(1);
    expect(whole.length).toBeGreaterThan(0);
    for (const { key, values, state } of whole) expect([state, key]).toEqual(["done", keyOf.get(JSON.stringify(values))]);
    expect([...new Set(epochs)].sort()).toEqual([1, 4]);
    expect(modelsBeside(join(folder, "screen.db"))).toMatch(/screen\.models$/);
  });
});
