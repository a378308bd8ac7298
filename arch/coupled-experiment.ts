/**
 * An experiment on a coupled chip: the chip, and where its memories and input events come from. Its description has the chip's keys at
 * the top level (or `extends: odin`), `workload:` and perhaps `sweep:`.
 *
 * Registers are the description's; a case folder gives memories, input events and the cycle limit only.
 */
import * as z from "zod";
import { InputError, type Problem } from "../base/errors.js";
import type { Json } from "../base/hash.js";
import { COUPLED_MODELS, type CoupledChip, type CoupledModelName, coupledSchemas, misplacedOutput } from "./coupled-chip.js";
import type { Experiment } from "./experiment.js";
import { checked, scalarPaths, schemaAt } from "./issues.js";
import { entryOf, type LocatedMap, locatedFromJson, mergeLocated, placeOf, problemAt } from "./located.js";
import type { PathReader } from "./path.js";
import { deepFreeze } from "./resolve.js";
import { didYouMean } from "./suggest.js";

export type CoupledWorkload =
  | {
      readonly kind: "case";
      /** Folder with the files of a conformance case; recorded outputs in it are not read. */
      readonly folder: string;
      /** Null: the case's own. */
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

export interface CoupledExperiment {
  readonly chip: CoupledChip;
  readonly workload: CoupledWorkload;
}

export type AnyExperiment = Experiment | CoupledExperiment;

export function isCoupled(experiment: AnyExperiment): experiment is CoupledExperiment {
  return "model" in experiment.chip;
}

const SYNTHETIC = { seed: 1, events: 50, density: 0.2, gap_cycles: 200 };
/** A tick of 256 neurons and 256 axons takes 66,050 cycles: the limit of a tick chip has room for some. */
const limitCyclesOf = (model: CoupledModelName): number => (model === "ranc" ? 1_000_000 : 100_000);

function makeWorkload() {
  const cycles = z.int().min(1).max(1_000_000_000);
  return z.strictObject({
    case: z.string().min(1).max(4096).optional().describe("folder beside this file with the files of a conformance case"),
    synthetic: z
      .strictObject({
        seed: z.int().min(0).max(4_294_967_295).describe("of memories and events"),
        events: z.int().min(1).max(1_000_000).describe("input events, or time steps of layer chips"),
        density: z.number().min(0).max(1).describe("share of non-zero weights, connected axons, or spiking inputs"),
        gap_cycles: z.int().min(1).max(1_000_000).describe("mean between input events"),
      })
      .optional()
      .describe("random memories and events that fit the chip"),
    limit_cycles: cycles.nullable().describe("cycles to run at most; null: what the case says; layer chips always run to their end"),
  });
}
type Schema = z.ZodType<CoupledChip & { workload: z.infer<ReturnType<typeof makeWorkload>> }>;

const made = new Map<CoupledModelName, Schema>();
/** What a description of a model's chip holds; made when it is first asked for. */
export function withWorkload(model: CoupledModelName): Schema {
  let schema = made.get(model);
  if (schema === undefined) {
    schema = z.strictObject({ ...coupledSchemas()[model].shape, workload: makeWorkload() }) as unknown as Schema;
    made.set(model, schema);
  }
  return schema;
}

const FIXED = ["version", "name", "model", "source"];
const pathsOf = (model: CoupledModelName): readonly string[] => scalarPaths(withWorkload(model)).filter((path) => !FIXED.includes(path));

/** The model that a document names; null for an ordinary chip. @throws InputError on an unknown one. */
export function coupledModelOf(document: LocatedMap): CoupledModelName | null {
  const node = entryOf(document, "model");
  if (node === undefined) return null;
  const name = node.kind === "scalar" ? String(node.value) : "";
  if ((COUPLED_MODELS as readonly string[]).includes(name)) return name as CoupledModelName;
  throw new InputError([
    problemAt(node.at, "model", `no such core model: ${name}`, didYouMean(name, COUPLED_MODELS) || `known: ${COUPLED_MODELS.join(", ")}`),
  ]);
}

/** Paths of such a document, list entries by their number: `event_queue.depth`, `layers.0.neurons`. */
export function coupledPaths(model: CoupledModelName): PathReader {
  return (text) => {
    const keys = text.split(".");
    const leaf = schemaAt(withWorkload(model), keys);
    if (leaf === null || FIXED.includes(text))
      return { wrong: "no such parameter", fix: didYouMean(text, pathsOf(model)) || `parameters: ${pathsOf(model).join(", ")}` };
    if (leaf instanceof z.ZodObject || leaf instanceof z.ZodArray) return { wrong: "is not a single value", fix: "" };
    return { tile: null, core: null, keys, leaf };
  };
}

/** The document with the workload's defaults written out. */
export function withCoupledDefaults(document: LocatedMap, model: CoupledModelName, file: string): LocatedMap {
  const isCase = entryOf(entryOf(document, "workload"), "case") !== undefined;
  const defaults: Json = { workload: isCase ? { limit_cycles: null } : { synthetic: SYNTHETIC, limit_cycles: limitCyclesOf(model) } };
  return mergeLocated(locatedFromJson(defaults, file), document) as LocatedMap;
}

/** @throws InputError with every problem of the document. */
export function resolveCoupled(document: LocatedMap, model: CoupledModelName): CoupledExperiment {
  const problems: Problem[] = [];
  const whole = checked(withWorkload(model), document, "", pathsOf(model), problems);
  if (whole === null) throw new InputError(problems);
  const { workload: work, ...chip } = whole;
  const refuse = (path: readonly string[], message: string, fix: string): void =>
    void problems.push(problemAt(placeOf(document, path), path.join("."), message, fix));
  const { case: folder, synthetic, limit_cycles: limitCycles } = work;
  if (folder !== undefined && synthetic !== undefined)
    refuse(["workload", "synthetic"], "stands beside workload.case, which gives the inputs", "keep one of the two");
  if (folder !== undefined && model === "snn-dse-pipeline")
    refuse(["workload", "case"], "there are no case files of this chip", "use workload.synthetic");
  if (folder === undefined && limitCycles === null) refuse(["workload", "limit_cycles"], "is null without a case", "set it, e.g. 100000");
  const misplaced = misplacedOutput(chip as CoupledChip);
  if (misplaced !== null) refuse(["output_core"], misplaced, "");
  if (problems.length > 0) throw new InputError(problems);
  const { gap_cycles: gapCycles, ...rest } = synthetic ?? SYNTHETIC;
  const inputs: CoupledWorkload =
    folder !== undefined
      ? { kind: "case", folder, limitCycles }
      : { kind: "synthetic", ...rest, gapCycles, limitCycles: limitCycles as number };
  return deepFreeze({ chip: chip as CoupledChip, workload: inputs });
}
