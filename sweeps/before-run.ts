/**
 * What is decided before a point is trained or run: constraints over parameters and over the chip's size. If the
 * point's network does not exist yet, also whether the chip can hold a network of that shape, so that no epoch is spent
 * on a network that the chip refuses.
 */
import { type AnyExperiment, areaOf, type CoreNeeds, type Experiment, fpgaUse, ofKind } from "../arch/index.js";
import { fpgaMetrics, needsBefore, needsOn, refusedBefore } from "../sim/index.js";
import type { Engine } from "./engine/engine.js";
import type { Metrics, Objectives } from "./objectives.js";
import type { PointValues } from "./space.js";

interface BeforeRun {
  /** How far the constraints that can be decided before the run are broken. */
  readonly violation: number;
  /** Texts of the constraints that do not hold. */
  readonly broken: readonly string[];
  /** Why the chip cannot hold the network; null: nothing is known against it. */
  readonly refused: { readonly code: string; readonly reason: string } | null;
}

/** @param experiment null: the description refuses the values, or nothing but the values decides */
export async function beforeRun(
  values: PointValues,
  experiment: AnyExperiment | null,
  objectives: Objectives,
  engine: Pick<Engine, "topology">,
): Promise<BeforeRun> {
  const { ends, refused } =
    experiment === null
      ? NOTHING
      : await ofKind<Promise<Known>>(experiment, {
          board: (board) => knownOf(board, objectives.needsChip, engine),
          coupled: async () => NOTHING,
        });
  const found = ends.map((metrics) => objectives.checkBefore(values, metrics));
  const [least, ...others] = found.sort((a, b) => a.violation - b.violation);
  const broken = least.broken.filter((text) => others.every((other) => other.broken.includes(text)));
  return { violation: broken.length === 0 ? 0 : least.violation, broken, refused };
}

interface Known {
  /** Metrics at the ends of what training may make of the network; a constraint must be broken at all of them. */
  readonly ends: readonly [Metrics, ...Metrics[]];
  readonly refused: BeforeRun["refused"];
}

const NOTHING: Known = { ends: [{}], refused: null };

/** Checks only a network that must still be trained: one that exists is checked at low cost by its run. */
async function knownOf(experiment: Experiment, needsChip: boolean, engine: Pick<Engine, "topology">): Promise<Known> {
  const isUnmade = experiment.network.training !== null;
  if (!needsChip && !isUnmade) return NOTHING;
  const topology = await engine.topology(experiment);
  const { chip, precision } = experiment;
  const refusal = isUnmade ? refusedBefore(experiment, topology) : null;
  const refused = refusal === null ? null : { code: refusal.code, reason: refusal.message };
  if (!needsChip) return { ends: [{}], refused };
  const metricsAt = (needs: CoreNeeds): Metrics => ({
    area_mm2: areaOf(chip, precision, needs).totalMm2,
    ...fpgaMetrics(fpgaUse(chip, precision, needs)),
  });
  const [first, ...more] = isUnmade ? needsBefore(chip, precision, topology) : ([needsOn(chip, precision, topology)] as const);
  return { ends: [metricsAt(first), ...more.map(metricsAt)], refused };
}
