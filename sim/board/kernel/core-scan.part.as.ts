/**
 * Scans of cores at a wave's end: messages set bits while a wave runs; at its end the core reads the rows of the set bits, or of all axons, one after the
 * other. Spilled rows are requested when the scan reaches their set bit (compressed) or their axon (dense); the unit waits for them.
 * Cycles: see docs/timing.md. Not modelled: prefetch of the next row from DRAM.
 *
 * Scans of different cores interact only at the DRAM, which serves fetches by cycle, then by core id: the board visits a core in the cycle of its next fetch.
 */

import { inRow, isNone, Table } from "../../../base/kernel/views.part.as";
import { entryOf, isObserved, macOf, record, TAKE } from "./core-events.part.as";
import { Axon, Scan } from "./core-extras.part.as";
import { touch } from "./core-plan.part.as";
import { pop } from "./core-queue.part.as";
import { blockOf, Core, NEVER } from "./core-records.part.as";
import { dramBitsOf, packedWords, rowReads } from "./core-rereads.part.as";
import { advance, countRow, fetchRows, open } from "./core-synapse.part.as";
import { segmentFrom, segmentOf, segmentTo } from "./route-tables.part.as";

/** By entry: the axon through which its message arrives, for cores that sweep axon by axon. */
let axonOf: Table<i32> = changetype<Table<i32>>(0);

export function setAxons(table: Table<i32>): void {
  axonOf = table;
}

/** Totals of the rows in hand: groups, lane time, bits in DRAM. */
let groups: i64 = 0;
let laneCycles: i64 = 0;
let dramBits: i64 = 0;

/** A message that is taken in `cycle` sets its bit. */
function gather(core: Core, message: u32, cycle: i64): void {
  const scan = core.scan;
  const entry = entryOf(core, message);
  if (isObserved) record(TAKE, cycle, core, message, entry);
  if (isNone(scan.axons)) scan.gathered[scan.count] = message;
  else {
    const axon = inRow(scan.axons, axonOf[entry]);
    axon.message = message;
    axon.isSet = true;
  }
  scan.count += 1;
  core.taken += 1;
  core.synapseFree = cycle + 1;
  core.drained = cycle + 1;
  if (!core.updatesTouched) return;
  const end = segmentOf(entry + 1);
  for (let segment = segmentOf(entry); segment < end; segment++) {
    touch(blockOf(segment), segmentFrom[segment], segmentTo[segment], core.wave);
  }
}

/** Takes a message ahead that is visible from `cycle` on, as takeAhead does; false: it has to wait in the queue. */
export function gatherAhead(core: Core, message: u32, cycle: i64): bool {
  const takenAt = max(cycle, core.synapseFree);
  if (core.stored != 0 || takenAt > cycle + core.patienceCycles) return false;
  gather(core, message, takenAt);
  return true;
}

/** The unit's turn while a wave runs. */
export function evaluateGather(core: Core, cycle: i64): void {
  core.synapseNext = NEVER;
  if (core.committed == 0) return;
  gather(core, pop(core), cycle);
  if (core.stored > 0) core.synapseNext = cycle + 1;
}

/** Selects a message's rows, and counts their operations. */
function setOut(core: Core, message: u32): void {
  const entry = entryOf(core, message);
  const mac = macOf(message);
  const readsAll = core.scan.isDense;
  core.segment = segmentOf(entry);
  core.segmentEnd = segmentOf(entry + 1);
  groups = 0;
  laneCycles = 0;
  dramBits = 0;
  let operations: i64 = 0;
  let generated: i64 = 0;
  let reads: i64 = 0;
  for (let segment = core.segment; segment < core.segmentEnd; segment++) {
    const block = blockOf(segment);
    let items = block.rowItems;
    let many = block.rowGroups;
    const isSparse = !isNone(block.targets);
    if (isSparse) {
      items = segmentTo[segment] - segmentFrom[segment];
      many = (items + block.groupItems - 1) / block.groupItems;
      operations += <i64>items * block.weights;
      if (block.generates) generated += <i64>items;
    } else countRow(block, mac);
    if (block.dramWordBits != 0) dramBits += dramBitsOf(block, items);
    else if (isSparse && !readsAll && isNone(block.kernel))
      reads += block.refetchesWeights ? rowReads(block, items) : packedWords(block, items);
    groups += many;
    laneCycles += <i64>many * block.beatCycles;
  }
  core.counters.synapseReads += <f64>reads;
  core.counters.generatedAddresses += <f64>generated;
  if (mac != 0) core.counters.synapticMacs += <f64>operations;
  else core.counters.synapticAdds += <f64>operations;
}

/** Selects the next axon of a sweep. */
function nextAxon(core: Core, scan: Scan, axon: Axon): void {
  scan.askAt = scan.at;
  scan.dramBits = axon.dramBits;
  scan.passGroups = axon.groups;
  scan.passCycles = axon.cycles;
  scan.hasRows = axon.isSet;
  if (!axon.isSet) return;
  axon.isSet = false;
  setOut(core, axon.message);
  scan.passGroups -= groups;
  scan.passCycles -= laneCycles;
}

/** Selects the next set bit. */
function nextBit(core: Core, scan: Scan): void {
  setOut(core, scan.gathered[scan.next]);
  scan.hasRows = true;
  scan.askAt = scan.at + scan.setBitCycles;
  scan.dramBits = dramBits;
  scan.restGroups -= groups;
  scan.restCycles -= laneCycles;
}

/** Selects the next axon or set bit; false if none is left. */
function findNext(core: Core, scan: Scan): bool {
  const isByAxon = !isNone(scan.axons);
  if (scan.next == (isByAxon ? scan.axonCount : scan.count)) return false;
  if (isByAxon) nextAxon(core, scan, inRow(scan.axons, scan.next));
  else nextBit(core, scan);
  scan.next += 1;
  return true;
}

/** Cycle of the first group of the weights that are requested in `cycle`. */
function weightsAt(core: Core, cycle: i64, bits: i64): i64 {
  core.counters.synapseStallMemory += <f64>core.weightCycles;
  return bits == 0 ? cycle + core.weightCycles : fetchRows(core, cycle, bits);
}

/** Passes over rows that no spike uses; they take their lane time. */
function passOver(core: Core, passed: i64, cycles: i64): void {
  core.counters.synapseBusy += <f64>passed;
  core.counters.synapseStallMemory += <f64>(cycles - passed);
  core.scan.at += cycles;
}

/** Issues the selected rows, and passes over the unused rows after them. */
function issue(core: Core, scan: Scan): void {
  const takenAt = scan.at;
  const first = weightsAt(core, scan.askAt, scan.dramBits);
  scan.at = first;
  if (scan.hasRows) {
    if (isObserved) core.takenAt = takenAt;
    core.inRow = true;
    core.rowAt = first;
    open(core);
    while (core.inRow) advance(core, NEVER);
    scan.at = core.synapseFree;
  }
  passOver(core, scan.passGroups, scan.passCycles);
}

/** All bits have been scanned. */
function endScan(core: Core, scan: Scan): void {
  if (scan.isDense && isNone(scan.axons)) {
    const waits = <i64>(scan.axonCount - scan.count) * core.weightCycles;
    core.counters.synapseStallMemory += <f64>waits;
    scan.at += waits;
    passOver(core, scan.restGroups, scan.restCycles);
  }
  core.synapseFree = scan.at;
  core.drained = scan.at + (scan.count == 0 ? 0 : core.drainCycles);
  core.synapseNext = NEVER;
  scan.count = 0;
  scan.isRunning = false;
}

/** Scans up to the next fetch from DRAM; the board visits the core in the cycle of that fetch. */
function goOn(core: Core, scan: Scan): void {
  while (findNext(core, scan)) {
    if (scan.dramBits > 0) {
      core.synapseNext = scan.askAt;
      return;
    }
    issue(core, scan);
  }
  endScan(core, scan);
}

/** Resets the scan: no bit is set. */
export function resetScan(scan: Scan): void {
  scan.isRunning = false;
  scan.count = 0;
  if (isNone(scan.axons)) return;
  for (let i = 0; i < scan.axonCount; i++) inRow(scan.axons, i).isSet = false;
}

/** Begins the core's scan: all messages of the wave have come, and all units of the chip rest from `cycle` on. */
export function startScan(core: Core, cycle: i64): void {
  const scan = core.scan;
  scan.isRunning = true;
  scan.next = 0;
  scan.at = cycle + scan.lookCycles;
  scan.passCycles = 0;
  scan.passGroups = 0;
  scan.restCycles = scan.laneCycles;
  scan.restGroups = scan.groups;
  core.counters.synapseOverhead += <f64>(scan.lookCycles + <i64>scan.count * scan.setBitCycles);
  core.counters.synapseReads += <f64>scan.words;
  goOn(core, scan);
}

/** The board visits the core in the cycle of its fetch. */
export function evaluateScan(core: Core): void {
  issue(core, core.scan);
  goOn(core, core.scan);
}
