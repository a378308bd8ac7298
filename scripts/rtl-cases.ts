/**
 * Common parts of the studies of random chips in SystemVerilog: their options, the continuation of a stopped study, and
 * its end.
 */
import { appendFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { sha256 } from "../base/hash.js";
import { libraryFolder } from "../rtl/tools.js";

interface StudiedCase {
  readonly seed: number;
  readonly differences: readonly string[];
}

/** First digits of the hash of the library's sources. */
function libraryHash(): string {
  const names = readdirSync(libraryFolder()).sort();
  return sha256(...names.flatMap((name) => [name, readFileSync(join(libraryFolder(), name), "utf8")])).slice(0, 12);
}

/**
 * Runs `--cases` cases from `--first` on; `usual`: number of cases without the option. `studied` gives null if a seed
 * makes no case. With `--done FILE`, each finished case becomes a line of that file, and a case with a line is not run
 * again. Prints how many cases ran with the present library.
 */
export function studiedCases<Case extends StudiedCase>(usual: number, studied: (seed: number) => Case | null): StudiedCases<Case> {
  const { values } = parseArgs({
    options: {
      first: { type: "string", default: "1" },
      cases: { type: "string", default: String(usual) },
      done: { type: "string", default: "" },
      several: { type: "boolean", default: false },
      varied: { type: "boolean", default: false },
    },
  });
  const first = Number(values.first);
  const text = existsSync(values.done) ? readFileSync(values.done, "utf8") : "";
  const lines = text.split("\n").filter((line) => line !== "");
  const known = new Map(lines.map((line) => JSON.parse(line) as Case & { readonly library: string }).map((one) => [one.seed, one]));
  const library = libraryHash();
  const cases: Case[] = [];
  let last = first - 1;
  let current = 0;
  while (cases.length < Number(values.cases)) {
    const seed = ++last;
    const before = known.get(seed);
    const one = before ?? studied(seed);
    if (one === null) continue;
    if (before === undefined && values.done !== "") appendFileSync(values.done, `${JSON.stringify({ ...one, library })}\n`);
    if (before === undefined || before.library === library) current++;
    if (one.differences.length > 0) console.error(`seed ${seed}: ${one.differences.join("; ")}`.slice(0, 500));
    cases.push(one);
  }
  console.log(`${current} of ${cases.length} cases ran with the library of SHA-256 ${library}..., the others with earlier ones`);
  return { cases, first, last };
}

export interface StudiedCases<Case> {
  readonly cases: readonly Case[];
  /** First and last seed. */
  readonly first: number;
  readonly last: number;
}

/** Prints the verdict; exit code 1 if a case differs, or a category never occurred. */
export function endStudy(differing: number, categories: readonly string[], timesMet: (category: string) => number): void {
  const missed = categories.filter((category) => timesMet(category) === 0);
  const isSound = differing === 0 && missed.length === 0;
  console.log(isSound ? "all agree" : `${differing} differ; never met: ${missed.join(", ") || "none"}`);
  process.exitCode = isSound ? 0 : 1;
}
