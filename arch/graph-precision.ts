/**
 * What the precision of an imported graph (NIR, Lava) cannot say. One rule for networks of a description and for graphs
 * that run on the chip of another one.
 */
import { ownWeightBits, type Precision } from "./precision.js";

interface PrecisionProblem {
  /** Keys below `precision`. */
  readonly path: readonly string[];
  readonly message: string;
  readonly fix: string;
}

/** @param isLava `model` holds integers of Lava, not real numbers. */
export function graphPrecisionProblems(
  precision: Pick<Precision, "integers" | "leak" | "weightScale" | "weightBits" | "layers">,
  model: string,
  isLava: boolean,
): readonly PrecisionProblem[] {
  const { integers, leak, weightScale, weightBits } = precision;
  const widths = [
    { path: ["weight_bits"], bits: weightBits },
    ...ownWeightBits(precision).map(([name, bits]) => ({ path: ["layers", name, "weight_bits"], bits })),
  ];
  const found: (PrecisionProblem & { readonly ok: boolean })[] = [
    {
      ok: !isLava || integers === "from-file",
      path: ["integers"],
      message: `is ${integers}, but ${model} holds integers`,
      fix: "set it to from-file",
    },
    {
      ok: weightScale === "max",
      path: ["weight_scale"],
      message: `is ${weightScale}, but ${model} is a graph, whose steps follow from its largest weights`,
      fix: "set it to max",
    },
    ...widths.map(({ path, bits }) => ({
      ok: bits > 1,
      path,
      message: `is 1, but synapses may be missing in ${model}, and a missing one has no sign`,
      fix: "set it to 2 or more",
    })),
    {
      ok: !isLava || leak === "truncate",
      path: ["leak"],
      message: `is ${leak}, but leaks of ${model} round towards zero`,
      fix: "set it to truncate",
    },
  ];
  return found.filter(({ ok }) => !ok);
}
