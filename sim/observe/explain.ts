/**
 * Why a run takes its time: the critical core and unit of each wave, where the cycles of the busiest core go, and what
 * single changes of the chip would gain, each mapped and simulated as a point of its own (changed-points.ts).
 */

import { portEnd } from "../../arch/index.js";
import type { Recorder } from "../board/index.js";
import { CORE_COUNTERS, type CoreCounter, coreColumn, coreSum } from "../counters.js";
import { busiestDieShare } from "../die-links.js";
import { type Binding, bindingOf, CYCLES } from "./binding.js";
import { type ChangedPoints, changedPoints, type Explained, measured } from "./changed-points.js";
import { singleChanges } from "./changes.js";
import { type GroupBounds, groupBounds, groupLimit } from "./group-limits.js";
import { type NextSteps, nextSteps, over } from "./next-steps.js";

interface CriticalWave {
  readonly utterance: number;
  readonly wave: number;
  readonly cycles: number;
  /** The core that finishes last, and its unit that does so; null for a wave without work, or if the port is last. */
  readonly core: number | null;
  readonly unit: Finisher;
}

/** A unit of a core, or the port. */
export type Finisher = "soma" | "synapse" | "port";

interface Gain {
  /** Path of the description and its new value. */
  readonly path: string;
  readonly from: number | string;
  readonly to: number | string;
  /** New value / old value. */
  readonly latencyRatio: number;
  /** null: the energy is unknown. */
  readonly energyRatio: number | null;
}

/** A core that works. */
interface WorkingCore {
  readonly core: number;
  /** Shares of all cycles, by counter, largest first. */
  readonly shares: readonly { readonly counter: CoreCounter; readonly share: number }[];
  /** null: it has no rows. */
  readonly group: GroupBounds | null;
}

/** What decides the time of a run, and what changes of the chip would gain. */
export interface Explanation {
  /** Which core and unit finish each wave last. */
  readonly waves: readonly CriticalWave[];
  /** By core and unit: number of waves in which it was last, largest first. */
  readonly critical: readonly { readonly core: number | null; readonly unit: Finisher; readonly waves: number }[];
  /** By core; first the core that is critical most often. */
  readonly cores: readonly WorkingCore[];
  /** The binding resource, as an estimate has it (`bindingOf`); not always one of the core that finishes last. */
  readonly bottleneck: Binding | null;
  /** Share of all cycles that barriers take, 0 to 1. */
  readonly barrierShare: number;
  /**
   * Shares of all cycles in which packets pass the host link, and in which a packet waits for the port's queue; null:
   * the chip has no port.
   */
  readonly port: { readonly busyShare: number; readonly stallShare: number } | null;
  /** Share of the run's messages that input queues have lost; 0 if none was sent. */
  readonly lostShare: number;
  /** Best first, by latency. */
  readonly gains: readonly Gain[];
  /** What another tenth of speed, and of energy, needs. */
  readonly next: readonly NextSteps[];
}

/** The core and unit that finish each wave of a recording last; `port`: the port's number in it. */
export function criticalWaves(recorder: Recorder, port: number | null = null): CriticalWave[] {
  const waves: CriticalWave[] = [];
  let start = 0;
  let lastAt = 0;
  let core: number | null = null;
  let unit: CriticalWave["unit"] = "soma";
  for (const event of recorder.recorded()) {
    if (event.kind === "wave") {
      start = event.cycle;
      lastAt = start;
      core = null;
      unit = "soma";
    } else if (event.kind === "coreDone") {
      // a unit without work reports the wave's start, or the drain of an earlier wave
      if (event.cycle > lastAt)
        [lastAt, core, unit] = event.core === port ? [event.cycle, null, "port"] : [event.cycle, event.core, "soma"];
      if (event.a > lastAt) [lastAt, core, unit] = [event.a, event.core, "synapse"];
    } else if (event.kind === "worked") {
      waves.push({ utterance: event.a, wave: event.b, cycles: event.cycle - start, core, unit });
    }
  }
  return waves;
}

/** Each single change with which the chip can be built, and the network fits and runs. */
function gainsOf(explained: Explained, points: ChangedPoints): Gain[] {
  const { chip, run, rebuild } = explained;
  const before = measured(explained, chip, run);
  const gains = singleChanges({ chip, values: {} }, rebuild).flatMap(({ path, from, to, chip: other }): Gain[] => {
    const after = points.all(other);
    if (after === null) return [];
    return [{ path, from, to, latencyRatio: after.latency / before.latency, energyRatio: over(after.energy, before.energy) }];
  });
  return gains.sort((a, b) => a.latencyRatio - b.latencyRatio || (a.energyRatio ?? 0) - (b.energyRatio ?? 0));
}

/** `recorder`: of the run. */
export function explain(explained: Explained, recorder: Recorder): Explanation {
  const { chip, placement, precision, trace, run } = explained;
  const waves = criticalWaves(recorder, chip.port === null ? null : portEnd(chip));
  const tally = new Map<string, { core: number | null; unit: Finisher; waves: number }>();
  for (const { core, unit } of waves) {
    if (core === null && unit !== "port") continue;
    const entry = tally.get(`${core}/${unit}`) ?? { core, unit, waves: 0 };
    entry.waves++;
    tally.set(`${core}/${unit}`, entry);
  }
  const critical = [...tally.values()].sort((a, b) => b.waves - a.waves || (a.core ?? -1) - (b.core ?? -1));
  const first = critical.find(({ core }) => core !== null);
  const busiest = first?.core ?? placement.usedCores[0];
  const { cycles, port } = run.total;
  const share = (core: number, counter: CoreCounter): number => run.total.cores[core * CORE_COUNTERS.length + coreColumn[counter]] / cycles;
  const boundsAt = groupBounds(chip, placement, precision, trace);
  const working = (core: number): WorkingCore => ({
    core,
    shares: CORE_COUNTERS.filter((counter) => counter in CYCLES)
      .map((counter) => ({ counter, share: share(core, counter) }))
      .sort((a, b) => b.share - a.share),
    group: boundsAt(core),
  });
  const { energy } = measured(explained, chip, run);
  const points = changedPoints(explained);
  const [taken, lost] = [coreSum(run.total, "spikes_received"), run.droppedMessages.reduce((sum, count) => sum + count, 0)];
  // less energy is a goal only if it is known, and there is some
  const goals: readonly NextSteps["goal"][] = energy === null || energy === 0 ? ["latency"] : ["latency", "energy"];
  return {
    waves,
    critical,
    cores: [busiest, ...placement.usedCores.filter((core) => core !== busiest)].map(working),
    bottleneck: bindingOf(run.total, busiestDieShare(chip, run.total), chip.tick, (core) => groupLimit(boundsAt(core))),
    barrierShare: run.total.barrierCycles / run.total.cycles,
    port: port === null ? null : { busyShare: port.busyCycles / cycles, stallShare: port.stallCycles / cycles },
    lostShare: lost === 0 ? 0 : lost / (taken + lost),
    gains: gainsOf(explained, points),
    next: goals.map((goal) => nextSteps(explained, points, goal)),
  };
}
