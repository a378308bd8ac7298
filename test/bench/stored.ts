/**
 * 100,000 stored points of `arch/examples/edge.yaml`: what `pareto`, `show` and the start of a finished sweep take, and
 * `check` of the same description. The points are drawn by seed and their metrics random; several hundred are on the
 * front.
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArch } from "../../arch/index.js";
import type { Json } from "../../base/hash.js";
import { packageRoot } from "../../base/package-root.js";
import { createRng } from "../../base/rng.js";
import { canonicalValues, createSampler, Space, Store, studyRecord } from "../../sweeps/index.js";
import { isBuilt } from "../cli/small-sweep.js";
import { COUNTERS, resultOf, setupOf } from "../sweeps/fake-study.js";
import { commandRows } from "./harness/meter.js";
import { benchmark } from "./harness/program.js";

const POINTS = 100_000;
const edge = join(packageRoot(), "arch/examples/edge.yaml");

/** Leaves `stored.yaml` and `stored.db`. */
function fill(folder: string): void {
  const text = `version: 1\nextends: ${edge}\nsweep:\n  objectives: { accuracy_percent: max, energy_uj_per_inference: min, latency_us: min, area_mm2: min }\n  parameters: [{ path: noc.header_bits, range: [8, 64] }, { path: noc.vc_buffer_flits, range: [1, 64] }, { path: barrier.base_cycles, range: [0, 60] }]\n  sampler: { name: random, budget: ${POINTS} }\n`;
  writeFileSync(join(folder, "stored.yaml"), text);
  const { sweep, document } = parseArch(text, join(folder, "stored.yaml"));
  if (sweep === null) throw new Error("no sweep");
  const space = new Space(sweep.parameters);
  const store = Store.open(join(folder, "stored.db"));
  store.begin(studyRecord({ ...setupOf(sweep, document), name: "stored" }), 1, {});
  store.describe(space.names);
  store.setReference([80, 2, 1000, 2]);
  const rng = createRng(3, "bench stored");
  const sampler = createSampler(sweep, space);
  const seen = new Set<string>();
  while (seen.size < POINTS) {
    const values = sampler.ask().map((position) => space.decode(position));
    store.transaction(() => {
      for (const value of values) {
        const name = canonicalValues(value);
        if (seen.has(name) || seen.size === POINTS) continue;
        seen.add(name);
        const point = { id: seen.size, key: seen.size.toString(16).padStart(64, "0"), values: value, fidelity: 1 };
        store.insert(point, space.byPath(value) as Json);
        const [a, b, c] = [rng.float(), rng.float(), rng.float()];
        const metrics = {
          accuracy_percent: 90 + 9 * a,
          energy_uj_per_inference: 0.3 + (1 - a) * (1 - b) + 0.3 * rng.float(),
          latency_us: 20 + 500 * b * b + 100 * c,
          area_mm2: 0.05 + 0.5 * c + 0.2 * (1 - b),
        };
        store.finish(point, resultOf(metrics), COUNTERS, 0, 30);
      }
    });
  }
  store.end("finished", "budget");
  store.close();
}

await benchmark(import.meta.url, async () => {
  if (!isBuilt) throw new Error("the program is not built: npm run build");
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-bench-"));
  fill(folder);
  const database = join(folder, "stored.db");
  console.log(`${POINTS.toLocaleString("en-US")} points, ${(statSync(database).size / 2 ** 20).toFixed(0)} MiB`);
  const pareto = { cpuMs: null, wallMs: 2000, memoryMib: 300 };
  const rows = [
    ...(await commandRows("pareto", ["pareto", database], pareto, 3)),
    ...(await commandRows("pareto --where --format csv", ["pareto", database, "--where", "area_mm2 < 0.4", "--format", "csv"], pareto, 3)),
    ...(await commandRows("check", ["check", join(folder, "stored.yaml")], { cpuMs: null, wallMs: 1000, memoryMib: 300 }, 3)),
    ...(await commandRows("show", ["show", database, "77"], { cpuMs: null, wallMs: null, memoryMib: null }, 3)),
  ];
  rmSync(folder, { recursive: true });
  return rows;
});
