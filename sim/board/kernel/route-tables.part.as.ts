/** Tables of a program's routes, as routes.ts makes them. */
import { isNone, Table } from "../../../base/kernel/views.part.as";

/** Tables of the program, as program.ts describes them: [routes + 1], [entries], [entries + 1] (none: every entry has one segment), [segments] each. */
export let entryStart: Table<i32> = changetype<Table<i32>>(0);
let entryCore: Table<u16> = changetype<Table<u16>>(0);
/** Replaces the narrow table for a chip with core ids, or a program with blocks, beyond 16 bits; none: 16 bits suffice. */
let wideEntryCore: Table<i32> = changetype<Table<i32>>(0);
let wideSegmentBlock: Table<i32> = changetype<Table<i32>>(0);
let segmentStart: Table<i32> = changetype<Table<i32>>(0);
let segmentBlock: Table<u16> = changetype<Table<u16>>(0);
export let segmentFrom: Table<i32> = changetype<Table<i32>>(0);
export let segmentTo: Table<i32> = changetype<Table<i32>>(0);

export function setRoutes(
  starts: Table<i32>,
  cores: Table<u16>,
  segments: Table<i32>,
  block: Table<u16>,
  from: Table<i32>,
  to: Table<i32>,
): void {
  entryStart = starts;
  entryCore = cores;
  segmentStart = segments;
  segmentBlock = block;
  segmentFrom = from;
  segmentTo = to;
}

/** Sets wide tables in place of those of setRoutes that are too narrow (else none). */
export function setWideRoutes(cores: Table<i32>, block: Table<i32>): void {
  wideEntryCore = cores;
  wideSegmentBlock = block;
}

/** First segment of an entry. */
@inline
export function segmentOf(entry: i32): i32 {
  return isNone(segmentStart) ? entry : segmentStart[entry];
}

@inline
export function destinationOf(entry: i32): i32 {
  return isNone(wideEntryCore) ? <i32>entryCore[entry] : wideEntryCore[entry];
}

/** Number of a segment's block. */
@inline
export function blockNumberOf(segment: i32): i32 {
  return isNone(wideSegmentBlock) ? <i32>segmentBlock[segment] : wideSegmentBlock[segment];
}
