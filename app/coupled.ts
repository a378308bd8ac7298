/**
 * Runs a coupled chip, whose time feeds back into function, on recorded or synthetic inputs, for all combinations of
 * given values. Effects: reads files.
 */
import { patchCoupledChip, pathOf, workloadMistakes } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { type CoupledInput, caseFiles, readCoupledChip, runCoupled } from "../sim/recorded/index.js";
import { checkedOptions } from "./checked-options.js";

/** A value of a coupled chip's description. */
export type CoupledValue = string | number | boolean;
/** Values by path that replace those of a coupled chip's description. */
export type CoupledValues = { readonly [path: string]: CoupledValue };

/** One run: its values by path, and its metrics by name. */
export interface CoupledRun {
  /** Values that this run varied. */
  readonly values: CoupledValues;
  /** By name, units last. */
  readonly metrics: { readonly [name: string]: number };
}

/** Inputs of a coupled chip, and the values with which it runs. */
export interface CoupledOptions {
  /**
   * Folder of a recorded case or the name of a shipped one, or a synthetic workload: its seed, events, share of
   * non-zero weights, mean cycles between events, and limit of cycles.
   */
  readonly input:
    | { readonly case: string }
    | {
        readonly seed: number;
        readonly events: number;
        /** Share from 0 to 1. */
        readonly density: number;
        readonly gapCycles: number;
        readonly limitCycles: number;
      };
  /** Values by path that replace the chip's own. */
  readonly values?: CoupledValues;
  /** Every combination of these values is run; the first path varies slowest. */
  readonly vary?: { readonly [path: string]: readonly CoupledValue[] };
}

const MOST_RUNS = 10_000;

/** Command-line options of a synthetic workload's numbers. */
const OPTIONS = { seed: "--seed", events: "--events", density: "--density", gapCycles: "--gap", limitCycles: "--limit" } as const;

/**
 * Runs a coupled chip.
 *
 * @param chip name of a shipped chip or example, or path of a description, of that kind
 * @throws InputError if chip, case or values cannot be read or do not fit together
 */
export function coupled(chip: string, options: CoupledOptions): readonly CoupledRun[] {
  const { input, values = {}, vary = {} } = checkedOptions("coupled", options, { input: "object", values: "object", vary: "object" });
  if ("case" in input) checkedOptions("coupled: input", input, { case: "text" });
  else
    checkedOptions("coupled: input", input, {
      ...{ seed: "number", events: "number", density: "number", gapCycles: "number", limitCycles: "number" },
    });
  const described = readCoupledChip(chip);
  if ("case" in input && described.model === "snn-dse-pipeline") throw inputError("--case", "this chip has no recorded cases");
  if (!("case" in input)) {
    const [mistake] = workloadMistakes(input);
    if (mistake !== undefined) throw inputError(OPTIONS[mistake.key], `got ${mistake.got}, expected ${mistake.expected}`);
  }
  const axes = Object.entries(vary);
  for (const [path, choices] of axes) {
    if (!Array.isArray(choices) || choices.length === 0) throw inputError("--vary", `${path} has no list of values`, "e.g. 4,16,128");
    const twice = choices.find((value, i) => choices.indexOf(value) < i);
    if (twice !== undefined) throw inputError("--vary", `${path} has ${JSON.stringify(twice)} twice`, "remove one");
    if (Object.hasOwn(values, path))
      throw inputError("--vary", `${path} also has a value by --set, which would have no effect`, "leave one of them out");
  }
  const count = axes.reduce((product, [, choices]) => product * choices.length, 1);
  if (count > MOST_RUNS) throw inputError("--vary", `${count} combinations, at most ${MOST_RUNS} are run`);
  const points = axes.reduce<readonly CoupledValues[]>(
    (some, [path, choices]) => some.flatMap((point) => choices.map((value) => ({ ...point, [path]: value }))),
    [values],
  );
  const run: CoupledInput =
    "case" in input
      ? { kind: "case", files: caseFiles(pathOf(input.case, "case")), limitCycles: null }
      : { kind: "synthetic", request: input };
  return points.map((point) => ({ values: point, metrics: runCoupled(described, run, (one) => patchCoupledChip(one, point)) }));
}
