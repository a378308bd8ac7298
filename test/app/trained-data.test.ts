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

/** Three classes, each with a high input; place B names the classes in another order. */
const PLUGIN = `export const apiVersion = 1;
export default ({ createRng }) => ({
  datasets: {
    peaks: {
      about: "a high input per class",
      read: (path, split) => {
        const shift = path.endsWith("B") ? 1 : 0;
        const [samples, frames, inputs] = [60, 4, 4];
        const rng = createRng(1, "peaks/" + split);
        const labels = Int32Array.from({ length: samples }, () => rng.int(0, 2));
        const features = new Float32Array(samples * frames * inputs);
        for (let at = 0; at < features.length; at++)
          features[at] = 0.1 * rng.normal() + ((labels[Math.floor(at / inputs / frames)] + shift) % 3 === at % inputs ? 1 : 0);
        const frameStart = Uint32Array.from({ length: samples + 1 }, (_, s) => s * frames);
        return { inputs, classes: 3, task: "sequence", features, frameStart, labels };
      },
    },
  },
});
`;
const BASE = `version: 1
data: { set: peaks }
network: { system: rec-v2, neurons: [8] }
quantiser: { bits: 6, theta: 1 }
training: { epochs: 6, batch: 8, learning_rate: { schedule: cosine, peak: 0.05 } }
`;
const search = (training: string, path: string, more = ""): string => `version: 1
plugins: [./peaks.mjs]
training: { base: base.yaml${training} }
workload: { dataset: peaks, path: ${path}, split: validation, samples: 20, timing_samples: 1 }
${more}sweep: { objectives: { accuracy_percent: max, energy_uj_per_inference: min }, sampler: { name: grid } }
`;

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

  test.each([
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
  ])("%s is an infeasible point, and the other points are done", async (name, training, more, done, infeasible, reason) => {
    const { summary, points } = await swept(name.replaceAll(" ", "-"), search(`, epochs: 1${training}`, "A", more));
    expect([summary.done, summary.infeasible, summary.failed]).toEqual([done, infeasible, 0]);
    const refused = points.filter(({ state }) => state === "infeasible");
    for (const point of refused) expect([point.code, point.reason]).toEqual(["REFUSED", expect.stringMatching(reason)]);
  });
});
