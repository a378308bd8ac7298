/** The dashboard writes the figure of a study of one objective, whatever its own axes show. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { open, sweep } from "../../app/index.js";
import { writeFront } from "../../app/pareto.js";

const folder = mkdtempSync(join(tmpdir(), "one-objective-"));
const before = process.cwd();
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

test("a figure of one objective is written over the points' numbers, and names the axes that are no objective", async () => {
  const described = open({
    version: 1,
    extends: "mesh-2x2",
    network: { model: "mnist-rows-lif" },
    workload: { dataset: "mnist-rows", samples: 2, timing_samples: 1 },
    tile: { core: { lanes: { sweep: [4, 8] } } },
    sweep: { objectives: { energy_uj_per_inference: "min" }, sampler: { name: "grid", budget: 2 } },
  });
  const db = join(folder, "one.db");
  await sweep(described, { db, workers: 1 });
  process.chdir(folder);
  const energy = "energy_uj_per_inference";
  for (const [x, y, others] of [
    [energy, "lanes", ["lanes"]],
    ["lanes", energy, ["lanes"]],
    [energy, energy, []],
  ] as const) {
    const written = await writeFront(db, "svg", { x, y });
    expect(written).toMatchObject({ file: "one-front.svg", others });
    expect(readFileSync(written.file, "utf8")).toContain("number of the point");
  }
});
