/**
 * Stored results of a kind of machine (processor model and number of processors, no names of hosts), and what new ones
 * are beside them.
 * Best values are compared: other work on a machine only slows. A difference counts from 10 %, or from three times the
 * spread of either side.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Row } from "./row.js";

export interface Machine {
  readonly model: string;
  readonly processors: number;
}

/** Rows by the benchmark they are of. */
export interface Results {
  readonly machine: Machine;
  readonly node: string;
  readonly benches: { readonly [bench: string]: readonly Row[] };
}

export interface Comparison {
  readonly row: Row;
  /** null: not in the baseline. */
  readonly before: Row | null;
  /** Above 1: better than before. */
  readonly ratio: number;
  readonly verdict: "same" | "faster" | "SLOWER" | "new";
}

const LEAST_DIFFERENCE = 0.1;

export function thisMachine(): Machine {
  const all = cpus();
  return { model: (all[0]?.model ?? "unknown").trim(), processors: all.length };
}

/** A file name: `intel-r-xeon-r-processor-x2`. */
export function kindOf({ model, processors }: Machine): string {
  const words = model.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return `${words.replace(/^-|-$/g, "")}-x${processors}`;
}

function baselineFile(machine: Machine): string {
  return join(dirname(fileURLToPath(import.meta.url)), "..", "baselines", `${kindOf(machine)}.json`);
}

/** null: none is stored for such a machine. */
export function loadBaseline(machine: Machine): Results | null {
  const file = baselineFile(machine);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Results) : null;
}

/** Benchmarks that were not run keep what is stored of them. Returns the file. */
export function saveBaseline(results: Results): string {
  const file = baselineFile(results.machine);
  const before = loadBaseline(results.machine)?.benches ?? {};
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...results, benches: { ...before, ...results.benches } }, null, 2)}\n`);
  return file;
}

export function compare(now: readonly Row[], stored: readonly Row[]): Comparison[] {
  return now.map((row) => {
    const before = stored.find(({ name, unit }) => name === row.name && unit === row.unit) ?? null;
    if (before === null) return { row, before, ratio: 1, verdict: "new" };
    const ratio = row.better === "more" ? row.best / before.best : before.best / row.best;
    const tolerance = 1 + Math.max(LEAST_DIFFERENCE, 3 * row.spread, 3 * before.spread);
    return { row, before, ratio, verdict: ratio * tolerance < 1 ? "SLOWER" : ratio > tolerance ? "faster" : "same" };
  });
}
