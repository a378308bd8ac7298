/**
 * What an imported network did, in the form that a design point is evaluated from: trace and operation counts of one run, no accuracy
 * (a NIR file has no labels). Binary spikes cost an addition a weight they meet, others a multiplication.
 */
import { type SpikeTrace, sha256, type Topology } from "../../../arch/index.js";
import type { Functional } from "../../evaluate.js";
import type { OperationCounts } from "../../result.js";
import type { NirRun } from "./engine.js";
import type { ImportedNir } from "./import.js";
import { nirTrace } from "./topology.js";

/** One utterance, timed. `run` must have recorded every population of `topology`. */
export function nirFunctional(
  imported: ImportedNir,
  topology: Topology,
  inputs: ReadonlyMap<string, Float64Array>,
  run: NirRun,
): Functional {
  const trace = nirTrace(imported, topology, inputs, run);
  return {
    key: trace.key,
    correct: 0,
    scored: 0,
    operations: countOperations(trace, run.steps),
    trace,
    timedUtterances: Uint32Array.of(0),
    modelHash: sha256(JSON.stringify(imported.report)),
    dataHash: trace.key,
  };
}

type Row = OperationCounts["layers"][number];

function countOperations(trace: SpikeTrace, steps: number): OperationCounts {
  const { populations, projections } = trace.topology;
  const none = { macs: 0, acs: 0, effective: 0, bitSerialAcs: 0, elementMultiplies: 0, elementAdds: 0, lutReads: 0, denseEquivalent: 0 };
  const eventsOf = function* (p: number): Generator<number> {
    for (let step = 0; step < steps; step++) {
      const group = step * populations.length + p;
      for (let e = trace.eventStart[group]; e < trace.eventStart[group + 1]; e++) yield e;
    }
  };
  const layers = populations.flatMap(({ name, neurons, update }, p): Row[] => {
    const spikes = [...eventsOf(p)].length;
    const density = steps === 0 ? 0 : spikes / (neurons * steps);
    const updates = neurons * steps;
    const own: Row = {
      ...none,
      name,
      spikes,
      density,
      elementMultiplies: update.multiplies * updates,
      elementAdds: update.additions * updates,
      lutReads: update.lutReads * updates,
    };
    const out = projections
      .filter((projection) => projection.source === p)
      .map(({ target, sparse }): Row => {
        const to = populations[target];
        const fanOut = (n: number): number =>
          sparse === null ? to.neurons * to.accumulators : sparse.rowStart[n + 1] - sparse.rowStart[n];
        let [macs, acs, bitSerialAcs] = [0, 0, 0];
        for (const e of eventsOf(p)) {
          const size = Math.abs(trace.payload[e]);
          const met = fanOut(trace.neuron[e]);
          if (size === 1) acs += met;
          else macs += met;
          for (let bit = 1; bit <= size; bit *= 2) if ((size & bit) !== 0) bitSerialAcs += met;
        }
        const synapses = sparse === null ? neurons * to.neurons * to.accumulators : sparse.targets.length;
        return {
          ...none,
          name: `${name} -> ${to.name}`,
          spikes,
          density,
          macs,
          acs,
          effective: macs + acs,
          bitSerialAcs,
          denseEquivalent: synapses * steps,
        };
      });
    return [own, ...out];
  });
  return { frames: steps, utterances: 1, layers, accumulatorOverflows: 0, stateSaturations: 0 };
}
