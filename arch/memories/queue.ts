/**
 * Costs of queues of spike messages: FIFOs of registers, latches or SRAM (`memory-macro.ts`), or `auto`. `auto`: up to
 * 32 entries are flip-flops priced as DSENT's buffers, with the area and leakage of their bits only. With `chip.idle:
 * clocked` they are clocked in every cycle, as `registers` are; else their clock is in the pushes. Beyond, energy
 * follows the capacity law of the SRAM fits, and the further entries leak and take area as 1R1W SRAM. At 45 nm, from 8
 * entries on, DSENT's energies agree with `registers` within 10 % (push) and 20 % (pop).
 */
import { pow } from "../../base/math.js";
import {
  besideClockPj,
  CLOCK_SOURCE,
  clockBitsPj,
  LOGIC_AREA_SOURCE,
  LOGIC_LEAKAGE_SOURCE,
  type Logic,
  logicAreaMm2,
  logicLeakageMw,
} from "../arithmetic.js";
import type { Core, QueueKind, Technology } from "../chip.js";
import { Memo } from "../component-tables.js";
import { FLOP_ENTRIES, fifoPj } from "../dsent.js";
import { flopsBeyond } from "../price-range.js";
import { SCALING_SOURCE } from "../scaling.js";
import { capacityExponent, technologyKey } from "../sram.js";
import { type MemoryMacro, memoryMacro, ownWordsMacro } from "./memory-macro.js";

export interface QueueCosts {
  readonly pushPj: number;
  readonly popPj: number;
  /** 0 for SRAM, and for `auto` unless `chip.idle` is clocked. */
  readonly clockPjPerCycle: number;
  readonly leakageMw: number;
  readonly areaMm2: number;
  /** The part of leakage and area that is SRAM. */
  readonly sramPart: { readonly leakageMw: number; readonly areaMm2: number };
  /** Number of entries in flip-flops. */
  readonly flopEntries: number;
  readonly sources: MemoryMacro["sources"];
  /** True if leakage and area, or energies, are outside of the range of their sources. */
  readonly extrapolated: boolean;
  readonly energyExtrapolated: boolean;
}

const memo = new Memo<QueueCosts>();
export function queueCosts(kind: QueueKind, depth: number, bits: number, technology: Technology): QueueCosts {
  const key = `${kind}/${depth}/${bits}/${technology.idle}/${technologyKey(technology)}`;
  return memo.get(key, () => (kind === "auto" ? automatic(depth, bits, technology) : ofKind(kind, depth, bits, technology)));
}

/**
 * Costs of a core's queue of messages of `bits`. @throws InputError if messages are wider than the words of its own
 * macros
 */
export function coreQueue(
  core: Core,
  which: "input" | "output",
  bits: number,
  technology: Technology,
): QueueCosts & { readonly kind: QueueKind | "own" } {
  const own = core.ownWords[which];
  const kind = core.queueKinds[which];
  if (own === null) return { kind, ...queueCosts(kind, core[`${which}Queue`].depth, bits, technology) };
  return { kind: "own", ...costsOf(ownWordsMacro(own, bits, `tile.core.${which}_queue`), 0, 0) };
}

/**
 * Costs of a core's buffer of `bits` for rows from DRAM, a FIFO of words of its synapse memory; null: it has none.
 */
export function prefetchBuffer({ synapseMemory }: Core, bits: number, technology: Technology): QueueCosts | null {
  if (bits === 0) return null;
  return queueCosts("auto", Math.ceil(bits / synapseMemory.wordBits), synapseMemory.wordBits, technology);
}

const fifo = (kind: Exclude<QueueKind, "auto">, depth: number, bits: number, technology: Technology): MemoryMacro =>
  memoryMacro({ kind, sizeBits: depth * bits, wordBits: bits, banks: 1, ports: "1r1w" }, technology);

function ofKind(kind: Exclude<QueueKind, "auto">, depth: number, bits: number, technology: Technology): QueueCosts {
  return costsOf(fifo(kind, depth, bits, technology), kind === "registers" ? depth : 0, kind === "sram" ? 1 : 0);
}

function costsOf(macro: MemoryMacro, flopEntries: number, sramShare: 0 | 1): QueueCosts {
  const { leakage_mw: leakageMw, area_mm2: areaMm2, sources, extrapolated } = macro;
  return {
    ...{ pushPj: macro.write_pj, popPj: macro.read_pj, clockPjPerCycle: macro.clock_pj_per_cycle },
    sramPart: { leakageMw: sramShare * leakageMw, areaMm2: sramShare * areaMm2 },
    ...{ leakageMw, areaMm2, flopEntries, sources, extrapolated, energyExtrapolated: extrapolated },
  };
}

function automatic(depth: number, bits: number, technology: Technology): QueueCosts {
  const flopEntries = Math.min(depth, FLOP_ENTRIES);
  const growth = (quantity: "write_pj" | "read_pj"): number =>
    pow(depth / flopEntries, capacityExponent(technology.nodeNm, technology.sramCell, quantity));
  const flops: Logic = { adderBits: 0, multiplierBits2: 0, registerBits: flopEntries * bits };
  const isClocked = technology.idle === "clocked";
  const beyond = depth > FLOP_ENTRIES ? fifo("sram", depth - FLOP_ENTRIES, bits, technology) : null;
  const range = flopsBeyond(flopEntries, bits);
  const source = (of: string, part: "energy" | "leakage" | "area"): string =>
    beyond === null ? of : `${of}; beyond ${FLOP_ENTRIES} entries ${beyond.sources[part]}`;
  return {
    pushPj: besideClockPj(fifoPj("buf_write_pj", flopEntries, bits, technology) * growth("write_pj"), bits, technology),
    popPj: fifoPj("buf_read_pj", flopEntries, bits, technology) * growth("read_pj"),
    clockPjPerCycle: isClocked ? clockBitsPj(flops.registerBits, technology) : 0,
    leakageMw: logicLeakageMw(flops, technology) + (beyond?.leakage_mw ?? 0),
    areaMm2: logicAreaMm2(flops, technology.nodeNm) + (beyond?.area_mm2 ?? 0),
    sramPart: { leakageMw: beyond?.leakage_mw ?? 0, areaMm2: beyond?.area_mm2 ?? 0 },
    flopEntries,
    extrapolated: beyond?.extrapolated ?? false,
    energyExtrapolated: range !== null || (beyond?.extrapolated ?? false),
    sources: {
      energy: source(`DSENT flip-flop FIFO; ${SCALING_SOURCE}${range === null ? "" : `; extrapolated: ${range}`}`, "energy"),
      clock: isClocked ? CLOCK_SOURCE : "clock of the flip-flops in their pushes",
      leakage: source(LOGIC_LEAKAGE_SOURCE, "leakage"),
      area: source(LOGIC_AREA_SOURCE, "area"),
    },
  };
}
