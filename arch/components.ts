/**
 * The component library: every price of a core of a chip, each with its source; `network-prices.ts` has those of
 * routers and links. Prices in the description replace them by name.
 *
 * Units by name: pJ per action, pJ per cycle of clock, mW of leakage, mm2. Prices are of one core; the caller
 * multiplies by their number.
 */

import { powerOfTwo } from "../base/math.js";
import { addressGeneratorCosts, GENERATED_SOURCE, GENERATOR_SOURCE } from "./address-generator.js";
import {
  ADD_SOURCE,
  addPj,
  CLOCK_SOURCE,
  clockBitsPj,
  clockTreePj,
  DRAM_SOURCE,
  dramBitPj,
  LOGIC_AREA_SOURCE,
  LOGIC_LEAKAGE_SOURCE,
  type Logic,
  logicAreaMm2,
  logicLeakageMw,
  MULTIPLY_SOURCE,
  multiplyPj,
} from "./arithmetic.js";
import type { Chip, Core, MemoryKind, QueueKind } from "./chip.js";
import { Memo } from "./component-tables.js";
import { configurationCosts } from "./configuration.js";
import { CONTROL_SOURCE, controlCosts, WIRE_SOURCE, wirePj } from "./control.js";
import { coreKind } from "./core-kinds.js";
import { builtPayloadBits, type CoreNeeds, messagePayloadBits, needsKey } from "./core-needs.js";
import { decoderCosts } from "./decoder.js";
import { builtLanes } from "./lanes.js";
import { type MemoryMacro, memoryMacro } from "./memories/memory-macro.js";
import { builtRow, parameterMacro, parameterRowBits } from "./memories/parameter-memory.js";
import { PERIPHERY_SOURCE } from "./memories/periphery.js";
import { coreQueue, prefetchBuffer, type QueueCosts } from "./memories/queue.js";
import { overridden } from "./own-price-value.js";
import { areUnits, type Precision, precisionKey } from "./precision.js";
import type { PriceName } from "./price-names.js";
import { beyondMarked, rangeMarked, wireBeyond } from "./price-range.js";
import { coreVariables } from "./price-variables.js";
import { type LibraryPrice, onSilicon } from "./silicon.js";
import { sramMacro, technologyKey } from "./sram.js";
import { type UpdateWidths, updateAdderBits, updateMultiplierBits2, updateRegisterBits, updateWidths } from "./update-unit.js";
import { writePath } from "./write-path.js";
import { writeQueueCosts } from "./write-queues.js";

/** `silicon.ts` says which group of prices it belongs to. */
export type Price = LibraryPrice;
type CorePriceName = Extract<
  PriceName,
  `${"synap" | "state" | "parameter" | "dram_bit" | "input" | "output" | "queue" | "write_queue" | "element" | "requantisation" | "lut" | "datapath" | "control" | "decoder" | "address_generator" | "configuration" | "core" | "prefetch"}${string}`
>;
export type CorePrices = { readonly [name in CorePriceName]: Price };
/**
 * Shares of a core's clock energy: tree, registers of the synapse unit, registers of the update unit; they sum to 1.
 */
export interface ClockShares {
  readonly tree: number;
  readonly synapse: number;
  readonly soma: number;
}

/**
 * Register bits by part of a core. Synapse unit: weight words that were read ahead, each lane's weight and its product
 * until it is added, and the words of accumulators. Soma: pipelines of the update units, and the words of a request
 * until all have arrived.
 */
function registerBits(core: Core, precision: Precision, needs: CoreNeeds): { readonly synapse: number; readonly soma: number } {
  const { accumulateDepthCycles: depth, synapseMemory, stateMemory } = core;
  const { units, pipelineDepthCycles } = core.neuronUpdate;
  const { stateWords, sumWords } = writePath(core, precision, needs);
  const product = (precision.weightBits + builtPayloadBits(needs)) * Math.max(0, stateMemory.readLatencyCycles + depth - 2);
  const weights = (synapseMemory.banks * (synapseMemory.readLatencyCycles + 1) + 1) * synapseMemory.wordBits;
  const sums = stateMemory.banks * stateMemory.wordBits * (depth - 1);
  return {
    synapse: builtLanes(core, precision, needs) * (precision.weightBits + product) + builtPayloadBits(needs) + weights + sums,
    soma:
      units * updateRegisterBits(needs.unit, builtWidths(precision, needs), pipelineDepthCycles) +
      (stateWords + sumWords + stateMemory.banks) * stateMemory.wordBits,
  };
}

/** Widths of an update unit in hardware, which is built for the widest spikes. */
export const builtWidths = (precision: Precision, needs: CoreNeeds): UpdateWidths => updateWidths(precision, builtPayloadBits(needs));

/** Product of the operand widths of one lane's multiplier, bits². */
export const laneMultiplierBits2 = (weightBits: number, needs: CoreNeeds): number =>
  areUnits(weightBits) ? 0 : weightBits * builtPayloadBits(needs);

/**
 * Bits of the negation in a lane with weights of -1, 0 and 1: it adds the payload, its negative or nothing, and is
 * priced as an adder of that width.
 */
const negationBits = (weightBits: number, needs: CoreNeeds): number => (areUnits(weightBits) ? builtPayloadBits(needs) : 0);

/** The datapath of a core: lanes of multiplier and adder, update units, and the registers of both. */
export function datapathLogic(core: Core, precision: Precision, needs: CoreNeeds): Logic {
  const { weightBits, accumulatorBits } = precision;
  const { units } = core.neuronUpdate;
  const widths = builtWidths(precision, needs);
  const lanes = builtLanes(core, precision, needs);
  const registers = registerBits(core, precision, needs);
  return {
    adderBits: lanes * (accumulatorBits + negationBits(weightBits, needs)) + units * updateAdderBits(needs.unit, widths),
    multiplierBits2: lanes * laneMultiplierBits2(weightBits, needs) + units * updateMultiplierBits2(needs.unit, widths),
    registerBits: registers.synapse + registers.soma,
  };
}

export function clockShares(core: Core, precision: Precision, chip: Chip, needs: CoreNeeds): ClockShares {
  const registers = registerBits(core, precision, needs);
  const tree = clockTreePj(chip.technology) + controlCosts(chip.technology).clockPjPerCycle;
  const synapse = clockBitsPj(registers.synapse, chip.technology);
  const soma = clockBitsPj(registers.soma, chip.technology);
  const total = tree + synapse + soma;
  return { tree: tree / total, synapse: synapse / total, soma: soma / total };
}

/** Bits of a spike message: header and payload. */
export const messageBits = (chip: Chip, payloadBits: number): number => chip.noc.headerBits + payloadBits;

/**
 * The price of a memory with the kind of its error against silicon: registers and latches have the error of logic, SRAM
 * its own, the user's macros none.
 */
export function ofMemory(
  kind: QueueKind | "own",
  { sources, extrapolated }: Pick<MemoryMacro, "sources" | "extrapolated">,
  value: number,
  quantity: "energy" | "leakage" | "area",
): Price {
  const group = kind === "own" ? null : kind === "sram" ? (`sram_${quantity}` as const) : (`logic_${quantity}` as const);
  return { value, source: sources[quantity], group, ...flag(extrapolated) };
}

/** The price of a push or a pop. */
const ofQueue = (queue: QueueCosts & { readonly kind: QueueKind | "own" }, value: number): Price =>
  ofMemory(queue.kind, { sources: queue.sources, extrapolated: queue.energyExtrapolated }, value, "energy");

/** Marks a price outside of the range of its source. */
const flag = (extrapolated: boolean): Pick<Price, "extrapolated"> => (extrapolated ? { extrapolated } : {});

type ParameterPrices = Pick<CorePrices, Extract<PriceName, `parameter${string}`>>;

function parameterPrices(kind: MemoryKind | "own", macro: MemoryMacro | null): ParameterPrices {
  if (macro === null) {
    const none: Price = { value: 0, source: "neurons have no parameters of their own" };
    return {
      ...{ parameter_memory_read_pj: none, parameter_memory_clock_pj_per_cycle: none },
      ...{ parameter_memory_leakage_mw: none, parameter_memory_area_mm2: none },
    };
  }
  return {
    parameter_memory_read_pj: ofMemory(kind, macro, macro.read_pj, "energy"),
    parameter_memory_clock_pj_per_cycle: { value: macro.clock_pj_per_cycle, source: macro.sources.clock },
    parameter_memory_leakage_mw: ofMemory(kind, macro, macro.leakage_mw, "leakage"),
    parameter_memory_area_mm2: ofMemory(kind, macro, macro.area_mm2, "area"),
  };
}

const coreMemo = new Memo<CorePrices>();
export function corePrices(chip: Chip, core: Core, precision: Precision, needs: CoreNeeds): CorePrices {
  const { noc, spill, technology } = chip;
  const ofChip = `${spill?.prefetchBits ?? 0}/${noc.headerBits}/${technology.idle}/${technologyKey(technology)}`;
  const key = `${coreKind(core)}/${ofChip}/${precisionKey(precision)}/${needsKey(needs)}`;
  const library = coreMemo.get(key, () => rangeMarked(libraryCorePrices(chip, core, precision, needs), technology));
  const built = onSilicon(chip.silicon, library);
  const isThere = (name: string): boolean => !isAbsent(name, core, precision, needs);
  return overridden(chip, built, coreVariables(chip, core, precision, needs), { isThere });
}

/** True if a core has a memory of its neurons' parameters. */
export const hasParameters = (precision: Precision, needs: CoreNeeds): boolean =>
  parameterRowBits(builtRow(needs.unit, builtWidths(precision, needs))) > 0;

/**
 * True for a price of a part that the core does not have: it costs nothing, whatever the description's price of it is.
 */
function isAbsent(name: string, core: Core, precision: Precision, needs: CoreNeeds): boolean {
  if (name.startsWith("parameter_memory_")) return !hasParameters(precision, needs);
  if (name.startsWith("decoder_")) return needs.bitmapTargets === 0 && needs.runTargets === 0;
  if (name.startsWith("address_generator_")) return needs.generator === null;
  return name.startsWith("configuration_") && core.configurationBits === 0;
}

function libraryCorePrices(chip: Chip, core: Core, precision: Precision, needs: CoreNeeds): CorePrices {
  const { technology } = chip;
  const { weightBits, accumulatorBits, stateBits, gateBits, lutBits } = precision;
  const synapse = memoryMacro(core.synapseMemory, technology);
  const state = memoryMacro(core.stateMemory, technology);
  const lut = sramMacro({ sizeBits: powerOfTwo(lutBits) * gateBits, wordBits: gateBits, banks: 1, ports: "1rw" }, technology);
  const w = builtWidths(precision, needs);
  const parameters = parameterMacro(core, builtRow(needs.unit, w), technology);
  const message = messageBits(chip, messagePayloadBits(needs));
  const input = coreQueue(core, "input", message, technology);
  const output = coreQueue(core, "output", message, technology);
  const ownQueues = [input, output].filter(({ kind }) => kind === "own");
  const prefetch = prefetchBuffer(core, chip.spill?.prefetchBits ?? 0, technology);
  const all = prefetch === null ? [input, output] : [input, output, prefetch];
  const queues = (of: keyof MemoryMacro["sources"]): string => [...new Set(all.map(({ sources }) => sources[of]))].join("; and ");
  const ofQueues = (part: (queue: QueueCosts) => number): number => all.reduce((sum, queue) => sum + part(queue), 0);
  const writes = writeQueueCosts(core, precision, needs, technology);
  const logic = datapathLogic(core, precision, needs);
  const registers = registerBits(core, precision, needs);
  const product =
    needs.unit.gates > 0 ? multiplyPj(w.gateBits, w.differenceBits, technology) : multiplyPj(w.factorBits, stateBits, technology);
  const tables = core.neuronUpdate.units * needs.unit.tables;
  const add = addPj(accumulatorBits, technology);
  const is = (value: number, source: string): Price => ({ value, source });
  // DSENT's price of 1 mm, in proportion to the length
  const wire = (bits: number): Price => beyondMarked(is(wirePj(bits, logicMm2, technology), WIRE_SOURCE), wireBeyond(bits));
  const { synapseMemory, stateMemory } = core;
  const [synapseKind, stateKind] = [synapseMemory, stateMemory].map(({ kind, own }) => (own === null && kind !== "plug-in" ? kind : "own"));
  const control = controlCosts(technology);
  const decoder = decoderCosts(core, needs, precision, technology);
  const generator = addressGeneratorCosts(core, needs, precision, technology);
  const configuration = configurationCosts(core.configurationBits, technology);
  const datapathMm2 = logicAreaMm2(logic, technology.nodeNm) + tables * lut.area_mm2;
  const logicMm2 = ofQueues(({ areaMm2 }) => areaMm2) + writes.areaMm2 + control.areaMm2 + datapathMm2;
  return {
    synapse_memory_read_pj: ofMemory(synapseKind, synapse, synapse.read_pj, "energy"),
    synapse_memory_clock_pj_per_cycle: is(synapse.clock_pj_per_cycle, synapse.sources.clock),
    synapse_memory_leakage_mw: ofMemory(synapseKind, synapse, synapse.leakage_mw, "leakage"),
    synapse_memory_area_mm2: ofMemory(synapseKind, synapse, synapse.area_mm2, "area"),
    state_memory_read_pj: ofMemory(stateKind, state, state.read_pj, "energy"),
    state_memory_write_pj: ofMemory(stateKind, state, state.write_pj, "energy"),
    state_memory_clock_pj_per_cycle: is(state.clock_pj_per_cycle, state.sources.clock),
    state_memory_leakage_mw: ofMemory(stateKind, state, state.leakage_mw, "leakage"),
    state_memory_area_mm2: ofMemory(stateKind, state, state.area_mm2, "area"),
    ...parameterPrices(core.ownWords.parameters === null ? core.parameterKind : "own", parameters),
    dram_bit_pj: is(dramBitPj(), DRAM_SOURCE),
    input_queue_push_pj: ofQueue(input, input.pushPj),
    input_queue_pop_pj: ofQueue(input, input.popPj),
    output_queue_push_pj: ofQueue(output, output.pushPj),
    output_queue_pop_pj: ofQueue(output, output.popPj),
    queue_clock_pj_per_cycle: is(
      ofQueues(({ clockPjPerCycle }) => clockPjPerCycle),
      queues("clock"),
    ),
    queue_leakage_mw: {
      ...is(
        ofQueues(({ leakageMw }) => leakageMw),
        queues("leakage"),
      ),
      sramPart: ofQueues(({ sramPart }) => sramPart.leakageMw),
      ownPart: ownQueues.reduce((sum, { leakageMw }) => sum + leakageMw, 0),
      ...flag(all.some(({ extrapolated }) => extrapolated)),
    },
    queue_area_mm2: {
      ...is(
        ofQueues(({ areaMm2 }) => areaMm2),
        queues("area"),
      ),
      sramPart: ofQueues(({ sramPart }) => sramPart.areaMm2),
      ownPart: ownQueues.reduce((sum, { areaMm2 }) => sum + areaMm2, 0),
      ...flag(all.some(({ extrapolated }) => extrapolated)),
    },
    prefetch_buffer_bit_pj:
      prefetch === null
        ? is(0, "cores have no buffer for rows from DRAM")
        : {
            ...is((prefetch.pushPj + prefetch.popPj) / core.synapseMemory.wordBits, prefetch.sources.energy),
            ...flag(prefetch.energyExtrapolated),
          },
    write_queue_push_pj: is(writes.pushPj, writes.sources.energy),
    write_queue_clock_pj_per_cycle: is(writes.clockPjPerCycle, writes.sources.clock),
    write_queue_leakage_mw: is(writes.leakageMw, writes.sources.leakage),
    write_queue_area_mm2: is(writes.areaMm2, writes.sources.area),
    synaptic_mac_pj: areUnits(weightBits)
      ? is(add, ADD_SOURCE)
      : is(multiplyPj(weightBits, needs.payloadBits, technology) + add, `${MULTIPLY_SOURCE}; and ${ADD_SOURCE}`),
    synaptic_add_pj: is(add, ADD_SOURCE),
    requantisation_pj: is(
      multiplyPj(w.accumulatorBits, w.multiplierBits, technology) + 2 * addPj(w.productBits, technology),
      `${MULTIPLY_SOURCE}; and ${ADD_SOURCE}`,
    ),
    element_multiply_pj: is(product, MULTIPLY_SOURCE),
    element_add_pj: is(addPj(stateBits, technology), ADD_SOURCE),
    lut_read_pj: { ...is(lut.read_pj, `sigmoid table as SRAM: ${lut.source}`), ...flag(lut.extrapolated) },
    datapath_leakage_mw: {
      ...is(logicLeakageMw(logic, technology) + tables * lut.leakage_mw, `${LOGIC_LEAKAGE_SOURCE}; tables: ${lut.source}`),
      sramPart: tables * lut.leakage_mw,
    },
    datapath_area_mm2: {
      ...is(datapathMm2, `${LOGIC_AREA_SOURCE}; tables: ${lut.source}; ${PERIPHERY_SOURCE}`),
      sramPart: tables * lut.area_mm2,
    },
    control_pj_per_cycle: is(control.pjPerCycle, CONTROL_SOURCE),
    control_leakage_mw: is(control.leakageMw, LOGIC_LEAKAGE_SOURCE),
    control_area_mm2: is(control.areaMm2, LOGIC_AREA_SOURCE),
    decoder_pj: is(decoder.weightPj, `${ADD_SOURCE}; one per weight (guess)`),
    decoder_clock_pj_per_cycle: is(decoder.clockPjPerCycle, CLOCK_SOURCE),
    decoder_leakage_mw: is(decoder.leakageMw, LOGIC_LEAKAGE_SOURCE),
    decoder_area_mm2: is(decoder.areaMm2, LOGIC_AREA_SOURCE),
    address_generator_pj: is(generator.addressPj, GENERATED_SOURCE),
    address_generator_clock_pj_per_cycle: is(generator.clockPjPerCycle, CLOCK_SOURCE),
    address_generator_leakage_mw: is(generator.leakageMw, `${LOGIC_LEAKAGE_SOURCE}; ${GENERATOR_SOURCE}`),
    address_generator_area_mm2: is(generator.areaMm2, `${LOGIC_AREA_SOURCE}; ${GENERATOR_SOURCE}`),
    configuration_clock_pj_per_cycle: is(configuration.clockPjPerCycle, CLOCK_SOURCE),
    configuration_leakage_mw: is(configuration.leakageMw, LOGIC_LEAKAGE_SOURCE),
    configuration_area_mm2: is(configuration.areaMm2, LOGIC_AREA_SOURCE),
    synapse_wire_pj: wire(synapseMemory.wordBits),
    state_wire_pj: wire(stateMemory.wordBits),
    core_clock_pj_per_cycle: is(
      clockTreePj(technology) + control.clockPjPerCycle + clockBitsPj(registers.synapse + registers.soma, technology),
      CLOCK_SOURCE,
    ),
  };
}
