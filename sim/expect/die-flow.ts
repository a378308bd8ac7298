/** Throughput of the links between a chip's dies, and what limits it. Pure. */
import { BUILT_PAYLOAD_BITS, type Chip, dieLinkCount } from "../../arch/index.js";
import { flowRates } from "./flow-rates.js";

export interface DieFlow {
  /** Number of directed links. */
  readonly links: number;
  /** Of each link. */
  readonly flitsPerCycle: number;
  readonly boundBy: "bandwidth" | "credits";
  /** Cycles from the grant of a flit to the use of its credit. */
  readonly roundTripCycles: number;
  /** Flits of a VC's buffer with which credits return in time for the full bandwidth; null: none, with as few VCs. */
  readonly coveringFlits: number | null;
}

/** null: no link leaves a die. Packets are as long as spikes of the widest payload. */
export function dieFlow(chip: Chip): DieFlow | null {
  const { noc } = chip;
  const links = dieLinkCount(chip);
  if (noc.dies === null || links === 0) return null;
  const flits = Math.ceil((noc.headerBits + BUILT_PAYLOAD_BITS) / noc.flitWidthBits);
  const { die, dieBoundBy, dieTrip, dieBuffer } = flowRates(chip, { grid: 1, tree: 0, tiles: 1, treeShare: 0 }, flits);
  return {
    links,
    flitsPerCycle: die,
    boundBy: dieBoundBy,
    roundTripCycles: dieTrip,
    coveringFlits: dieBuffer,
  };
}
