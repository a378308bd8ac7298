/**
 * Chips of others described as boards of library parts (`arch/chips/*-board.yaml`), as a user would describe them, with no price of their own: what the
 * component library says of areas, energies, leakage and clock that were measured or synthesised. Nothing is fitted; the difference is the result.
 *
 * Not describable yet: states in latches or registers (SNE), weights of one bit (TrueNorth, MorphIC: the memories have their sizes), learning.
 */
import {
  areaOf,
  BUILT_PAYLOAD_BITS,
  type Chip,
  corePrices,
  linkPrices,
  type Precision,
  routerPorts,
  routerPrices,
  type SpikeTrace,
  type Topology,
} from "../../../arch/index.js";
import { runTiming } from "../../board/index.js";
import { price } from "../../energy.js";
import { placement } from "../../mapping/index.js";
import type { BreakdownRow } from "../../result.js";
import { type PublishedRow, type PublishedValue, publishedPj, publishedValue, type Quantity } from "./row.js";

export interface Board {
  readonly chip: Chip;
  readonly precision: Precision;
}

/** Boards by the name of their description, in the order of the rows. */
export const BOARDS = ["odin-board", "reckon-board", "morphic-board", "truenorth-board", "tianjic-board", "seneca-board"] as const;
export type BoardName = (typeof BOARDS)[number];
export type Boards = { readonly [name in BoardName]: Board };

/** Chips whose numbers are of netlists. */
const SYNTHESISED: ReadonlySet<string> = new Set(["SENECA"]);
const INPUTS = 2;
const ACTIONS: ReadonlySet<BreakdownRow["group"]> = new Set(["memory", "datapath", "queue"]);

/** A layer of `neurons` behind two inputs, all on one core. */
function layerOf(neurons: number): Topology {
  const update = { multiplies: 0, additions: 0, lutReads: 0 };
  return {
    populations: [
      { name: "input", neurons: INPUTS, accumulators: 0, states: 0, depth: 0, payloadBits: 1, rests: true, update },
      { name: "layer", neurons, accumulators: 1, states: 1, depth: 1, payloadBits: 0, rests: true, update },
    ],
    projections: [{ source: 0, target: 1, recurrent: false, sparse: null }],
  };
}

/** One step in which the first `spikes` inputs fire with payload 1. */
function traceOf(topology: Topology, spikes: number): SpikeTrace {
  return {
    topology,
    stepStart: Uint32Array.of(0, 1),
    eventStart: Uint32Array.of(0, spikes, spikes),
    neuron: Uint16Array.from({ length: spikes }, (_, i) => i),
    payload: new Int16Array(spikes).fill(1),
    key: `${spikes} spikes`,
  };
}

/** What the chip counts and pays when the first `spikes` inputs of a layer fire. */
function runOf({ chip, precision }: Board, neurons: number, spikes: number) {
  const topology = layerOf(neurons);
  const slices = [
    { population: 0, firstNeuron: 0, neurons: INPUTS, core: 0 },
    { population: 1, firstNeuron: 0, neurons, core: 0 },
  ];
  const { total } = runTiming(chip, placement(topology, "manual", slices), precision, traceOf(topology, spikes));
  return { cycles: total.cycles, rows: price(chip, precision, topology, total).rows };
}

function sumPj(rows: readonly BreakdownRow[], isOf: (row: BreakdownRow) => boolean): number {
  return rows.filter(isOf).reduce((sum, row) => sum + (row.energyPj ?? 0), 0);
}

/** Energy of a synaptic operation, pJ: what the actions of one more spike cost, over the neurons that it reaches. */
export function synapticOperationPj(board: Board, neurons: number): number {
  const actionsPj = (spikes: number): number => sumPj(runOf(board, neurons, spikes).rows, ({ group }) => ACTIONS.has(group));
  return (actionsPj(2) - actionsPj(1)) / neurons;
}

/** Leakage of the cores, mW, and clock of the cores without work, pJ per cycle; routers and links left out. */
function atRest(board: Board): { readonly leakageMw: number; readonly clockPj: number } {
  const { cycles, rows } = runOf(board, 1, 1);
  const periodNs = 1000 / board.chip.technology.clockMhz;
  const isCore = ({ component }: BreakdownRow): boolean => !/router|link/.test(component);
  return {
    leakageMw: sumPj(rows, (row) => row.group === "leakage" && isCore(row)) / (cycles * periodNs),
    clockPj: sumPj(rows, (row) => row.group === "clock" && isCore(row)) / cycles,
  };
}

/** mm2 of a core with its share of the network; `alone`: without routers and links. */
function coreAreaMm2({ chip, precision }: Board, alone: boolean): number {
  const rows = areaOf(chip, precision).rows.filter(({ component }) => !alone || !/router|link/.test(component));
  return rows.reduce((sum, row) => sum + row.areaMm2, 0) / chip.cores.length;
}

/** A flit through a router of five ports and over the link to its neighbour, pJ. */
function hopPj({ chip }: Board): number {
  const router = routerPrices(chip, Math.max(...routerPorts(chip)));
  const parts = ["router_buffer_write_pj", "router_buffer_read_pj", "router_crossbar_pj", "router_switch_allocation_pj"] as const;
  return parts.reduce((sum, name) => sum + router[name].value, 0) + linkPrices(chip, 1).link_flit_pj.value;
}

/** Library prices of the board's first core. */
const coreOf = ({ chip, precision }: Board) => corePrices(chip, chip.cores[0], precision, BUILT_PAYLOAD_BITS);

export function boardRows(boards: Boards): PublishedRow[] {
  const rows: PublishedRow[] = [];
  const add = (chip: string, kind: Quantity, quantity: string, published: PublishedValue, model: number): void => {
    const { value, unit, source, conditions } = published;
    const where = conditions === "" ? quantity : `${quantity} (${conditions})`;
    const evidence = SYNTHESISED.has(chip) ? "synthesis" : "silicon";
    rows.push({ chip, kind, evidence, quantity: where, unit, published: value, model, tolerance: null, basis: "predicted", source });
  };
  const odin = boards["odin-board"];
  const odinRest = atRest(odin);
  add("ODIN", "area", "core area", publishedValue("ODIN", "core area"), coreAreaMm2(odin, true));
  add("ODIN", "energy", "synaptic operation", publishedValue("ODIN", "incremental energy per SOP (E_SOP)"), synapticOperationPj(odin, 254));
  add("ODIN", "leakage", "leakage", publishedValue("ODIN", "leakage power (P_leak)"), odinRest.leakageMw * 1e3);
  add("ODIN", "clock", "clock without work", publishedValue("ODIN", "idle power per MHz (P_idle)"), odinRest.clockPj);
  const reckon = boards["reckon-board"];
  add("ReckOn", "area", "core area", publishedValue("ReckOn", "core area"), coreAreaMm2(reckon, true));
  add("ReckOn", "energy", "synaptic operation", publishedValue("ReckOn", "energy per SOP"), synapticOperationPj(reckon, 256));
  const morphic = boards["morphic-board"];
  add("MorphIC", "area", "active area", publishedValue("MorphIC", "active area"), 4 * coreAreaMm2(morphic, false));
  const trueNorth = boards["truenorth-board"];
  const { state_memory_read_pj: statePj } = coreOf(trueNorth);
  add("TrueNorth", "area", "core area", publishedValue("TrueNorth", "core area"), coreAreaMm2(trueNorth, false));
  add(
    ...(["TrueNorth", "energy", "bit read from SRAM", publishedValue("TrueNorth", "SRAM to controller energy per bit")] as const),
    (1e3 * statePj.value) / trueNorth.chip.cores[0].stateMemory.wordBits,
  );
  add("TrueNorth", "energy", "spike per hop", publishedValue("TrueNorth", "energy per spike per hop (240 um)"), hopPj(trueNorth));
  const tianjic = boards["tianjic-board"];
  const tianjicDie = publishedValue("Tianjic", "die area");
  const share = { ...tianjicDie, value: tianjicDie.value / publishedValue("Tianjic", "cores (FCore)").value };
  add("Tianjic", "area", "core and its share of the die: an upper bound", share, coreAreaMm2(tianjic, false));
  add("Tianjic", "energy", "synaptic operation", publishedValue("Tianjic", "energy per synaptic op"), synapticOperationPj(tianjic, 240));
  const seneca = boards["seneca-board"];
  const { synapse_memory_read_pj: load, state_memory_write_pj: store } = coreOf(seneca);
  const elements = seneca.chip.cores[0].lanes;
  add("SENECA", "area", "core area", publishedValue("SENECA", "core area"), coreAreaMm2(seneca, false));
  add("SENECA", "energy", "16-bit load, data memory", publishedPj("arith", "npe_mem_load_datamem"), load.value / elements);
  add("SENECA", "energy", "16-bit store, data memory", publishedPj("arith", "npe_mem_store_datamem"), store.value / elements);
  add("SENECA", "energy", "32-bit event in the network", publishedPj("noc", "SENECA NoC per 32-bit event"), hopPj(seneca));
  add(
    ...(["SENECA", "energy", "synaptic operation with data reuse"] as const),
    ...([publishedValue("SENECA", "energy per synaptic op with data reuse"), synapticOperationPj(seneca, 256)] as const),
  );
  return rows;
}
