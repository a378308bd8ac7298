/**
 * Packets with which cores report finished steps to each other (`barrier.scope: sources`), if every core holds a piece
 * of every population: each sends one to all others.
 */
import type { Chip } from "../../arch/index.js";
import { countBits } from "../program/index.js";
import type { Load } from "./load.js";

/** The load with the step packets of a core and of the port in a wave; unchanged if waves belong to the whole chip. */
export function withStepPackets(chip: Chip, load: Load): Load {
  if (chip.sourcePace === null) return load;
  const { headerBits, flitWidthBits } = chip.noc;
  const told = load.cores - 1 + (chip.port === null ? 0 : 1);
  const each = Math.ceil((headerBits + countBits(load.neurons)) / flitWidthBits);
  const byPort = chip.port === null ? 0 : load.cores;
  return {
    ...load,
    stepPackets: told,
    stepFlits: each,
    packets: load.packets + told,
    flits: load.flits + told * each,
    copies: load.copies + told,
    port: {
      ...load.port,
      packets: load.port.packets + byPort,
      flits: load.port.flits + byPort * each,
      copies: load.port.copies + byPort,
    },
  };
}
