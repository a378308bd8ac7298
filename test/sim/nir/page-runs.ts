/**
 * Runs of the programs that docs/integers.md prints for networks in files, beside what the reference engine computed.
 */
import { expect } from "vitest";
import type { Counted } from "../../counted.js";
import { printedBy, type Spy } from "../../rtl/page-program.js";

export interface PageRun {
  /** Files of the run by name; `net.json` and `spikes.csv` among them. */
  readonly files: { readonly [name: string]: string };
  /** Further words of the command: what is compared. */
  readonly words: readonly string[];
  /** Line that the program prints of its output; null: the network has none. */
  readonly output: string | null;
  /** Number of recordings that are compared. */
  readonly compared: number;
  /** Features that the run has. */
  readonly met: readonly string[];
}

/** Values of a recording as a csv file, one line per step. */
export const rowsOf = (values: ArrayLike<number>, width: number): string =>
  Array.from(
    { length: values.length / width },
    (_, s) => `${Array.from({ length: width }, (_, i) => values[s * width + i]).join()}\n`,
  ).join("");

/** Every recording and output of `program` is equal, and each feature of `demanded` was met. */
export function expectEqualRuns(
  program: string,
  spies: readonly Spy[],
  runs: readonly PageRun[],
  { seen, demanded }: { readonly seen: Counted; readonly demanded: Parameters<Counted["expectEach"]>[0] },
): void {
  for (const { met } of runs) seen.see(...met);
  const told = printedBy(
    "integers.md",
    program,
    runs.map(({ files, words }) => ({ files, words: ["net.json", "spikes.csv", ...words] })),
    spies,
  );
  expect(told.filter((line) => line.includes("NOT EQUAL"))).toEqual([]);
  expect(told.filter((line) => line.endsWith("values, equal"))).toHaveLength(runs.reduce((sum, { compared }) => sum + compared, 0));
  expect(told.filter((line) => line.startsWith("output: "))).toEqual(runs.flatMap(({ output }) => (output === null ? [] : [output])));
  for (const line of told) if (line.startsWith("met ")) seen.see(line.slice(4));
  seen.expectEach(demanded);
}
