/**
 * Cycles and energy of the changed chips that an explanation tries. Each is mapped anew, checked and run as a point of
 * its own, so that a gain is what a user gets who types the change. Refused are chips that cannot be built (whose clock
 * is too fast for the changed blocks, or which are too large for their FPGA), on which the network does not fit, and
 * which take longer than the time between two inferences.
 * Not modelled: other spikes, on a chip whose time feeds back.
 */
import type { Chip, Precision, SpikeTrace } from "../../arch/index.js";
import { unlessInfeasible } from "../../base/errors.js";
import { runTiming, type TimingRun } from "../board/index.js";
import { demandBuildable, demandRunnable } from "../buildable.js";
import { price } from "../energy.js";
import type { Placement } from "../mapping/index.js";
import { needsOn } from "../needs.js";
import { demandRest, type Rest } from "../rest.js";
import type { Rebuild } from "./changes.js";

/** Number of utterances on which a search measures. */
const SEARCH_UTTERANCES = 2;

/** A run, and what its explanation keeps when it changes the chip. */
export interface Explained {
  readonly chip: Chip;
  readonly placement: Placement;
  readonly precision: Precision;
  readonly trace: SpikeTrace;
  /** null: only inferences are priced. */
  readonly rest: Rest | null;
  readonly run: TimingRun;
  readonly rebuild: Rebuild;
  /** The placement of the network on another chip. */
  readonly place: (chip: Chip) => Placement;
  /** Called after each changed chip that was simulated. */
  readonly onTried: () => void;
}

interface Measured {
  readonly latency: number;
  /** null: unknown. */
  readonly energy: number | null;
}

/** Cycles and energy of a chip; null: it is refused. A chip is placed once, and run once on the same spikes. */
export interface ChangedPoints {
  /** On all utterances. */
  readonly all: (chip: Chip) => Measured | null;
  /** On the first ones. */
  readonly first: (chip: Chip) => Measured | null;
}

/** @throws InfeasibleError if an inference takes longer than the time between two */
export function measured(
  { precision, trace, rest }: Pick<Explained, "precision" | "trace" | "rest">,
  chip: Chip,
  run: TimingRun,
): Measured {
  const longestCycles = run.latencyCycles.reduce((longest, cycles) => Math.max(longest, cycles), 0);
  demandRest(rest, longestCycles / chip.technology.clockMhz);
  return { latency: run.total.cycles, energy: price(chip, precision, trace.topology, run.total, rest).totalPj };
}

/** `run` once for each chip; null: it is refused. */
function onceEach<T>(run: (chip: Chip) => T): (chip: Chip) => T | null {
  const made = new Map<Chip, T | null>();
  return (chip) => {
    const known = made.get(chip);
    if (known !== undefined) return known;
    const found = unlessInfeasible(() => run(chip));
    made.set(chip, found);
    return found;
  };
}

export function changedPoints(explained: Explained): ChangedPoints {
  const { chip: described, placement, precision, trace, place, onTried } = explained;
  const placed = onceEach((chip) => {
    if (chip === described) return placement;
    demandBuildable(chip, precision, needsOn(chip, precision, trace.topology));
    const made = place(chip);
    demandRunnable(chip, precision, trace.topology, made);
    return made;
  });
  const on = (spikes: SpikeTrace): ChangedPoints["all"] =>
    onceEach((chip) => {
      const made = placed(chip);
      if (made === null) return null;
      const found = measured(explained, chip, runTiming(chip, made, precision, spikes));
      if (chip !== described) onTried();
      return found;
    });
  const all = on(trace);
  const few = trace.stepStart.slice(0, SEARCH_UTTERANCES + 1);
  return { all, first: few.length === trace.stepStart.length ? all : on({ ...trace, stepStart: few }) };
}
