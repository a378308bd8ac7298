/** A coupled chip, whose time feeds back into function, as text. Pure. */
import type { CoupledExperiment } from "../../app/nouns.js";
import type { Json } from "../../base/hash.js";
import { type Look, paint } from "./style.js";
import { tableLines } from "./text-table.js";

const isHead = (path: string): boolean => ["version", "name", "source"].includes(path);

/** Parameters of a document by path. */
function parameters(value: Json, path = ""): readonly (readonly [path: string, value: string])[] {
  if (typeof value !== "object" || value === null) return isHead(path) ? [] : [[path, String(value)]];
  return Object.entries(value).flatMap(([key, entry]) => parameters(entry, path === "" ? key : `${path}.${key}`));
}

export function coupledHeadLines(look: Look, { chip, workload }: CoupledExperiment, caseFiles: readonly string[]): readonly string[] {
  const inputs = workload.kind === "case" ? `case ${workload.folder} (${caseFiles.length} files)` : "synthetic inputs";
  return [`${paint(look, chip.name, "bold")}: coupled chip, model ${chip.model}, ${inputs}`, paint(look, chip.source, "dim")];
}

export const parameterLines = (look: Look, document: Json): readonly string[] => pairLines(look, "parameter", parameters(document));

export function pairLines(look: Look, name: string, pairs: readonly (readonly [string, string])[]): readonly string[] {
  return tableLines(
    look,
    [
      { title: name, align: "left" },
      { title: "value", align: "right" },
    ],
    pairs,
  );
}

/** What is unknown after a run that reached its limit, and why. */
export function limitLines(
  look: Look,
  { workload: { limitCycles } }: CoupledExperiment,
  caseFiles: readonly string[],
  latencyCycles: number | null,
): readonly string[] {
  if (latencyCycles !== null) return [];
  const limit = limitCycles === null ? `the case's limit (${caseFiles.find((name) => name.startsWith("case."))})` : String(limitCycles);
  const fix = "raise workload.limit_cycles; a closed loop may never become idle";
  return [
    "",
    paint(look, `work is left after workload.limit_cycles, ${limit}: latency and energy of the whole are unknown (${fix})`, "yellow"),
  ];
}
