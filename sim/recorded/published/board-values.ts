/**
 * Published numbers of the boards and the same quantity of each board: areas, energies, leakage, clock. Nothing is
 * fitted here; the difference is the result.
 */
import { hopPj } from "../../../arch/index.js";
import {
  atRest,
  type Board,
  type BoardName,
  coreAreaMm2,
  firstCorePrices,
  NEURON_BY_NEURON,
  restingMw,
  sharedLeakageMw,
  synapticOperationPj,
  UNPAID,
} from "./boards.js";
import { type Evidence, type PublishedValue, publishedPj, publishedValue, type Quantity } from "./row.js";

export interface BoardValue {
  readonly board: BoardName;
  readonly chip: string;
  readonly kind: Quantity;
  readonly evidence: Evidence;
  readonly quantity: string;
  readonly published: PublishedValue;
  readonly model: (board: Board) => number;
}

/** A published value divided by `parts`. */
const perPart = (value: PublishedValue, parts: number): PublishedValue => ({ ...value, value: value.value / parts });
const at = (board: Board, voltageV: number): Board => ({
  ...board,
  chip: { ...board.chip, technology: { ...board.chip.technology, voltageV } },
});

const TRUENORTH_CORES = 4096;
const TRUENORTH_TICKS_PER_S = 1000;

type Entry = readonly [kind: Quantity, quantity: string, published: PublishedValue, model: (board: Board) => number];
const valuesOf = (board: BoardName, chip: string, evidence: Evidence, entries: readonly Entry[]): BoardValue[] =>
  entries.map(([kind, quantity, published, model]) => ({ board, chip, kind, evidence, quantity, published, model }));

/** Values in the order of the rows. Each call reads them anew, because the tables are files. */
export function boardValues(): readonly BoardValue[] {
  const of = (chip: string) => (metric: string) => publishedValue(chip, metric);
  const [odin, reckon, morphic, trueNorth] = ["ODIN", "ReckOn", "MorphIC", "TrueNorth"].map(of);
  const [tianjic, loihi, seneca, sne] = ["Tianjic", "Loihi", "SENECA", "SNE"].map(of);
  const [tianjicCores, loihiCores] = [tianjic("cores (FCore)").value, loihi("neuromorphic cores").value];
  return [
    ...valuesOf("odin-board", "ODIN", "silicon", [
      ["area", "core area", odin("core area"), (board) => coreAreaMm2(board, true)],
      ["energy", "synaptic operation", odin("incremental energy per SOP (E_SOP)"), (board) => synapticOperationPj(board, 254)],
      ["leakage", "leakage", odin("leakage power (P_leak)"), (board) => atRest(board).leakageMw * 1e3],
      ["clock", "clock without work", odin("idle power per MHz (P_idle)"), (board) => atRest(board).clockPj],
    ]),
    ...valuesOf("reckon-board", "ReckOn", "silicon", [
      ["area", "core area", reckon("core area"), (board) => coreAreaMm2(board, true)],
      ["energy", "synaptic operation", reckon("energy per SOP"), (board) => synapticOperationPj(board, 256)],
    ]),
    ...valuesOf("morphic-board", "MorphIC", "silicon", [
      ["area", "active area", morphic("active area"), (board) => 4 * coreAreaMm2(board, false)],
    ]),
    ...valuesOf("truenorth-board", "TrueNorth", "silicon", [
      ["area", "core area", trueNorth("core area"), (board) => coreAreaMm2(board, false)],
      [
        ...(["energy", "bit read from SRAM", trueNorth("SRAM to controller energy per bit")] as const),
        (board) => (1e3 * firstCorePrices(board).state_memory_read_pj.value) / board.chip.cores[0].stateMemory.wordBits,
      ],
      ["energy", "spike per hop", trueNorth("energy per spike per hop (240 um)"), ({ chip }) => hopPj(chip)],
      [
        ...(["leakage", "static power of a core, with the updates of every tick"] as const),
        perPart(trueNorth("static power intercept"), TRUENORTH_CORES),
        (board) => restingMw(at(board, 0.8), TRUENORTH_TICKS_PER_S, NEURON_BY_NEURON),
      ],
    ]),
    ...valuesOf("tianjic-board", "Tianjic", "silicon", [
      [
        ...(["area", "core and its share of the die: an upper bound", perPart(tianjic("die area"), tianjicCores)] as const),
        (board) => coreAreaMm2(board, false),
      ],
      [
        ...(["energy", "synaptic operation, second hand; dendrites hand over whole sums", tianjic("energy per synaptic op")] as const),
        (board) => synapticOperationPj(board, 240, UNPAID.sumsInRegisters),
      ],
    ]),
    ...valuesOf("loihi-board", "Loihi", "silicon", [
      [
        ...(["area", "core and its share of the die: an upper bound", perPart(loihi("die area"), loihiCores)] as const),
        (board) => coreAreaMm2(board, false),
      ],
      [
        ...(["leakage", "static power of a core and its share of the die: an upper bound"] as const),
        perPart(publishedValue("Loihi (32-chip board)", "static power per chip"), loihiCores),
        sharedLeakageMw,
      ],
    ]),
    ...valuesOf("loihi-board", "Loihi", "synthesis", [
      ["energy", "synaptic operation, least", loihi("energy per synaptic spike op (min)"), (board) => synapticOperationPj(board, 256)],
      ["energy", "tile hop, east-west", loihi("energy per tile hop east-west"), ({ chip }) => hopPj(chip)],
    ]),
    ...valuesOf("seneca-board", "SENECA", "synthesis", [
      ["area", "core area", seneca("core area"), (board) => coreAreaMm2(board, false)],
      ["energy", "16-bit load, data memory", publishedPj("arith", "npe_mem_load_datamem"), elementPj("synapse_memory_read_pj")],
      ["energy", "16-bit store, data memory", publishedPj("arith", "npe_mem_store_datamem"), elementPj("state_memory_write_pj")],
      ["energy", "32-bit event in the network", publishedPj("noc", "SENECA NoC per 32-bit event"), ({ chip }) => hopPj(chip)],
      [
        ...(["energy", "synaptic operation with data reuse", seneca("energy per synaptic op with data reuse")] as const),
        (board) => synapticOperationPj(board, 256, UNPAID.sumsInRegisters),
      ],
    ]),
    ...valuesOf("sne-board", "SNE", "synthesis", [
      [
        ...(["energy", "synaptic operation of a kernel", sne("energy per SOP")] as const),
        (board) => synapticOperationPj(board, 1000, UNPAID.sharedWeights),
      ],
    ]),
  ];
}

/** Share of an access per element of a word. */
function elementPj(name: "synapse_memory_read_pj" | "state_memory_write_pj"): (board: Board) => number {
  return (board) => firstCorePrices(board)[name].value / board.chip.cores[0].lanes;
}
