/**
 * The scans of all cores at a step's end. They meet at the DRAM only: its channel serves their fetches in the order in which they are asked for, of
 * one cycle by core id. A core asks for one at a time, so the earliest of those that wait is always the next.
 */
import type { DramChannel } from "./parts/dram.js";

/** Rows that a scan waits for: the fetch may start in cycle `from`. */
export interface Fetch {
  readonly from: number;
  readonly bits: number;
}

/** A scan under way: stops at every fetch, and goes on when told the cycle from which on the bits are at hand. */
export type Scanning<Result> = Generator<Fetch, Result, number>;

interface Scanner {
  readonly id: number;
  scan(start: number): Scanning<void>;
}

/** Runs scans from cycle `start` on. null: all rows are on the chip. */
export function runScans(units: readonly Scanner[], start: number, dram: DramChannel | null): void {
  let waiting = units.map((unit) => {
    const scan = unit.scan(start);
    return { id: unit.id, scan, asked: scan.next() };
  });
  for (;;) {
    waiting = waiting.filter(({ asked }) => asked.done !== true);
    if (waiting.length === 0 || dram === null) return;
    const next = waiting.reduce((a, b) => ((fetchOf(b).from - fetchOf(a).from || b.id - a.id) < 0 ? b : a));
    const { from, bits } = fetchOf(next);
    next.asked = next.scan.next(dram.serve(from, bits));
  }
}

const fetchOf = ({ asked }: { readonly asked: IteratorResult<Fetch, void> }): Fetch => asked.value as Fetch;
