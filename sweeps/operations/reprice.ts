/**
 * New prices over stored counts: energy metrics of every finished point without simulating again. Time and area stay; the spread of energy
 * over utterances is unknown afterwards (counts are kept as totals).
 */
import type { Experiment, Topology } from "../../arch/index.js";
import { type BreakdownRow, price } from "../../sim/index.js";
import type { Metrics } from "../objectives.js";
import type { PointValues } from "../space.js";
import type { Store } from "../store/sqlite.js";

export interface Repriced {
  readonly id: number;
  readonly key: string;
  readonly values: PointValues;
  readonly before: Metrics;
  readonly after: Metrics;
  /** Energy rows under the new prices; area rows as stored. */
  readonly breakdown: readonly BreakdownRow[];
}

/** `experimentOf` gives a point's experiment with the new prices in its chip; `topologyOf` its network's shape. */
export function* reprice(
  store: Store,
  experimentOf: (values: PointValues) => Experiment,
  topologyOf: (experiment: Experiment) => Topology,
): Generator<Repriced> {
  store.demandSound();
  for (const { id, key, values, metrics } of [...store.points("p.state = 'done'")]) {
    const [result, counters] = [store.result(id), store.counters(id)];
    if (metrics === null || result === null || counters === null) continue;
    const experiment = experimentOf(values);
    const { rows, totalPj } = price(experiment.chip, experiment.precision, topologyOf(experiment), counters);
    const energy = totalPj * 1e-6;
    const old = result.metrics.energy_uj_per_inference;
    const scaled = (value: number | null): number | null => (value === null || old === null || old === 0 ? null : (value * energy) / old);
    const { power_mw, edp_nj_s, energy_pj_per_synaptic_operation } = result.metrics;
    const after: Metrics = {
      ...result.metrics,
      energy_uj_per_inference: energy,
      energy_std_uj: null,
      power_mw: scaled(power_mw),
      edp_nj_s: scaled(edp_nj_s),
      energy_pj_per_synaptic_operation: scaled(energy_pj_per_synaptic_operation),
    };
    yield { id, key, values, before: metrics, after, breakdown: [...rows, ...result.breakdown.filter((row) => row.group === "area")] };
  }
}
