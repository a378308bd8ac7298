/**
 * A search that trains its networks: each learns from the data that its own point names, and requests that do not fit
 * together are infeasible points.
 */
// @module-tag slow
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { check, openWithPlugins, sweep, train } from "../../app/index.js";
import { modelsBeside, Store, storedModels, testedPoints } from "../../sweeps/index.js";
import { ModelFolder } from "../../sweeps/store/model-folder.js";
import { isBuilt } from "../cli/small-sweep.js";
import { usualAndLong } from "../usual.js";
import { BASE, PLUGIN, search } from "./peaks.js";

describe.skipIf(!isBuilt)("with the workers of the built program", () => {
  const folder = mkdtempSync(join(tmpdir(), "trained-data-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "peaks.mjs"), PLUGIN);
  writeFileSync(join(folder, "base.yaml"), BASE);

  test("check refuses a network as written that its data cannot train, as train does", async () => {
    const file = join(folder, "late.yaml");
    writeFileSync(file, search(", output_delay_frames: 1", "A", "precision: { weight_bits: { sweep: [4, 8] } }\n"));
    await expect(check(await openWithPlugins(file))).rejects.toThrow(/network.output_delay_frames delays frame labels; peaks/);
    const alone = join(folder, "late-alone.yaml");
    writeFileSync(alone, BASE.replace("neurons: [8]", "neurons: [8], output_delay_frames: 1"));
    const { plugins } = await openWithPlugins(file);
    expect(plugins).toHaveLength(1);
    await expect(train([alone], { outDir: folder, backend: "cpu", data: "A" })).rejects.toThrow(/output_delay_frames delays frame labels/);
  });

  const swept = async (name: string, text: string) => {
    const file = join(folder, `${name}.yaml`);
    const db = join(folder, `${name}.db`);
    writeFileSync(file, text);
    const summary = await sweep(await openWithPlugins(file), { db, workers: 1 });
    const store = Store.read(db);
    try {
      const points = [...store.points()].map((point) => ({ ...point, result: store.result(point.id) }));
      return { db, summary, points, tested: [...testedPoints(store).values()], models: [...storedModels(store).values()] };
    } finally {
      store.close();
    }
  };

  test("two places of data give two networks, each learnt from and judged by its own, also on the test set; the same command continues", {
    tags: ["long"],
  }, async () => {
    const text = search("", "{ sweep: [A, B] }");
    const { db, points, tested, models } = await swept("places", text);
    const keys = points.map(({ result }) => result?.provenance.modelHash ?? "");
    expect(new Set(keys).size).toBe(2);
    const folderOf = new ModelFolder(modelsBeside(db));
    for (const key of keys) expect(folderOf.read(key)?.record).toMatchObject({ test: { accuracy: expect.closeTo(1, 1) } });
    for (const { result } of points) expect(result?.metrics.accuracy_percent).toBeGreaterThan(80);
    expect(models).toHaveLength(2);
    expect(tested.length).toBeGreaterThan(0);
    for (const { metrics } of tested) expect(metrics.accuracy_percent).toBeGreaterThan(80);
    const again = await swept("places", text);
    expect(again.points).toEqual(points);
  });

  for (const [some, options] of usualAndLong(
    [
      [
        "a theta that silences every spike",
        ", theta: { sweep: [1, 3] }, spike_bits: { sweep: [6, 3] }",
        "",
        3,
        1,
        /theta 3 silences every 3-bit/,
      ],
      [
        "a cell without spikes on a grid",
        ", cell: { sweep: [rec-v2, gru] }, chip_epochs: { sweep: [0, 1] }",
        "",
        3,
        1,
        /gru is not among them/,
      ],
      [
        "zeros among signs",
        ", chip_epochs: 1, zero_share: { sweep: [0, 0.5] }",
        "precision: { weight_bits: { sweep: [1, 4] } }\n",
        3,
        1,
        /weights of 1 bit are signs/,
      ],
    ] as const,
    ([what]) => what.startsWith("a theta"),
  ))
    test.each(some)(
      "%s is an infeasible point, and the other points are done",
      options,
      async (name, training, more, done, infeasible, reason) => {
        const { summary, points } = await swept(name.replaceAll(" ", "-"), search(`, epochs: 1${training}`, "A", more));
        expect([summary.done, summary.infeasible, summary.failed]).toEqual([done, infeasible, 0]);
        const refused = points.filter(({ state }) => state === "infeasible");
        for (const point of refused) expect([point.code, point.reason]).toEqual(["REFUSED", expect.stringMatching(reason)]);
      },
    );
});
