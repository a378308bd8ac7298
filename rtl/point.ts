/** One design point for SystemVerilog: the cores that hold neurons, their program, and the network in integers. */
import { byKind, type Core, type Experiment, type ModelNetwork, type SampleSet, type SpikeTrace } from "../arch/index.js";
import { InvariantError } from "../base/errors.js";
import { demandSpikes, type Functional, quantise, runOn } from "../sim/functional/index.js";
import { inputOf, integerGraphOf, type Replay, replay, runnableOf, selectedTrace, selectUtterances } from "../sim/index.js";
import { buildProgram, type Program } from "../sim/program/index.js";
import type { RtlNetwork } from "./cells.js";
import { importedCells } from "./graph.js";
import type { Candidate } from "./rule.js";
import { trainedCells } from "./trained.js";

/** What a point is made from. */
export interface PointParts {
  readonly experiment: Experiment;
  readonly model: ModelNetwork;
  readonly samples: SampleSet;
  readonly functional: Pick<Functional, "trace" | "placedBy" | "timedUtterances">;
  readonly run: Replay;
}

/** The parts of a point that the rules of the subset examine. */
export const candidateOf = ({ experiment, model, samples, run: { placement } }: PointParts): Candidate => ({
  experiment,
  model,
  placement,
  samples,
});

/**
 * Runs only the timed utterances of an experiment, maps the network by their activity, and times the first `most` of
 * them: with fewer utterances, the chip is the same. @throws InfeasibleError if the network does not fit, or its states
 * are too narrow for spikes
 */
export function partsOf(whole: Experiment, model: ModelNetwork, samples: SampleSet, most: number | null = null): PointParts {
  const { utterances, timed } = selectUtterances(whole.workload, samples.frameStart.length - 1);
  const of = (positions: Uint32Array): Uint32Array => positions.map((position) => utterances[position]);
  const all = of(timed);
  const options = { utterances: all, traced: timed.map((_, position) => position) } as const;
  const runnable = runnableOf(whole, model, samples);
  demandSpikes(runnable);
  const { trace: placedBy } = runOn(runnable, samples, options, inputOf(whole));
  if (most === null) return { experiment: whole, model, samples, ...placed(whole, placedBy, placedBy, all) };
  const experiment = { ...whole, workload: { ...whole.workload, timingSamples: most } };
  // draws with one seed are nested
  const kept = of(selectUtterances(experiment.workload, samples.frameStart.length - 1).timed);
  const at = Array.from(kept, (utterance) => all.indexOf(utterance));
  const trace = selectedTrace(placedBy, at, `${placedBy.key} of ${at.join()}`);
  return { experiment, model, samples, ...placed(experiment, trace, placedBy, kept) };
}

const placed = (
  experiment: Experiment,
  trace: SpikeTrace,
  placedBy: SpikeTrace,
  timedUtterances: Uint32Array,
): Pick<PointParts, "functional" | "run"> => ({
  functional: { trace, placedBy, timedUtterances },
  run: replay(experiment, trace, placedBy),
});

export interface RtlPoint extends PointParts {
  readonly network: RtlNetwork;
  /** Cores that hold neurons, in order. */
  readonly cores: readonly Core[];
  readonly program: Program;
  /** Steps of the longest utterance that the point times, which may be none of the bench's. */
  readonly longestSteps: number;
}

/**
 * The network in the form of the library's cores. `samples`: null for trained cells. @throws InvariantError for an
 * imported network without samples
 */
export function cellsIn(experiment: Experiment, model: ModelNetwork, samples: SampleSet | null): RtlNetwork {
  return byKind<RtlNetwork>(model, {
    own: (network) => trainedCells(quantise(network, experiment.precision)),
    nir: (network) => {
      if (samples === null) throw new InvariantError("rtl point", null, "an imported network's integers were asked for without its input");
      return importedCells(integerGraphOf(experiment, network, samples));
    },
  });
}

/** The point of parts that have passed `subset.ts`. */
export function rtlPoint(parts: PointParts): RtlPoint {
  const { chip, precision } = parts.experiment;
  const { placement } = parts.run;
  const { stepStart } = parts.functional.placedBy;
  return {
    ...parts,
    network: cellsIn(parts.experiment, parts.model, parts.samples),
    cores: placement.usedCores.map((id) => chip.cores[id]),
    program: buildProgram(chip, placement, precision),
    longestSteps: Math.max(...Array.from(stepStart.subarray(1), (end, u) => end - stepStart[u])),
  };
}
