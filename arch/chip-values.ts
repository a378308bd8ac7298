/** Turns checked documents into a chip: keys in camel case, KiB into bits, times into cycles of the chip's clock. */

import type { Problem } from "../base/errors.js";
import { camel } from "./camel.js";
import type { Chip, Core, Dram, Memory, Technology, Tick } from "./chip.js";
import { diesOf } from "./dies.js";
import { frameBufferOf } from "./frame-buffer.js";
import { bitsPerCycleOf, latencyCyclesOf } from "./link-units.js";
import type { OwnMacro, OwnWords } from "./macros/macro.js";
import { MEMORY_KIND_NAMES } from "./memories/kind-names.js";
import type { OwnMemory } from "./memories/memory-kinds.js";
import { sourcePaceOf, stepBits } from "./pace.js";
import { perObject } from "./per-object.js";
import { portOf } from "./port.js";
import { precisionOf } from "./precision.js";
import { modelPrices } from "./price-models.js";
import { type CoreDocument, type RootDocument, treeSchema } from "./schema.js";
import { factorsOfCell } from "./silicon.js";
import type { Tree } from "./topologies/mesh-tree.js";
import { ownNetworkOf, topologiesWhere } from "./topologies/registry.js";
import { nominalVoltageV } from "./voltage.js";

function memoryOf(memory: CoreDocument["state_memory"]): Memory {
  const { kind = "sram", size_kib, refetch = "row", reread_in_stalls = false, macros: _, ...rest } = memory;
  const known = MEMORY_KIND_NAMES.find((name) => name === kind) ?? "plug-in";
  return { kind: known, own: null, sizeBits: Math.floor(size_kib * 8192), refetch, rereadsInStalls: reread_in_stalls, ...camel(rest) };
}

/** A core's memories and tables of the user's macros or of plug-ins' kinds; null: priced by the component library. */
export interface OwnMemories {
  readonly synapse: OwnMemory | null;
  readonly state: OwnMemory | null;
  readonly axons: OwnMacro | null;
  readonly routes: OwnMacro | null;
  readonly input: OwnWords | null;
  readonly output: OwnWords | null;
  readonly parameters: OwnWords | null;
}
const NO_OWN: OwnMemories = { synapse: null, state: null, axons: null, routes: null, input: null, output: null, parameters: null };

function withOwn(core: Omit<Core, "id" | "tile">, own: OwnMemories): Omit<Core, "id" | "tile"> {
  const { synapse, state, axons, routes, ...ownWords } = own;
  if (Object.values(own).every((one) => one === null)) return core;
  const [synapseMemory, stateMemory] = [
    { ...core.synapseMemory, ...synapse },
    { ...core.stateMemory, ...state },
  ];
  return { ...core, synapseMemory, stateMemory, tableMacros: { axons, routes }, ownWords };
}

/** Cores from the same section differ only in their place. */
const unplacedOf = perObject(unplaced);

function unplaced(core: CoreDocument): Omit<Core, "id" | "tile"> {
  const { synapse_memory, state_memory, parameter_memory, configuration_bits, ...others } = core;
  const { axon_table, route_table, input_queue, output_queue, ...rest } = others;
  const { depth, kind: input = "auto", macros: _, word_bits: __, ...intake } = input_queue;
  const { kind: output = "auto" } = output_queue;
  return {
    ...camel(rest),
    synapseMemory: memoryOf(synapse_memory),
    stateMemory: memoryOf(state_memory),
    axonEntries: axon_table?.entries ?? null,
    routeEntries: route_table?.entries ?? null,
    tableMacros: { axons: null, routes: null },
    ownWords: { input: null, output: null, parameters: null },
    inputQueue: { depth },
    intake: camel(intake),
    outputQueue: { depth: output_queue.depth },
    parameterKind: parameter_memory?.kind ?? "sram",
    configurationBits: configuration_bits ?? 0,
    queueKinds: { input, output },
  };
}

/** A core of a checked description. */
export function coreOf(core: CoreDocument, id: number, tile: number, own: OwnMemories = NO_OWN): Core {
  return { id, tile, ...withOwn(unplacedOf(core), own) };
}

function tickOf({ tick, chip }: RootDocument): Tick | null {
  if (tick.period_us === 0) return null;
  const periodCycles = Math.max(1, Math.round(tick.period_us * chip.clock_mhz));
  const { overrun } = tick;
  if (overrun === "wait" || overrun === "refuse") return { periodCycles, overrun };
  return { periodCycles, overrun, spreadCycles: tick.timers === "local" ? Math.round(tick.spread_us * chip.clock_mhz) : 0 };
}

/** The tree of the topology; null: it has none. */
export function treeOf({ noc }: RootDocument): Tree | null {
  return topologiesWhere("hasTree").includes(noc.topology) ? camel(noc.tree ?? treeSchema.parse({})) : null;
}

const nocOf = perObject(({ dies: _, ...noc }: RootDocument["noc"]) => ({ ...camel(noc), own: ownNetworkOf(noc.topology, noc) }));
const barrierOf = perObject(({ base_cycles: baseCycles, per_core_cycles: perCoreCycles }: RootDocument["barrier"]) => ({
  baseCycles,
  perCoreCycles,
}));

function dramOf({ spill, chip }: RootDocument): Dram | null {
  if (spill.to === "none") return null;
  return {
    bitsPerCycle: bitsPerCycleOf(spill.bandwidth_gbit_s, chip.clock_mhz),
    latencyCycles: latencyCyclesOf(spill.latency_ns, chip.clock_mhz),
    burstBits: spill.burst_bits,
    streamsRows: spill.rows === "streamed",
    // left out if there is none, so that addresses of older runs stay valid
    ...(spill.prefetch_bits === 0 ? {} : { prefetchBits: spill.prefetch_bits }),
  };
}

/** Process and operating point. */
export function technologyOf({ chip }: RootDocument): Technology {
  const {
    technology_nm: nodeNm,
    sram_cell: sramCell,
    voltage_v,
    temperature_k: temperatureK,
    clock_mhz: clockMhz,
    idle,
    corner = "typical",
  } = chip;
  return {
    nodeNm,
    voltageV: voltage_v === "nominal" ? nominalVoltageV(nodeNm, sramCell) : voltage_v,
    sramCell,
    corner,
    temperatureK,
    clockMhz,
    idle,
  };
}

const ownPricesOf = perObject(({ basis: _, macros: __, ...given }: RootDocument["prices"]) => ownPrices(given));

function ownPrices(given: Omit<RootDocument["prices"], "basis" | "macros">): Chip["priceOverrides"] {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, price]) => {
      if (price === undefined) return [];
      const { plus_minus_percent: plusMinusPercent, ...own } = price;
      return [[name, plusMinusPercent === undefined ? own : { ...own, plusMinusPercent }]];
    }),
  );
}

/** Weight formats of single layers. */
const formatsOf = perObject(({ layers }: RootDocument["precision"]): Chip["weightFormats"] =>
  Object.fromEntries(
    Object.entries(layers).flatMap(([name, { weight_format: format }]) => (format === undefined ? [] : [[name, format] as const])),
  ),
);

/** `problem` is called with a problem of the chip's price model; `frameMacros`: macros of the frame buffer. */
export function chipOf(
  root: RootDocument,
  cores: readonly Core[],
  coresPerTile: readonly number[],
  problem: (found: Pick<Problem, "message" | "fix">) => void,
  frameMacros: OwnWords | null,
): Chip {
  const { name, price_model, convolution, weight_format: weightFormat } = root.chip;
  const chip: Chip = {
    name,
    convolution,
    weightFormat,
    weightFormats: formatsOf(root.precision),
    technology: technologyOf(root),
    // left out if there is none, so that addresses of older runs stay valid
    ...(root.chip.logic_period_ns === undefined ? {} : { logicPeriodNs: root.chip.logic_period_ns }),
    fpga: root.chip.fpga ?? null,
    noc: { ...nocOf(root.noc), headerBits: root.noc.header_bits + stepBits(root), tree: treeOf(root), dies: diesOf(root) },
    barrier: barrierOf(root.barrier),
    tick: tickOf(root),
    sourcePace: sourcePaceOf(root),
    spill: dramOf(root),
    port: portOf(root),
    frameBuffer: frameBufferOf(root, frameMacros),
    coresPerTile,
    cores,
    silicon: root.prices.basis === "silicon" ? factorsOfCell(root.chip.sram_cell) : null,
    priceOverrides: ownPricesOf(root.prices),
  };
  if (price_model === null) return chip;
  return { ...chip, priceOverrides: { ...modelPrices(price_model, chip, precisionOf(root.precision), problem), ...chip.priceOverrides } };
}
