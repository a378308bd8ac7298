/**
 * Runs a coupled chip, whose time feeds back into function, on recorded or synthetic inputs, for all combinations of
 * given values. Effects: reads files.
 */
import { type CoupledChip, hasNoEffect, patchCoupledChip, pathOf, workloadMistakes } from "../arch/index.js";
import { inputError, type Problem, withProblems } from "../base/errors.js";
import { caseFiles, inFolder, readCoupledChip, runCoupled } from "../sim/recorded/index.js";
import { checkedOptions } from "./checked-options.js";
import { caseFor, readCoupledPoint, runCoupledPoint } from "./coupled-point.js";
import { open } from "./open.js";

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
   * Folder of a recorded case or the name of a shipped one, or numbers of a synthetic workload: its seed, events, share
   * of non-zero weights, mean cycles between events, and limit of cycles. What is left out is as the description's
   * `workload` says.
   */
  readonly input?:
    | { readonly case: string }
    | {
        readonly seed?: number;
        readonly events?: number;
        /** Share from 0 to 1. */
        readonly density?: number;
        readonly gapCycles?: number;
        readonly limitCycles?: number;
      };
  /** Values by path that replace the description's own. */
  readonly values?: CoupledValues;
  /** Every combination of these values is run; the first path varies slowest. */
  readonly vary?: { readonly [path: string]: readonly CoupledValue[] };
}

const MOST_RUNS = 10_000;

/** Command-line options of a workload's numbers, and their paths in a description. */
const NUMBERS = {
  seed: ["--seed", "workload.synthetic.seed"],
  events: ["--events", "workload.synthetic.events"],
  density: ["--density", "workload.synthetic.density"],
  gapCycles: ["--gap", "workload.synthetic.gap_cycles"],
  limitCycles: ["--limit", "workload.limit_cycles"],
} as const;

/**
 * Runs a coupled chip.
 *
 * @param chip name of a shipped chip or example, or path of a description, of that kind
 * @throws InputError if chip, case or values cannot be read or do not fit together
 */
export function coupled(chip: string, options: CoupledOptions): readonly CoupledRun[] {
  const { input = {}, values = {}, vary = {} } = checkedOptions("coupled", options, { input: "object", values: "object", vary: "object" });
  if ("case" in input) checkedOptions("coupled: input", input, { case: "text" });
  else
    checkedOptions("coupled: input", input, {
      ...{ seed: "number", events: "number", density: "number", gapCycles: "number", limitCycles: "number" },
    });
  const described = readCoupledChip(chip);
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
  const runOf =
    "case" in input
      ? onCase(described, input.case, [...Object.keys(values), ...Object.keys(vary)])
      : asDescribed(chip, input, values, vary);
  const optionOf = (path: string): string => {
    if (Object.hasOwn(vary, path)) return "--vary";
    if (Object.hasOwn(values, path)) return "--set";
    const number = Object.values(NUMBERS).find(([, numberPath]) => numberPath === path);
    return number?.[0] ?? (Object.keys(values).length === 0 ? "--vary" : "--set");
  };
  const named = (problem: Problem): Problem => (problem.file === "--set" ? { ...problem, file: optionOf(problem.path) } : problem);
  return points.map((point) => ({ values: point, metrics: withProblems(() => runOf(point), named) }));
}

type RunOf = (values: CoupledValues) => CoupledRun["metrics"];

/** Runs on a case, with its registers. `paths`: those of all values. */
function onCase(chip: CoupledChip, folder: string, paths: readonly string[]): RunOf {
  if (chip.model === "snn-dse-pipeline") throw inputError("--case", "this chip has no recorded cases");
  const idle = paths.find((path) => /^workload\b/.test(path));
  if (idle !== undefined) throw inputError("--case", `gives the inputs, so ${idle} would have no effect`, "leave one of them out");
  const path = pathOf(folder, "case");
  const files = caseFor(chip, path, () => caseFiles(path), "--case");
  const input = { kind: "case", files, limitCycles: null } as const;
  return (values) => inFolder(path, () => runCoupled(chip, input, (one) => patchCoupledChip(one, values, "--set")));
}

/** Runs on the description's inputs, with other numbers. */
function asDescribed(chip: string, numbers: Parameters<typeof workloadMistakes>[0], values: CoupledValues, vary: object): RunOf {
  const [mistake] = workloadMistakes(numbers);
  if (mistake !== undefined) throw inputError(NUMBERS[mistake.key][0], `got ${mistake.got}, expected ${mistake.expected}`);
  const description = open(chip);
  const {
    chip: { model },
    workload,
  } = readCoupledPoint(description, {}).experiment;
  const refuseIdle = (path: string, option: string): void => {
    if (hasNoEffect(model, path))
      throw inputError(option, `has no effect on ${model}, which runs its time steps to their end without a pause`, "leave it out");
  };
  for (const path of Object.keys(values)) refuseIdle(path, `--set: ${path}`);
  for (const path of Object.keys(vary)) refuseIdle(path, `--vary: ${path}`);
  const given = (Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]).flatMap((key) => {
    const [[option, path], value] = [NUMBERS[key], numbers[key]];
    if (value === undefined) return [];
    if (workload.kind === "case" && key !== "limitCycles")
      throw inputError(option, `has no effect with workload.case of ${chip}, which gives the inputs`, "leave it out");
    refuseIdle(path, option);
    if (Object.hasOwn(values, path) || Object.hasOwn(vary, path))
      throw inputError(option, `${path} also has a value, which would have no effect`, "leave one of them out");
    return [[path, value] as const];
  });
  return (point) => runCoupledPoint(readCoupledPoint(description, { ...Object.fromEntries(given), ...point })).metrics;
}
