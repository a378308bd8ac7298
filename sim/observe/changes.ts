/**
 * Single steps of a chip's parameters, which an explanation tries, as a description can write them: within the schema's
 * bounds, and of a core's parameters those that all cores have in common. Memories keep their size, and placements
 * their cores.
 */
import {
  bandwidthGbitSOf,
  bitsPerCycleOf,
  boundsOf,
  type Chip,
  type Core,
  type Dies,
  type Dram,
  dieLatencyCyclesOf,
  latencyCyclesOf,
  latencyNsOf,
  type Port,
} from "../../arch/index.js";

/** A chip with one changed parameter: its path in the description, and its values. */
export interface ChangedChip {
  readonly path: string;
  readonly from: number | string;
  readonly to: number | string;
  readonly chip: Chip;
}

/** One step of a parameter that affects time or energy; `next` returns null if there is no further value. */
interface Change<T extends number | string> {
  readonly path: string;
  /** null: the chip has no such parameter, or cores of several values. */
  readonly read: (chip: Chip) => T | null;
  readonly next: (value: T) => T | null;
  readonly write: (chip: Chip, value: T) => Chip;
}

const double = (value: number): number => value * 2;
/** Largest width of words that the component tables price. */
const wider = (bits: number): number | null => (bits >= 256 ? null : bits * 2);
const half = (value: number): number => Math.floor(value / 2);
/** null at 0, of which there is no half. */
const shorter = (latencyNs: number): number | null => (latencyNs === 0 ? null : latencyNs / 2);

function ofCore<T extends number | string>(
  name: string,
  read: (core: Core) => T,
  next: (value: T) => T | null,
  write: (core: Core, value: T) => Core,
): Change<T> {
  const path = `tile.core.${name}`;
  return {
    path,
    read: ({ cores }) => (cores.every((core) => read(core) === read(cores[0])) ? read(cores[0]) : null),
    next,
    write: (chip, value) => ({ ...chip, cores: chip.cores.map((core) => write(core, value)) }),
  };
}

function ofNoc(
  key: "flitWidthBits" | "vcBufferFlits" | "linkCycles",
  name: string,
  next: (value: number) => number | null,
): Change<number> {
  return {
    path: `noc.${name}`,
    read: (chip) => chip.noc[key],
    next,
    write: (chip, value) => ({ ...chip, noc: { ...chip.noc, [key]: value } }),
  };
}

/** Changes of a chip's port, if it has one. */
function ofPort(
  name: string,
  read: (chip: Chip, port: Port) => number,
  next: (value: number) => number | null,
  write: (chip: Chip, value: number) => Partial<Port>,
): Change<number> {
  return {
    path: `inputs.port.${name}`,
    read: (chip) => (chip.port === null ? null : read(chip, chip.port)),
    next,
    write: (chip, value) => ({ ...chip, port: chip.port === null ? null : { ...chip.port, ...write(chip, value) } }),
  };
}

/** Changes of the links between dies, if a chip has several. */
function ofDies(
  name: string,
  read: (chip: Chip, dies: Dies) => number | null,
  next: (value: number) => number | null,
  write: (chip: Chip, value: number) => Partial<Dies>,
): Change<number> {
  return {
    path: `noc.dies.${name}`,
    read: (chip) => (chip.noc.dies === null ? null : read(chip, chip.noc.dies)),
    next,
    write: (chip, value) => {
      const { dies } = chip.noc;
      return { ...chip, noc: { ...chip.noc, dies: dies === null ? null : { ...dies, ...write(chip, value) } } };
    },
  };
}

/** Changes of a chip's DRAM, if it has one. */
function ofDram(
  name: string,
  read: (chip: Chip, dram: Dram) => number,
  next: (value: number) => number | null,
  write: (chip: Chip, value: number) => Partial<Dram>,
): Change<number> {
  return {
    path: `spill.${name}`,
    read: (chip) => (chip.spill === null ? null : read(chip, chip.spill)),
    next,
    write: (chip, value) => ({ ...chip, spill: chip.spill === null ? null : { ...chip.spill, ...write(chip, value) } }),
  };
}

/** How a link's rate is read, doubled and written. */
const bandwidth = [
  ({ technology: { clockMhz } }: Chip, { bitsPerCycle }: { readonly bitsPerCycle: number }) => bandwidthGbitSOf(bitsPerCycle, clockMhz),
  double,
  ({ technology: { clockMhz } }: Chip, bandwidthGbitS: number) => ({ bitsPerCycle: bitsPerCycleOf(bandwidthGbitS, clockMhz) }),
] as const;
/** How a latency is read, halved and written. */
const latency = [
  ({ technology: { clockMhz } }: Chip, { latencyCycles }: { readonly latencyCycles: number }) => latencyNsOf(latencyCycles, clockMhz),
  shorter,
  ({ technology: { clockMhz } }: Chip, latencyNs: number) => ({ latencyCycles: latencyCyclesOf(latencyNs, clockMhz) }),
] as const;

const widths: readonly Change<number>[] = [
  ofCore(
    "lanes",
    (core) => core.lanes,
    double,
    (core, lanes) => ({ ...core, lanes }),
  ),
  ofCore(
    "synapse_memory.word_bits",
    (core) => core.synapseMemory.wordBits,
    wider,
    (core, wordBits) => ({ ...core, synapseMemory: { ...core.synapseMemory, wordBits } }),
  ),
  ofCore(
    "synapse_memory.banks",
    (core) => core.synapseMemory.banks,
    double,
    (core, banks) => ({ ...core, synapseMemory: { ...core.synapseMemory, banks } }),
  ),
  ofCore(
    "state_memory.word_bits",
    (core) => core.stateMemory.wordBits,
    wider,
    (core, wordBits) => ({ ...core, stateMemory: { ...core.stateMemory, wordBits } }),
  ),
  ofCore(
    "state_memory.banks",
    (core) => core.stateMemory.banks,
    double,
    (core, banks) => ({ ...core, stateMemory: { ...core.stateMemory, banks } }),
  ),
  ofCore(
    "event_overhead_cycles",
    (core) => core.eventOverheadCycles,
    half,
    (core, eventOverheadCycles) => ({ ...core, eventOverheadCycles }),
  ),
  ofCore(
    "neuron_update.units",
    (core) => core.neuronUpdate.units,
    double,
    (core, units) => ({ ...core, neuronUpdate: { ...core.neuronUpdate, units } }),
  ),
  ofCore(
    "input_queue.depth",
    (core) => core.inputQueue.depth,
    double,
    (core, depth) => ({ ...core, inputQueue: { depth } }),
  ),
  ofCore(
    "output_queue.depth",
    (core) => core.outputQueue.depth,
    double,
    (core, depth) => ({ ...core, outputQueue: { depth } }),
  ),
  ofNoc("flitWidthBits", "flit_width_bits", double),
  ofNoc("vcBufferFlits", "vc_buffer_flits", double),
  {
    path: "barrier.base_cycles",
    read: (chip) => chip.barrier.baseCycles,
    next: half,
    write: (chip, baseCycles) => ({ ...chip, barrier: { ...chip.barrier, baseCycles } }),
  },
  ofDies("bandwidth_gbit_s", ...bandwidth),
  ofDies(
    "latency_ns",
    ({ technology: { clockMhz } }, { latencyCycles }) => (latencyCycles === 1 ? null : latencyNsOf(latencyCycles, clockMhz)),
    shorter,
    ({ technology: { clockMhz } }, latencyNs) => ({ latencyCycles: dieLatencyCyclesOf(latencyNs, clockMhz) }),
  ),
  ofDram("bandwidth_gbit_s", ...bandwidth),
  ofDram("latency_ns", ...latency),
  ofPort("bandwidth_gbit_s", ...bandwidth),
  ofPort("latency_ns", ...latency),
  ofPort(
    "queue.depth",
    (_, { queueDepth }) => queueDepth,
    double,
    (_, queueDepth) => ({ queueDepth }),
  ),
];
const choices: readonly Change<string>[] = [
  ofCore<string>(
    "state_memory.ports",
    (core) => core.stateMemory.ports,
    (ports) => (ports === "1rw" ? "1r1w" : null),
    (core) => ({ ...core, stateMemory: { ...core.stateMemory, ports: "1r1w" } }),
  ),
  {
    path: "chip.idle",
    read: (chip) => chip.technology.idle,
    next: (idle) => (idle === "clocked" ? "clock-gated" : idle === "clock-gated" ? "power-gated" : null),
    write: (chip, idle) => ({ ...chip, technology: { ...chip.technology, idle: idle as Chip["technology"]["idle"] } }),
  },
  {
    path: "noc.multicast",
    read: (chip) => chip.noc.multicast,
    next: (multicast) => (multicast === "unicast" ? "tree" : null),
    write: (chip) => ({ ...chip, noc: { ...chip.noc, multicast: "tree" } }),
  },
];

function changed<T extends number | string>(chip: Chip, { path, read, next, write }: Change<T>): ChangedChip[] {
  const from = read(chip);
  const to = from === null ? null : next(from);
  return from === null || to === null || !isAllowed(path, to) ? [] : [{ path, from, to, chip: write(chip, to) }];
}

function isAllowed(path: string, value: number | string): boolean {
  if (typeof value === "string") return true;
  const { low, high } = boundsOf(path);
  return value >= low && value <= high;
}

/** The chip with one parameter changed by a step, for each parameter that has a next value. */
export function singleChanges(chip: Chip): readonly ChangedChip[] {
  return [...widths.flatMap((change) => changed(chip, change)), ...choices.flatMap((change) => changed(chip, change))];
}

/** Parameters that often help only together: the bandwidth of a memory, and its users. */
const TOGETHER = ["lanes", "synapse_memory.word_bits", "synapse_memory.banks", "state_memory.word_bits", "state_memory.banks"].map(
  (name) => `tile.core.${name}`,
);

/** The chip with two of these parameters changed by a step. */
export function pairedChanges(chip: Chip): readonly (readonly [ChangedChip, ChangedChip])[] {
  return singleChanges(chip)
    .filter(({ path }) => TOGETHER.includes(path))
    .flatMap((first) =>
      singleChanges(first.chip)
        .filter(({ path }) => TOGETHER.indexOf(path) > TOGETHER.indexOf(first.path))
        .map((second) => [first, second] as const),
    );
}
