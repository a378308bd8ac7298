/**
 * Stages of the update unit of an imported network's neurons (`rtl/lib/integrate.sv`), as chains of operators between
 * registers: product of a sum | bias, rounding, shift | integration: what leaks leave, the sum that came, rest | spike
 * and reset. `pipeline_depth_cycles` joins stages if it is less than 4, and cuts none if it is more. The unit has both
 * leaks whether or not a neuron has them. On an FPGA, where a chip is what the library emits, the longest stage limits
 * the clock; on silicon, where a description may be of another unit, it is warned of (`clock-margin.ts`).
 * Not modelled here: neurons that the library has not (Lava's, sigma-delta): their network counts as any other.
 */
import { operatorDelayNs } from "./arithmetic.js";
import type { Technology } from "./chip.js";
import { builtWidths } from "./components.js";
import type { CoreNeeds } from "./core-needs.js";
import type { Precision } from "./precision.js";

/** An operator and the width that it works at: of the wider operand; of a clamp, the bits that are cut off, and one. */
export interface Step {
  readonly kind: "product" | "sum" | "clamp" | "choice" | "shift";
  readonly bits: number;
}

/** Name of the clock limit by the longest stage. */
export const INTEGRATION = "integration";

/** Stages that differ: more are empty. */
const DEEPEST = 4;

/**
 * Operators between two registers, in their order, of the sum's way and of the states', which meet in the integration;
 * none: the unit integrates no imported neuron.
 */
function integrationStages(precision: Precision, needs: CoreNeeds, depthCycles: number): readonly (readonly Step[])[] {
  if (!needs.unit.integrates) return [];
  const { accumulatorBits, multiplierBits, productBits, biasBits, stateBits, factorBits } = builtWidths(precision, needs);
  const came = Math.max(stateBits, 16) + 4;
  const left = stateBits + factorBits;
  const total = Math.max(came, left) + 2;
  const term = Math.max(productBits, biasBits) + 2;
  const step = (kind: Step["kind"], bits: number): Step => ({ kind, bits });
  const clamp = (from: number): Step => step("clamp", from - stateBits + 1);
  const leak =
    precision.leak === "shift"
      ? // the size, shifted, with its sign again, from the state
        [step("sum", stateBits), step("shift", stateBits), step("sum", left), step("sum", left)]
      : [step("product", Math.max(stateBits, factorBits)), step("sum", left)];
  const product = [step("product", Math.max(accumulatorBits, multiplierBits))];
  const made = [step("sum", term), step("sum", term), step("shift", term), step("choice", came)];
  // the current, its word, itself or the sum that came, the voltage's rest, the constant
  const integration = [step("sum", total), clamp(total), step("choice", total), step("sum", total), step("sum", total)];
  // did it fire already, what that takes off, the word; does it fire, what that takes off, the word; what is written
  const [fires, off] = [step("sum", stateBits + 1), [step("choice", total), step("sum", total), clamp(total)]];
  const spike = [fires, ...off, step("choice", stateBits), fires, ...off, step("choice", stateBits)];
  return [cut([product, made, integration, spike], depthCycles), cut([[], [], [...leak, ...integration], spike], depthCycles)].flat();
}

/** Four steps of work with registers between them from depths of 2, 3 and 4 on. */
function cut(works: readonly (readonly Step[])[], depthCycles: number): readonly (readonly Step[])[] {
  const stages: Step[][] = [];
  for (const [i, steps] of works.entries()) {
    if (i === 0 || depthCycles > i) stages.push([...steps]);
    else stages[stages.length - 1].push(...steps);
  }
  return stages;
}

/** Cost of the unit's longest stage, by the cost of each operator; 0: it integrates no imported neuron. */
export const longestStage = (precision: Precision, needs: CoreNeeds, depthCycles: number, cost: (step: Step) => number): number =>
  Math.max(0, ...integrationStages(precision, needs, depthCycles).map((steps) => steps.reduce((sum, step) => sum + cost(step), 0)));

/**
 * Times of the model's operators that a product, and a sum of 32 bits, of this unit take as gates: the least squared
 * error of ln over the cores of docs/logs/rtl-imported.json with four stages or more. Sums take a time in proportion to
 * their width, which fits these cores better than the logarithm of the model's.
 */
export const OPERATOR_TIMES = { product: 1.15, sum: 0.298 } as const;
const SUM_BITS = 32;

/** Delay of the longest stage on silicon: products and sums in a row; clamps, shifts and choices are in their times. */
export function integrationNs(
  technology: Technology,
  precision: Precision,
  needs: CoreNeeds,
  depthCycles: number,
  times: { readonly product: number; readonly sum: number } = OPERATOR_TIMES,
): number {
  return longestStage(precision, needs, depthCycles, ({ kind, bits }) => {
    if (kind === "product") return times.product * operatorDelayNs(bits, technology);
    return kind === "sum" ? (times.sum * operatorDelayNs(SUM_BITS, technology) * bits) / SUM_BITS : 0;
  });
}

/** The change after which the stages settle in time, for an error. `isInTime`: whether they do at this depth. */
export function integrationFix(depthCycles: number, isInTime: (depthCycles: number) => boolean): string {
  const enough = [2, 3, DEEPEST].find((depth) => depth > depthCycles && isInTime(depth));
  if (enough !== undefined) return `or set tile.core.neuron_update.pipeline_depth_cycles: ${enough}`;
  return "as more stages than 4 do not cut the unit of imported neurons";
}
