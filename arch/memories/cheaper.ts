/**
 * Finds memories of a chip that would be smaller as another kind. Energy depends on use, which the description does not
 * say.
 */
import type { Chip, Core, Memory, MemoryKind } from "../chip.js";
import { type MemoryMacro, memoryMacro } from "./memory-macro.js";

export interface CheaperKind {
  readonly memory: "synapse_memory" | "state_memory";
  readonly sizeBits: number;
  readonly kind: MemoryKind;
  readonly instead: MemoryKind;
  /** Area of `instead`, relative to `kind`. */
  readonly area: number;
  readonly read: number;
  readonly write: number;
}

const KINDS: readonly MemoryKind[] = ["sram", "registers", "latches"];
/** Largest ratio of areas that is reported: a smaller saving is within the errors of the models. */
const WORTH = 0.9;

/** Each distinct memory once, in the order of the cores. An FPGA has neither this area nor these energies. */
export function cheaperKinds({ cores, technology, fpga }: Pick<Chip, "cores" | "technology" | "fpga">): readonly CheaperKind[] {
  if (fpga !== null) return [];
  const found = new Map<string, CheaperKind>();
  for (const core of cores) {
    for (const memory of ["synapse_memory", "state_memory"] as const) {
      const described = memoryOf(core, memory);
      const { kind, sizeBits, wordBits, banks, ports } = described;
      const key = `${memory}/${kind}/${sizeBits}/${wordBits}/${banks}/${ports}`;
      if (found.has(key) || described.own !== null || kind === "plug-in") continue;
      const of = (other: MemoryKind): MemoryMacro => memoryMacro({ ...described, kind: other }, technology);
      const own = of(kind);
      const instead = KINDS.reduce((best, other) => (of(other).area_mm2 < of(best).area_mm2 ? other : best), kind);
      const other = of(instead);
      const area = other.area_mm2 / own.area_mm2;
      if (area > WORTH) continue;
      const [read, write] = [other.read_pj / own.read_pj, other.write_pj / own.write_pj];
      found.set(key, { memory, sizeBits, kind, instead, area, read, write });
    }
  }
  return [...found.values()];
}

const memoryOf = (core: Core, memory: CheaperKind["memory"]): Memory =>
  memory === "synapse_memory" ? core.synapseMemory : core.stateMemory;
