/** One design point for SystemVerilog: the cores that hold neurons, their program, and the network in integers. */
import { byKind, type Core, type Experiment, type ModelNetwork, type SampleSet } from "../arch/index.js";
import { InvariantError } from "../base/errors.js";
import { type Functional, quantise, runOn } from "../sim/functional/index.js";
import { inputOf, integerGraphOf, type Replay, replay, runnableOf, selectUtterances } from "../sim/index.js";
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
  readonly functional: Pick<Functional, "trace" | "timedUtterances">;
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
 * Runs only the timed utterances of an experiment, maps the network for them, and times them. @throws InfeasibleError
 * if the network does not fit
 */
export function partsOf(experiment: Experiment, model: ModelNetwork, samples: SampleSet): PointParts {
  const { utterances, timed } = selectUtterances(experiment.workload, samples.frameStart.length - 1);
  const timedUtterances = timed.map((position) => utterances[position]);
  const options = { utterances: timedUtterances, traced: timed.map((_, position) => position), engine: "fast" } as const;
  const { trace } = runOn(runnableOf(experiment, model, samples), samples, options, inputOf(experiment));
  return { experiment, model, samples, functional: { trace, timedUtterances }, run: replay(experiment, trace) };
}

export interface RtlPoint extends PointParts {
  readonly network: RtlNetwork;
  /** Cores that hold neurons, in order. */
  readonly cores: readonly Core[];
  readonly program: Program;
  /** Steps of the longest timed utterance. */
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
  const { stepStart } = parts.functional.trace;
  return {
    ...parts,
    network: cellsIn(parts.experiment, parts.model, parts.samples),
    cores: placement.usedCores.map((id) => chip.cores[id]),
    program: buildProgram(chip, placement, precision),
    longestSteps: Math.max(...Array.from(stepStart.subarray(1), (end, u) => end - stepStart[u])),
  };
}
