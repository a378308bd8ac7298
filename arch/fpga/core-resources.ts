/** Resources of an FPGA for one core. Pure. */
import { powerOfTwo } from "../../base/math.js";
import type { Chip, Core } from "../chip.js";
import { builtWidths, messageBits } from "../components.js";
import { builtPayloadBits, type CoreNeeds, messagePayloadBits } from "../core-needs.js";
import { builtLanes } from "../lanes.js";
import { builtRow, parameterRowBits } from "../memories/parameter-memory.js";
import { hasRouters } from "../noc-shape.js";
import { areUnits, type Precision } from "../precision.js";
import { axonEntryBits } from "../route-tables.js";
import { isTableClocked } from "../update-unit.js";
import { writePath } from "../write-path.js";
import { coreStructure } from "./core-structure.js";
import type { FpgaDevice } from "./devices.js";
import { fpgaLaws, TERMS, termValue } from "./fpga-laws.js";
import { type MemoryNeed, memoryBlocks } from "./memory-blocks.js";
import { NO_RESOURCES, plus, type Resources } from "./resources.js";

/** Number of DSP blocks for a product of two widths. */
export function dspsFor(aBits: number, bBits: number, { dspBits: [a, b] }: FpgaDevice): number {
  const tiles = (x: number, y: number): number => Math.ceil(x / a) * Math.ceil(y / b);
  return Math.min(tiles(aBits, bBits), tiles(bBits, aBits));
}

/** Of one lane. */
export const laneDsps = (weightBits: number, payloadBits: number, device: FpgaDevice): number =>
  areUnits(weightBits) ? 0 : dspsFor(weightBits, payloadBits, device);

/** Of one update unit. */
export function unitDsps(needs: CoreNeeds, precision: Precision, device: FpgaDevice): number {
  const { requantisers, gates, leaks } = needs.unit;
  const w = builtWidths(precision, needs);
  return (
    requantisers * dspsFor(w.accumulatorBits, w.multiplierBits, device) +
    gates * dspsFor(w.gateBits, w.differenceBits, device) +
    leaks * dspsFor(w.stateBits, w.factorBits, device)
  );
}

/** True if a weight's place in a word is found without a product. */
export const hasEvenWeights = ({ weightBits }: Pick<Precision, "weightBits">): boolean => (weightBits & (weightBits - 1)) === 0;

/** DSP blocks of lanes, update units and addresses; those of addresses grow with the units of a batch. */
function multipliers(core: Core, precision: Precision, needs: CoreNeeds, device: FpgaDevice): number {
  const { units } = core.neuronUpdate;
  const lane = laneDsps(precision.weightBits, builtPayloadBits(needs), device);
  const { even, odd } = fpgaLaws(device.family).addressProducts;
  const addresses = Math.round(units * (hasEvenWeights(precision) ? even : odd));
  return builtLanes(core, precision, needs) * lane + units * unitDsps(needs, precision, device) + addresses;
}

/** Names of memories, for readers. */
export type MemoryName =
  | "weights"
  | "states and sums"
  | "rows of neurons' own numbers"
  | "tables"
  | "axon table"
  | "route table"
  | "input queues"
  | "output queues";

/**
 * Memories of a core, with the number of each. What a memory is made of on silicon (`kind`) does not matter: the
 * emitted SystemVerilog has one module for all kinds. Axon tables and route tables are constants there, read at once
 * (`rtl/lib/named_rows.sv`, `dispatch.sv`).
 */
function memories(chip: Chip, core: Core, precision: Precision, needs: CoreNeeds): readonly (readonly [MemoryName, MemoryNeed, number])[] {
  const { synapseMemory, stateMemory, maxNeurons, inputQueue, outputQueue } = core;
  const { units, pipelineDepthCycles } = core.neuronUpdate;
  const inBanks = ({ sizeBits, wordBits, banks }: Core["stateMemory"]): number => Math.floor(sizeBits / wordBits / banks);
  const row = parameterRowBits(builtRow(needs.unit, builtWidths(precision, needs)));
  const message = messageBits(chip, messagePayloadBits(needs));
  const { maskBits: parts } = writePath(core, precision, needs);
  const whole = (words: number, wordBits: number): MemoryNeed => ({ words, wordBits, maskBits: null, kind: "written" });
  const constant = (words: number, wordBits: number): MemoryNeed => ({ ...whole(words, wordBits), kind: "constant" });
  const atOnce = (words: number, wordBits: number): MemoryNeed => ({ ...whole(words, wordBits), kind: "constant at once" });
  const state: MemoryNeed = { ...whole(inBanks(stateMemory), stateMemory.wordBits), maskBits: stateMemory.wordBits / parts };
  const gateTable = isTableClocked(pipelineDepthCycles) ? constant : atOnce;
  return [
    ["weights", constant(inBanks(synapseMemory), synapseMemory.wordBits), synapseMemory.banks],
    ["states and sums", state, stateMemory.banks],
    ["rows of neurons' own numbers", constant(Math.ceil(maxNeurons / units), row), row === 0 ? 0 : units],
    ["tables", gateTable(powerOfTwo(precision.lutBits), precision.gateBits), needs.unit.tables * units],
    ["axon table", atOnce(core.axonEntries ?? 0, axonEntryBits(core)), 1],
    ["route table", atOnce(core.routeEntries ?? 0, chip.noc.headerBits), 1],
    ["input queues", whole(inputQueue.depth, message), 1],
    ["output queues", whole(outputQueue.depth, message), hasRouters(chip) ? 1 : 0],
  ];
}

/** Words, bits per word, bits per part and number of a core's memories that take block RAMs. */
export const blockRamShape = (chip: Chip, core: Core, precision: Precision, needs: CoreNeeds, device: FpgaDevice): string =>
  memories(chip, core, precision, needs)
    .filter(([, need, count]) => count * memoryBlocks(need, device).blockRams > 0)
    .map(([, { words, wordBits, maskBits }, count]) => `${count} of ${words} x ${wordBits}${maskBits === null ? "" : `/${maskBits}`}`)
    .join(", ");

/** Block RAMs of a core's memories, by name. */
export const coreBlockRams = (
  chip: Chip,
  core: Core,
  precision: Precision,
  needs: CoreNeeds,
  device: FpgaDevice,
): readonly (readonly [MemoryName, number])[] =>
  memories(chip, core, precision, needs).map(([name, need, count]) => [name, count * memoryBlocks(need, device).blockRams]);

/**
 * A message that is not visible at once has a flag per cycle (`rtl/lib/queue.sv`): a loop-back, and beside a network a
 * delivery.
 */
const arrivalBits = (chip: Chip, { intake }: Core): number => (intake.visibilityCycles - 1) * (hasRouters(chip) ? 2 : 1);

/** Resources of a core: logic by the family's law, memories and multipliers by their shapes. */
export function coreResources(chip: Chip, core: Core, precision: Precision, needs: CoreNeeds, device: FpgaDevice): Resources {
  const laws = fpgaLaws(device.family);
  const structure = coreStructure(core, precision, needs);
  const logic: Resources = {
    luts: TERMS.reduce((sum, term) => sum + laws.luts[term] * termValue(structure, term), 0),
    flipFlops: laws.flipFlopsPerBit * structure.registerBits + core.configurationBits + arrivalBits(chip, core),
    blockRams: 0,
    dsps: multipliers(core, precision, needs, device),
  };
  const all = memories(chip, core, precision, needs).reduce(
    (sum, [, need, count]) => plus(sum, { ...NO_RESOURCES, ...memoryBlocks(need, device) }, count),
    logic,
  );
  return { ...all, luts: Math.round(all.luts), flipFlops: Math.round(all.flipFlops) };
}
