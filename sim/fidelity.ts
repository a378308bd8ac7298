/**
 * Data fidelity: the same point on fewer of its timed utterances. The functional run is made once. The part that fewer
 * utterances need is cut out of it, and equals bit for bit a run of those alone.
 */
import type { Experiment, ModelNetwork, SampleSet, SpikeTrace } from "../arch/index.js";
import { selectUtterances } from "./evaluate.js";
import type { Functional } from "./functional/index.js";
import { inputKey, traceKey } from "./functional/index.js";
import { functionalKey } from "./functional-key.js";
import { inputOf, runnableOf } from "./model.js";
import { keyOnChip } from "./run-on-chip.js";

/**
 * Functional run with fewer timed utterances, as `prepareFunctional` gives it, cut out of a run with more. Draws with
 * one seed are nested, so the fewer are among the more. `whole`: the run of the same model, precision and samples with
 * at least as many timed utterances.
 */
export function fewerTimed(experiment: Experiment, network: ModelNetwork, samples: SampleSet, whole: Functional): Functional {
  const { utterances, timed } = selectUtterances(experiment.workload, samples.frameStart.length - 1);
  const timedUtterances = timed.map((position) => utterances[position]);
  const kept = Array.from(timedUtterances, (utterance) => {
    const at = whole.timedUtterances.indexOf(utterance);
    if (at < 0) throw new Error(`utterance ${utterance} is not among the timed ones of the larger run`);
    return at;
  });
  const { key: alone } = runnableOf(experiment, network, samples);
  const isAlone = whole.placedBy === whole.trace;
  const key = traceKey(isAlone ? alone : keyOnChip(alone, experiment), inputKey(samples, inputOf(experiment)), utterances, timed);
  const trace = selectedTrace(whole.trace, kept, key);
  return {
    ...whole,
    key: functionalKey(experiment, whole.modelHash, whole.dataHash),
    trace,
    placedBy: isAlone ? trace : whole.placedBy,
    timedUtterances,
  };
}

/** The utterances of a trace at these positions, in this order. */
export function selectedTrace(
  { topology, stepStart, eventStart, neuron, payload }: SpikeTrace,
  kept: readonly number[],
  key: string,
): SpikeTrace {
  const populations = topology.populations.length;
  const steps = kept.reduce((sum, u) => sum + stepStart[u + 1] - stepStart[u], 0);
  const firstEvent = (u: number): number => eventStart[stepStart[u] * populations];
  const events = kept.reduce((sum, u) => sum + firstEvent(u + 1) - firstEvent(u), 0);
  const selected = {
    stepStart: new Uint32Array(kept.length + 1),
    eventStart: new Uint32Array(steps * populations + 1),
    neuron: neuron instanceof Uint16Array ? new Uint16Array(events) : new Uint32Array(events),
    payload: new Int16Array(events),
  };
  let [step, event] = [0, 0];
  kept.forEach((u, i) => {
    const [from, to] = [firstEvent(u), firstEvent(u + 1)];
    for (let g = stepStart[u] * populations; g < stepStart[u + 1] * populations; g++)
      selected.eventStart[step * populations + g - stepStart[u] * populations] = event + eventStart[g] - from;
    selected.neuron.set(neuron.subarray(from, to), event);
    selected.payload.set(payload.subarray(from, to), event);
    step += stepStart[u + 1] - stepStart[u];
    event += to - from;
    selected.stepStart[i + 1] = step;
  });
  selected.eventStart[steps * populations] = event;
  return { topology, ...selected, key };
}
