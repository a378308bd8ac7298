/**
 * Damaged inputs by number: the same reader, seed and number give the same input, so that one case can be run alone.
 */

import { InfeasibleError, InputError } from "../../base/errors.js";
import { createRng } from "../../base/rng.js";
import type { Input, Reader } from "./reader.js";

export const SEED = 88;
export const SLOWEST_MS = 20_000;
export const MOST_BYTES = 2 ** 30;

export interface Report {
  readonly read: number;
  readonly refused: number;
  readonly slowestMs: number;
  readonly slowestCase: number;
}

export async function inputOf(reader: Reader, number: number): Promise<Input> {
  const rng = createRng(SEED, `fuzz/${reader.name}/${number}`);
  return reader.damages[number % reader.damages.length](rng);
}

/** @throws Error for anything but a result or a refusal, with the input in it. */
async function outcomeOf(reader: Reader, input: Input, what: string): Promise<"read" | "refused"> {
  try {
    await reader.read(input as never);
    return "read";
  } catch (error) {
    if (error instanceof InputError || error instanceof InfeasibleError) return "refused";
    const shown = typeof input === "string" ? JSON.stringify(input) : Buffer.from(input).toString("base64");
    throw new Error(
      `${reader.name}, seed ${SEED}, ${what}: ${error instanceof Error ? error.stack : error}\ninput: ${shown.slice(0, 3000)}`,
    );
  }
}

type Counts = Pick<Report, "read" | "refused">;

/**
 * Sound inputs first, then cases `first` to `last`. `before` hears the number of each case before it runs, and what
 * became of those before it.
 */
export async function runCases(
  reader: Reader,
  first: number,
  last: number,
  before: (number: number, counts: Counts) => void,
): Promise<Report> {
  for (const sound of reader.sound)
    if ((await outcomeOf(reader, sound, "a sound input")) !== "read") throw new Error(`${reader.name} refuses a sound input`);
  const counts = { read: 0, refused: 0 };
  let [slowestMs, slowestCase] = [0, first];
  for (let number = first; number <= last; number++) {
    before(number, counts);
    const input = await inputOf(reader, number);
    const start = performance.now();
    counts[await outcomeOf(reader, input, `case ${number}`)]++;
    const took = performance.now() - start;
    if (took > slowestMs) [slowestMs, slowestCase] = [took, number];
  }
  return { ...counts, slowestMs, slowestCase };
}
