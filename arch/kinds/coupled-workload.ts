/** Source of a coupled chip's memories and input events: a recorded case, or a seed. */
import * as z from "zod";
import type { Problem } from "../../base/errors.js";
import type { Json } from "../../base/hash.js";
import { once } from "../../base/once.js";
import { checked } from "../issues.js";
import { entryOf, type LocatedMap, placeOf, problemAt } from "../located.js";

export type CoupledWorkload =
  | {
      readonly kind: "case";
      /** Folder with the files of a conformance case; recorded outputs in it are not read. */
      readonly folder: string;
      /** null: the limit of the case. */
      readonly limitCycles: number | null;
    }
  | {
      readonly kind: "synthetic";
      readonly seed: number;
      readonly events: number;
      readonly density: number;
      readonly gapCycles: number;
      readonly limitCycles: number;
    };

/** Models whose events are time steps of a layer: their inputs have no gaps, and they always run to their end. */
const STEPPED = ["snn-dse", "snn-dse-pipeline"];
const stepped = STEPPED.join(" and ");

/** Whether the value at a path of a description changes nothing on a chip of the model. */
export const hasNoEffect = (model: string, path: string): boolean =>
  STEPPED.includes(model) && ["workload.synthetic.gap_cycles", "workload.limit_cycles"].includes(path);

const SYNTHETIC = { seed: 1, events: 50, density: 0.2, gap_cycles: 200 };

/** Numbers of a synthetic workload, of descriptions and of single runs. */
const numbers = once(() => ({
  seed: z.int().min(0).max(4_294_967_295).describe("seed of memories and events"),
  events: z.int().min(1).max(1_000_000).describe(`number of input events; for ${stepped}, number of time steps`),
  density: z.number().min(0).max(1).describe("share of non-zero weights, connected axons, or spiking inputs"),
  gap_cycles: z.int().min(1).max(1_000_000).describe(`mean number of cycles between input events; no effect on ${stepped}`),
  limit_cycles: z.int().min(1).max(1_000_000_000),
}));

export const workloadSchema = once(() => {
  const { limit_cycles: limitCycles, ...synthetic } = numbers();
  return z.strictObject({
    case: z.string().min(1).max(4096).optional().describe("folder beside this file with the files of a conformance case"),
    synthetic: z.strictObject(synthetic).optional().describe("random memories and events that fit the chip"),
    limit_cycles: limitCycles.nullable().describe(`largest number of cycles; null: as the case says; ${stepped} always run to their end`),
  });
});

/** Given numbers of a single run that no description could have, with what is expected. */
export function workloadMistakes(
  request: Partial<Omit<Extract<CoupledWorkload, { kind: "synthetic" }>, "kind">>,
): readonly { readonly key: keyof typeof request; readonly got: number; readonly expected: string }[] {
  const { gap_cycles: gapCycles, limit_cycles: limitCycles, ...rest } = numbers();
  const all = { ...rest, gapCycles, limitCycles };
  return (["seed", "events", "density", "gapCycles", "limitCycles"] as const).flatMap((key) => {
    const { minValue: low, maxValue: high } = all[key];
    const expected = `a ${key === "density" ? "share" : "whole number"} from ${low} to ${high}`;
    const got = request[key];
    return got === undefined || all[key].safeParse(got).success ? [] : [{ key, got, expected }];
  });
}

/** The section's defaults; with a case, the synthetic workload has none. */
export function workloadDefaults(document: LocatedMap, limitCycles: number): Json {
  const isCase = entryOf(entryOf(document, "workload"), "case") !== undefined;
  return { workload: isCase ? { limit_cycles: null } : { synthetic: SYNTHETIC, limit_cycles: limitCycles } };
}

/** The section of a complete document; null and added problems if it is wrong. */
export function workloadOf(document: LocatedMap, hasCases: boolean, known: readonly string[], problems: Problem[]): CoupledWorkload | null {
  const section = entryOf(document, "workload");
  const work = section === undefined ? null : checked(workloadSchema(), section, "workload", known, problems);
  if (work === null) return null;
  const { case: folder, synthetic = SYNTHETIC, limit_cycles: limitCycles } = work;
  const refuse = (key: string, message: string, fix: string): void =>
    void problems.push(problemAt(placeOf(document, ["workload", key]), `workload.${key}`, message, fix));
  if (folder !== undefined) {
    if (work.synthetic !== undefined) {
      // of a case that an extended file names, the fix says how to take it away
      const isExtended = placeOf(document, ["workload", "case"]).file !== document.at.file;
      const [key, other] = isExtended ? ["case", "workload.synthetic"] : ["synthetic", "workload.case, which gives the inputs"];
      refuse(key, `cannot be combined with ${other}`, "leave one of them out");
    }
    if (!hasCases) refuse("case", "this chip has no recorded cases", "use workload.synthetic");
    return { kind: "case", folder, limitCycles };
  }
  if (limitCycles === null) {
    refuse("limit_cycles", "is null without a case", "set it, e.g. 100000");
    return null;
  }
  const { gap_cycles: gapCycles, ...rest } = synthetic;
  return { kind: "synthetic", ...rest, gapCycles, limitCycles };
}
