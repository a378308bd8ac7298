/**
 * Rows with targets as bitmaps or run lengths: the words that a writer fills equal the counted ones, and a reader finds
 * the targets again.
 */
import { expect, test } from "vitest";
import type { Chip, Projection, Topology } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { projectionWords } from "../../../sim/mapping/layout.js";
import { heldBy, heldWeights } from "../../../sim/mapping/weight-formats.js";
import { chip, population, precision } from "../board/fixtures.js";

const WORD = 32;

function sparse(rows: readonly (readonly number[])[], neurons: number, accumulators: number): Topology {
  const rowStart = [0];
  for (const row of rows) rowStart.push((rowStart.at(-1) as number) + row.length);
  const populations = [population("input", rows.length, 0), population("fc1", neurons, 1, { accumulators, payloadBits: 0 })];
  const held = { rowStart: Uint32Array.from(rowStart), targets: Uint32Array.from(rows.flat()) };
  return { populations, projections: [{ source: 0, target: 1, recurrent: false, sparse: held }] };
}

const randomRows = (seed: number, sources: number, neurons: number, density: number): number[][] => {
  const rng = createRng(seed, "coded rows");
  return Array.from({ length: sources }, () => Array.from({ length: neurons }, (_, n) => n).filter(() => rng.float() < density));
};

/** Items of equal width in words that none straddles. */
function packed(items: readonly string[]): string[] {
  const words: string[] = [];
  for (const item of items) {
    const last = words.at(-1);
    if (item.length > WORD) for (let at = 0; at < item.length; at += WORD) words.push(item.slice(at, at + WORD).padEnd(WORD, "0"));
    else if (last !== undefined && last.length + item.length <= WORD && last.length % item.length === 0)
      words[words.length - 1] = last + item;
    else words.push(item);
  }
  return words;
}

/** The part of a row for neurons `first .. first + neurons - 1`, as words of memory; null if the part is empty. */
function write({ coding }: Projection, row: readonly number[], first: number, neurons: number, weight: string): string[] | null {
  const inside = row.filter((target) => target >= first && target < first + neurons).map((target) => target - first);
  if (inside.length === 0) return null;
  if (coding?.kind === "bitmap") {
    const bits = Array.from({ length: neurons }, (_, n) => (inside.includes(n) ? "1" : "0")).join("");
    const map: string[] = [];
    for (let at = 0; at < bits.length; at += WORD) map.push(bits.slice(at, at + WORD));
    return [...map, ...packed(inside.map(() => weight))];
  }
  const bits = coding?.runBits ?? 0;
  const runs = inside.map((target, i) => target - (i === 0 ? 0 : inside[i - 1] + 1));
  for (const run of runs) expect(run).toBeLessThan(2 ** bits);
  // the reader's sums give the targets again
  let at = -1;
  expect(runs.map((run) => (at += run + 1))).toEqual(inside);
  return packed(
    runs.map(
      (run) =>
        weight +
        run
          .toString(2)
          .padStart(bits, "0")
          .slice(bits === 0 ? 1 : 0),
    ),
  );
}

test.each(["bitmap", "run-length"] as const)(
  "%s: the words written for random matrices, whole and cut, equal the words that a core needs",
  (format) => {
    let written = 0;
    for (const [seed, accumulators] of [
      [1, 1],
      [2, 1],
      [3, 3],
      [4, 5],
    ] as const) {
      for (const density of [0.02, 0.3, 0.9]) {
        const neurons = 70;
        const rows = randomRows(seed, 20, neurons, density);
        const topology = heldBy({ ...chip([1]), weightFormat: format }, precision, sparse(rows, neurons, accumulators));
        const [projection] = topology.projections;
        expect(projection.coding?.kind).toBe(format);
        for (const [first, count] of [
          [0, neurons],
          [0, 33],
          [33, 37],
          [69, 1],
        ]) {
          const words = rows.map(
            (row) => write(projection, row, first, count, "w".repeat(accumulators * precision.weightBits))?.length ?? 0,
          );
          const sum = words.reduce((all, one) => all + one, 0);
          expect(projectionWords(topology, projection, precision, WORD, first, count)).toBe(sum);
          written += sum;
        }
      }
    }
    expect(written).toBeGreaterThan(5000);
  },
);

test("smallest takes the format with the fewest bits, by rising density rows, run lengths, bitmap, dense; a layer's format overrides the chip's", () => {
  const formatAt = (density: number, changes: Partial<Chip> = {}) => {
    const all = heldWeights(
      { ...chip([1]), weightFormat: "smallest", ...changes },
      precision,
      sparse(randomRows(9, 40, 100, density), 100, 1),
    );
    const [{ format, bits, others }] = all;
    if (Object.keys(changes).length === 0) for (const other of others) expect(bits).toBeLessThanOrEqual(other.bits);
    return format;
  };
  expect([0.02, 0.12, 0.4, 0.97].map((density) => formatAt(density))).toEqual(["rows", "run-length", "bitmap", "dense"]);
  expect(formatAt(0.12, { weightFormats: { fc1: "rows" } })).toBe("rows");
  const stray = { ...chip([1]), weightFormats: { fc2: "rows" as const } };
  expect(() => heldBy(stray, precision, sparse([[0]], 3, 1))).toThrow(/precision\.layers\.fc2/);
  expect([0.02, 0.97].map((density) => formatAt(density, { weightFormat: "auto" }))).toEqual(["rows", "dense"]);
});
