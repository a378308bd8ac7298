/**
 * Loihi's dynamic energy of a nearest-neighbour query: a slice of the pattern neurons runs a query step by step with
 * the published energies per action; the result is scaled to all 76,800 patterns.
 *
 * The number of input spikes per query is not in our sources; it is chosen so that this number fits (calibrated). The
 * only check is that it lies in the range of a few hundred dimensions.
 */

import { importSanafe, runSanafe } from "../../sanafe/index.js";
import { type PublishedRow, publishedValue } from "./row.js";

const PATTERNS = 76_800;
const STEPS = 60;
const SLICE_PATTERNS = 64;
export const QUERY_SPIKES = 520;

/** Dynamic energy of one query over all patterns, mJ. `architecture`: text of the slice's description. */
export function loihiQueryMj(architecture: { file: string; text: string }, querySpikes: number): number {
  const lines = [`g ${querySpikes} soma_hw_name=query`, `g ${SLICE_PATTERNS} soma_hw_name=lif threshold=1000000`];
  for (let i = 0; i < querySpikes; i++) {
    // latency code over the query's steps: one spike per input
    const at = Math.floor((i * STEPS) / querySpikes);
    lines.push(`n 0.${i} spikes=[${"0,".repeat(at)}1]`);
    for (let p = 0; p < SLICE_PATTERNS; p++) lines.push(`e 0.${i}->1.${p} w=1`);
  }
  lines.push(`& 0.0..${querySpikes - 1}@0.0`, `& 1.0..${SLICE_PATTERNS - 1}@1.0`);
  const { bound } = importSanafe(architecture, { file: "query.net", text: lines.join("\n") });
  const run = runSanafe(bound, STEPS, 1);
  return (run.totals.energy_j.total * 1e3 * PATTERNS) / SLICE_PATTERNS;
}

export function loihiRows(architecture: { file: string; text: string }): PublishedRow[] {
  const published = publishedValue("Loihi (32-chip board)", "dynamic neuromorphic-core energy per query");
  return [
    {
      ...{
        chip: "Loihi",
        kind: "energy",
        evidence: "silicon",
        quantity: `nearest-neighbour query (${published.conditions}; ${QUERY_SPIKES} input spikes)`,
        unit: published.unit,
      },
      ...{ published: published.value, model: loihiQueryMj(architecture, QUERY_SPIKES) },
      ...{ tolerance: { percent: 20 }, silicon: null, basis: "calibrated", source: published.source },
    },
  ];
}
