/**
 * Events of an invented but lawful study for tests of the view: costs follow from the parameters by simple formulas,
 * all by seed.
 */

import { limitsOf } from "../../../app/nouns.js";
import { ParetoArchive } from "../../../base/pareto.js";
import { createRng } from "../../../base/rng.js";
import type { DashboardEvent } from "../../../cli/dashboard/events.js";

export const SCRIPTED_METRICS = [
  { name: "accuracy_percent", unit: "%" },
  { name: "energy_uj_per_inference", unit: "uJ" },
  { name: "latency_us", unit: "us" },
  { name: "area_mm2", unit: "mm2" },
  { name: "power_mw", unit: "mW" },
] as const;

export const SCRIPTED_OPENING: readonly DashboardEvent[] = [
  {
    type: "opened",
    study: {
      file: "scripted.yaml",
      database: "scripted.db",
      study: "7f3c1a2b",
      seed: 42,
      revision: "9e2b4d1*",
      limits: limitsOf(["area_mm2 <= 4"], []),
      paths: { lanes: "tile.core.lanes", weight_bits: "precision.weight_bits", clock_mhz: "chip.clock_mhz" },
      types: { lanes: "number", weight_bits: "number", clock_mhz: "number" },
      metrics: SCRIPTED_METRICS,
      readOnly: false,
    },
  },
  {
    type: "started",
    name: "scripted",
    sampler: "nsga2",
    objectives: [
      { metric: "accuracy_percent", direction: "max" },
      { metric: "energy_uj_per_inference", direction: "min" },
    ],
    parameters: ["lanes", "weight_bits", "clock_mhz"],
    total: 200,
    workers: 2,
    stored: 0,
    earlierMs: 0,
    edition: 1,
  },
];

/** Yields the events of `count` points, one list a point: started, ended, and the front when it changed. */
export function* scriptedPoints(count: number, seed = 1): Generator<readonly DashboardEvent[]> {
  const rng = createRng(seed, "scripted-study");
  const archive = new ParetoArchive<number>();
  for (let id = 1; id <= count; id++) {
    const values = { lanes: 2 ** rng.int(0, 6), weight_bits: rng.int(1, 10), clock_mhz: rng.int(10, 400) };
    const key = `key${id}`;
    const events: DashboardEvent[] = [{ type: "point-started", id, key, values, attempt: 1 }];
    if (values.lanes === 64 && values.weight_bits > 8) {
      const reason = "core[0] synapse memory needs 81.0 KiB, has 64.0 KiB; set tile.core.synapse_memory.size_kib: 82";
      events.push({
        type: "point-failed",
        id,
        key,
        values,
        state: "infeasible",
        code: "MAP_SYNAPSE_MEMORY_FULL",
        reason,
        attempt: 1,
        stored: false,
      });
      yield events;
      continue;
    }
    const accuracy = 99 - 60 / 2 ** values.weight_bits - rng.float() * 0.3;
    const energy = 0.3 * values.weight_bits ** 1.3 * (1 + values.lanes / 40) * (1 + 20 / values.clock_mhz) * (0.9 + 0.2 * rng.float());
    const latency = 40000 / values.lanes / values.clock_mhz + 2;
    const area = 0.2 + values.lanes * 0.02 + values.weight_bits * 0.1;
    const metrics = {
      accuracy_percent: accuracy,
      energy_uj_per_inference: energy,
      latency_us: latency,
      area_mm2: area,
      power_mw: (energy / latency) * 1000,
    };
    events.push({ type: "point-done", id, key, values, metrics, violation: 0, durationMs: 120, stored: false });
    if (archive.add(id, [-accuracy, energy])) {
      const front = archive.front.map((member) => ({
        id: member.id,
        objectives: [-member.values[0], member.values[1]],
      }));
      const volume = front.reduce((sum, member) => sum + member.objectives[0] / 100, 0);
      events.push({ type: "front-changed", front, hypervolume: volume, reference: [35, 200] });
    }
    yield events;
  }
}
