/** Conformance: compares a recorded run of an RTL design with its model, file by file, row by row. */

import type { CoupledChip, CoupledModelName } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { type CaseFiles, jsonOf, linesOf, settingsOf } from "./case-files.js";
import { COUPLED_MODELS, casesOf } from "./registry.js";

/**
 * First difference between expected and got. `row` counts from 1 with the header; in JSON files it is the value's path.
 */
interface Difference {
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
  /** Number of rows and values compared. */
  readonly compared: number;
  /** Files that are neither inputs of the design nor outputs of the model; never compared. */
  readonly unknownFiles: readonly string[];
  /** Files that the model writes and the case does not contain. */
  readonly unrecordedFiles: readonly string[];
}

interface Design {
  readonly model: CoupledModelName;
  readonly mark: string;
  readonly names: readonly string[];
}
const DESIGNS: readonly Design[] = Object.entries(COUPLED_MODELS).flatMap(([model, { cases }]) =>
  cases === null ? [] : [{ model: model as CoupledModelName, mark: cases.mark, names: cases.names }],
);
const KNOWN = DESIGNS.map(({ model }) => model).join(", ");
const designNamed = (name: string): CoupledModelName | undefined => DESIGNS.find(({ names }) => names.includes(plain(name)))?.model;

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** Design of a case: as `case.json` says (`design`), else by its settings; null: neither tells it. */
export function designIn(files: CaseFiles): CoupledModelName | null {
  const named = /"design"\s*:\s*"([^"]*)"/.exec(files.get("case.json") ?? "")?.[1];
  if (named !== undefined) {
    const model = designNamed(named);
    if (model === undefined) throw inputError("case.json", `design ${JSON.stringify(named)} is unknown; known: ${KNOWN}`);
    return model;
  }
  const settings = settingsOf(files);
  return DESIGNS.find(({ mark }) => settings.has(mark))?.model ?? null;
}

/** Design of a case: as the case says, else by the nearest folder named after a design. */
export function designOf(files: CaseFiles, folders: readonly string[]): CoupledModelName {
  const said = designIn(files);
  if (said !== null) return said;
  for (const folder of [...folders].reverse()) {
    const model = designNamed(folder);
    if (model !== undefined) return model;
  }
  throw inputError("case.json", `tells no design: neither a "design" field nor a setting or folder of ${KNOWN}`);
}

/**
 * Runs a case and compares every recorded output. Throws InputError for a case without recorded trace and summary,
 * which would prove nothing.
 */
export function conformCase(chip: CoupledChip, files: CaseFiles): CaseResult {
  const { inputs, outputs: outputsOf, needed } = casesOf(chip);
  for (const file of needed) if (!files.has(file)) throw inputError(file, "missing in the case folder");
  const outputs = outputsOf(chip, files);
  let compared = 0;
  let firstDifference: Difference | null = null;
  // the trace is first, because its first differing row says most
  for (const [file, got] of outputs) {
    const expected = files.get(file);
    if (expected === undefined) continue;
    const result = file.endsWith(".json") ? compareJson(file, jsonOf(files, file), got) : compareLines(file, expected, got);
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

/** A state that a machine never entered may be listed with 0 cycles or be missing. */
const isUnvisitedState = (path: string, value: string | undefined): boolean => value === "0" && /(^|_|\.)state_cycles\.[^.]+$/.test(path);

function compareJson(file: string, recorded: unknown, gotText: string): Comparison {
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

/** Scalar values of a document by path; an empty object or list counts as a value. */
function leaves(value: unknown, path: string): Map<string, string> {
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) return new Map([[path, JSON.stringify(value)]]);
  return new Map(Object.entries(value).flatMap(([key, entry]) => [...leaves(entry, path === "" ? key : `${path}.${key}`)]));
}
