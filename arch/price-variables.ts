/**
 * Variables of an expression for a price: shapes of the priced part, and the chip's technology. A memory has
 * `size_kib`, `word_bits`, `banks` and `words` (per bank); every part has `bits`, the width of the priced action.
 * `docs/own-prices.md` has names and meanings. Pure.
 */
import { addressGeneratorSize } from "./address-generator.js";
import type { Chip, Core, Memory } from "./chip.js";
import { builtPayloadBits, type CoreNeeds, messagePayloadBits } from "./core-needs.js";
import { decoderSize } from "./decoder.js";
import { builtRow, parameterRowBits } from "./memories/parameter-memory.js";
import type { Precision } from "./precision.js";
import type { PriceName } from "./price-names.js";
import { updateWidths } from "./update-unit.js";
import { writePath } from "./write-path.js";

export type PriceVariables = { readonly [name: string]: number };

function technologyVariables({ technology: { nodeNm, voltageV, temperatureK, clockMhz } }: Chip): PriceVariables {
  return { technology_nm: nodeNm, voltage_v: voltageV, temperature_k: temperatureK, clock_mhz: clockMhz };
}

const memoryVariables = ({ sizeBits, wordBits, banks }: Pick<Memory, "sizeBits" | "wordBits" | "banks">): PriceVariables => ({
  ...{ size_kib: sizeBits / 8192, word_bits: wordBits, banks, words: Math.floor(sizeBits / wordBits / banks), bits: wordBits },
});
/** One bank of this many words. */
const wordsOf = (words: number, wordBits: number): PriceVariables => memoryVariables({ sizeBits: words * wordBits, wordBits, banks: 1 });

/** Variables of expressions for prices of a core's parts, by price. */
export function coreVariables(chip: Chip, core: Core, precision: Precision, needs: CoreNeeds): (name: PriceName) => PriceVariables {
  // computed only if an expression needs them: a chip without expressions is priced thousands of times per second
  return (name) => ({
    ...generalVariables(chip, core, precision, needs),
    ...partVariables(name, chip, core, precision, needs),
  });
}

function generalVariables(chip: Chip, core: Core, precision: Precision, { payloadBits }: CoreNeeds): PriceVariables {
  const { weightBits, stateBits, accumulatorBits, gateBits, lutBits } = precision;
  return {
    ...technologyVariables(chip),
    ...{ weight_bits: weightBits, state_bits: stateBits, accumulator_bits: accumulatorBits, gate_bits: gateBits, lut_bits: lutBits },
    ...{ payload_bits: payloadBits, lanes: core.lanes, units: core.neuronUpdate.units, max_neurons: core.maxNeurons },
  };
}

/** Width of an action of the datapath. */
function datapathBits(name: PriceName, { weightBits, stateBits, accumulatorBits, gateBits }: Precision): number {
  if (name === "synaptic_mac_pj") return weightBits;
  if (name === "lut_read_pj") return gateBits;
  return name.startsWith("element_") ? stateBits : accumulatorBits;
}

function partVariables(name: PriceName, chip: Chip, core: Core, precision: Precision, needs: CoreNeeds): PriceVariables {
  const { synapseMemory, stateMemory, inputQueue, outputQueue, maxNeurons } = core;
  const messageBits = chip.noc.headerBits + messagePayloadBits(needs);
  if (name.startsWith("synapse_memory") || name === "synapse_wire_pj") return memoryVariables(synapseMemory);
  if (name.startsWith("state_memory") || name === "state_wire_pj") return memoryVariables(stateMemory);
  if (name.startsWith("parameter_memory")) {
    const row = parameterRowBits(builtRow(needs.unit, updateWidths(precision, builtPayloadBits(needs))));
    return row === 0 ? wordsOf(0, 1) : wordsOf(Math.ceil(maxNeurons / core.neuronUpdate.units), row);
  }
  if (name.startsWith("input_queue")) return wordsOf(inputQueue.depth, messageBits);
  if (name.startsWith("output_queue")) return wordsOf(outputQueue.depth, messageBits);
  if (name.startsWith("queue")) return wordsOf(inputQueue.depth + outputQueue.depth, messageBits); // without the buffer for rows from DRAM
  if (name.startsWith("prefetch_buffer")) return { bits: 1 };
  if (name.startsWith("write_queue")) {
    const { returnDepth, sumsDepth } = writePath(core, precision, needs);
    return { ...wordsOf(returnDepth + sumsDepth, stateMemory.wordBits), banks: stateMemory.banks };
  }
  if (name.startsWith("decoder")) {
    const { weightBits, registerBits } = decoderSize(core, needs, precision);
    return { bits: name === "decoder_pj" ? weightBits : registerBits };
  }
  if (name.startsWith("address_generator")) {
    const { additionBits, registerBits } = addressGeneratorSize(core, needs, precision);
    return { bits: name === "address_generator_pj" ? additionBits : registerBits };
  }
  if (name.startsWith("configuration")) return { bits: core.configurationBits };
  return { bits: name === "dram_bit_pj" ? 1 : datapathBits(name, precision) };
}

/** Variables of an expression for a table's price. */
export const tableVariables = (chip: Chip, entries: number, bits: number): PriceVariables => ({
  ...technologyVariables(chip),
  ...wordsOf(entries, bits),
});

export function routerVariables(chip: Chip, ports: number): PriceVariables {
  const { flitWidthBits, virtualChannels, vcBufferFlits } = chip.noc;
  const buffers = wordsOf(ports * virtualChannels * vcBufferFlits, flitWidthBits);
  return { ...technologyVariables(chip), ...buffers, ports, virtual_channels: virtualChannels, vc_buffer_flits: vcBufferFlits };
}

/** Variables of an expression for the price of a link between neighbours; a longer link costs proportionally more. */
export const linkVariables = (chip: Chip, lengthMm: number): PriceVariables => ({
  ...technologyVariables(chip),
  ...{ word_bits: chip.noc.flitWidthBits, bits: chip.noc.flitWidthBits, length_mm: lengthMm },
});

/** Variables of an expression for the price of external DRAM; for a chip without DRAM, only its technology. */
export const dramVariables = (chip: Chip): PriceVariables => ({ ...technologyVariables(chip), bits: chip.spill?.burstBits ?? 1 });
