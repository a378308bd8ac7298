/** Conformance: a recorded run of an RTL design against the model of it, file by file, row by row. */

import type { CoupledModelName, OdinChip, RancChip, SnnDseChip, TinyOdinChip } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { type CaseFiles, linesOf, settingsOf } from "./case-files.js";
import { odinOutputs } from "./odin.js";
import { rancOutputs } from "./ranc-case.js";
import { snnDseOutputs } from "./snn-dse.js";
import { tinyOdinOutputs } from "./tinyodin.js";

/** Chips that recorded RTL runs exist of. */
export type RecordedChip = TinyOdinChip | OdinChip | RancChip | SnnDseChip;
export type RecordedModel = RecordedChip["model"];

/** Where expected and got part first. `row` counts from 1, the header included; in JSON files it is the path of the value. */
export interface Difference {
  readonly file: string;
  readonly row: number | string;
  /** null: the recorded file ends before this row. */
  readonly expected: string | null;
  /** null: the model's file ends before this row. */
  readonly got: string | null;
}

export interface CaseResult {
  readonly ok: boolean;
  readonly firstDifference: Difference | null;
  /** Rows and values compared. */
  readonly compared: number;
  /** Files that are no input of the design and that the model does not make; never compared. */
  readonly unknownFiles: readonly string[];
  /** Files that the model makes and the case does not record. */
  readonly unrecordedFiles: readonly string[];
}

/** Files a case is told by; everything else in it is expected output. */
const INPUTS: { readonly [model in RecordedModel]: readonly string[] } = {
  tinyodin: ["case.json", "case.txt", "syn.hex", "neur_init.csv", "input.csv"],
  odin: ["case.json", "case.txt", "syn.hex", "neur_init.csv", "input.csv", "sign.txt"],
  ranc: ["case.json", "net.json", "stim.csv"],
  "snn-dse": ["case.json", "spikes.csv"],
};

/** Names of the files that tell a case of this model; none where there are no cases. */
export function caseInputs(model: CoupledModelName): readonly string[] {
  return model === "snn-dse-pipeline" ? [] : INPUTS[model];
}

/** A setting only this design's `case.json` has. */
const MARKS: { readonly [model in RecordedModel]: string } = {
  tinyodin: "max_neur",
  odin: "sdsp_on_syn_stim",
  ranc: "GX",
  "snn-dse": "PENC_SIZE",
};
const ALIASES: { readonly [name: string]: RecordedModel } = {
  tinyodin: "tinyodin",
  odin: "odin",
  ranc: "ranc",
  snndse: "snn-dse",
  snndsefc: "snn-dse",
};

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** The design of a case: what `case.json` says (`design`), else the settings in it, else the nearest folder named after a design. */
export function designOf(files: CaseFiles, folders: readonly string[]): RecordedModel {
  const named = /"design"\s*:\s*"([^"]*)"/.exec(files.get("case.json") ?? "")?.[1];
  if (named !== undefined) {
    const model = ALIASES[plain(named)];
    if (model === undefined)
      throw inputError("case.json", `design ${JSON.stringify(named)} is unknown; known: ${Object.keys(MARKS).join(", ")}`);
    return model;
  }
  const settings = settingsOf(files);
  for (const [model, mark] of Object.entries(MARKS)) if (settings.has(mark)) return model as RecordedModel;
  for (const folder of [...folders].reverse()) {
    const model = ALIASES[plain(folder)];
    if (model !== undefined) return model;
  }
  throw inputError("case.json", `tells no design: neither a "design" field nor a setting or folder of ${Object.keys(MARKS).join(", ")}`);
}

/** Every output file of the model for a case's inputs, by name. Throws InputError on malformed inputs. */
export function coupledOutputs(chip: RecordedChip, files: CaseFiles): ReadonlyMap<string, string> {
  switch (chip.model) {
    case "tinyodin":
      return tinyOdinOutputs(chip, files);
    case "odin":
      return odinOutputs(chip, files);
    case "ranc":
      return rancOutputs(chip, files);
    case "snn-dse":
      return snnDseOutputs(chip, files);
  }
}

/** Runs a case and compares every recorded output. A case without recorded trace and summary proves nothing: InputError. */
export function conformCase(chip: RecordedChip, files: CaseFiles): CaseResult {
  for (const needed of ["trace.csv", "summary.json"]) if (!files.has(needed)) throw inputError(needed, "missing in the case folder");
  const outputs = coupledOutputs(chip, files);
  const inputs = INPUTS[chip.model];
  let compared = 0;
  let firstDifference: Difference | null = null;
  // The trace first: its first differing row says most.
  for (const [file, got] of outputs) {
    const expected = files.get(file);
    if (expected === undefined) continue;
    const result = file.endsWith(".json") ? compareJson(file, expected, got) : compareLines(file, expected, got);
    compared += result.compared;
    firstDifference ??= result.difference;
  }
  const unknownFiles = [...files.keys()].filter((file) => !inputs.includes(file) && !outputs.has(file));
  const unrecordedFiles = [...outputs.keys()].filter((file) => !files.has(file));
  return { ok: firstDifference === null, firstDifference, compared, unknownFiles, unrecordedFiles };
}

interface Comparison {
  readonly compared: number;
  readonly difference: Difference | null;
}

function compareLines(file: string, expectedText: string, gotText: string): Comparison {
  const expected = linesOf(expectedText);
  const got = linesOf(gotText);
  for (let i = 0; i < Math.max(expected.length, got.length); i++) {
    if (expected[i] !== got[i])
      return { compared: i, difference: { file, row: i + 1, expected: expected[i] ?? null, got: got[i] ?? null } };
  }
  return { compared: expected.length, difference: null };
}

/** A state that a machine never entered may be listed with 0 cycles or left out. */
const isUnvisitedState = (path: string, value: string | undefined): boolean => value === "0" && /(^|_|\.)state_cycles\.[^.]+$/.test(path);

function compareJson(file: string, expectedText: string, gotText: string): Comparison {
  let recorded: unknown;
  try {
    recorded = JSON.parse(expectedText);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw inputError(file, `is not JSON: ${error.message}`);
  }
  const expected = leaves(recorded, "");
  const got = leaves(JSON.parse(gotText), "");
  for (const path of new Set([...expected.keys(), ...got.keys()])) {
    const [wanted, found] = [expected.get(path), got.get(path)];
    if (wanted === found) continue;
    if ((wanted === undefined && isUnvisitedState(path, found)) || (found === undefined && isUnvisitedState(path, wanted))) continue;
    return { compared: expected.size, difference: { file, row: path, expected: wanted ?? null, got: found ?? null } };
  }
  return { compared: expected.size, difference: null };
}

/** Scalar values of a document by path; an empty object or list is a value of its own. */
function leaves(value: unknown, path: string): Map<string, string> {
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) return new Map([[path, JSON.stringify(value)]]);
  return new Map(Object.entries(value).flatMap(([key, entry]) => [...leaves(entry, path === "" ? key : `${path}.${key}`)]));
}
