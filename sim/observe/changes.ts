/**
 * Single steps of a chip's parameters, which an explanation tries. The description makes the changed chip, so that it
 * is the one that a user gets who types the value: with its bounds, its macros, and values that follow others. Of a
 * core's parameters, those are tried that all cores have in common. Memories keep their size, and placements their
 * cores.
 */
import { bandwidthGbitSOf, type Chip, type Core, type Dies, type Dram, latencyNsOf, type Port } from "../../arch/index.js";

/** A chip, and the values by path with which the description makes it. */
export interface Variant {
  readonly chip: Chip;
  readonly values: { readonly [path: string]: number | string };
}

/** The described chip with other values; null: the description refuses them. */
export type Rebuild = (values: Variant["values"]) => Chip | null;

/** A chip with one more changed parameter: its path in the description, and its values. */
export interface ChangedChip extends Variant {
  readonly path: string;
  readonly from: number | string;
  readonly to: number | string;
}

/** One step of a parameter that affects time or energy; `next` returns null if there is no further value. */
interface Change<T extends number | string> {
  readonly path: string;
  /** null: the chip has no such parameter, or cores of several values. */
  readonly read: (chip: Chip) => T | null;
  readonly next: (value: T) => T | null;
}

const double = (value: number): number => value * 2;
/** Largest width of words that the component tables price. */
const wider = (bits: number): number | null => (bits >= 256 ? null : bits * 2);
const half = (value: number): number => Math.floor(value / 2);
/** null at 0, of which there is no half. */
const shorter = (latencyNs: number): number | null => (latencyNs === 0 ? null : latencyNs / 2);

function ofCore<T extends number | string>(name: string, read: (core: Core) => T, next: (value: T) => T | null): Change<T> {
  return {
    path: `tile.core.${name}`,
    read: ({ cores }) => (cores.every((core) => read(core) === read(cores[0])) ? read(cores[0]) : null),
    next,
  };
}

/** Changes of a chip's port, if it has one. */
const ofPort = (name: string, read: (chip: Chip, port: Port) => number, next: (value: number) => number | null): Change<number> => ({
  path: `inputs.port.${name}`,
  read: (chip) => (chip.port === null ? null : read(chip, chip.port)),
  next,
});

/** Changes of the links between dies, if a chip has several. */
const ofDies = (name: string, read: (chip: Chip, dies: Dies) => number | null, next: (value: number) => number | null): Change<number> => ({
  path: `noc.dies.${name}`,
  read: (chip) => (chip.noc.dies === null ? null : read(chip, chip.noc.dies)),
  next,
});

/** Changes of a chip's DRAM, if it has one. */
const ofDram = (name: string, read: (chip: Chip, dram: Dram) => number, next: (value: number) => number | null): Change<number> => ({
  path: `spill.${name}`,
  read: (chip) => (chip.spill === null ? null : read(chip, chip.spill)),
  next,
});

/** How a link's rate is read and doubled. */
const bandwidth = [
  ({ technology: { clockMhz } }: Chip, { bitsPerCycle }: { readonly bitsPerCycle: number }) => bandwidthGbitSOf(bitsPerCycle, clockMhz),
  double,
] as const;
/** How a latency is read and halved. */
const latency = [
  ({ technology: { clockMhz } }: Chip, { latencyCycles }: { readonly latencyCycles: number }) => latencyNsOf(latencyCycles, clockMhz),
  shorter,
] as const;

const widths: readonly Change<number>[] = [
  ofCore("lanes", (core) => core.lanes, double),
  ofCore("synapse_memory.word_bits", (core) => core.synapseMemory.wordBits, wider),
  ofCore("synapse_memory.banks", (core) => core.synapseMemory.banks, double),
  ofCore("state_memory.word_bits", (core) => core.stateMemory.wordBits, wider),
  ofCore("state_memory.banks", (core) => core.stateMemory.banks, double),
  ofCore("event_overhead_cycles", (core) => core.eventOverheadCycles, half),
  ofCore("neuron_update.units", (core) => core.neuronUpdate.units, double),
  ofCore("input_queue.depth", (core) => core.inputQueue.depth, double),
  ofCore("output_queue.depth", (core) => core.outputQueue.depth, double),
  { path: "noc.flit_width_bits", read: ({ noc }) => noc.flitWidthBits, next: double },
  { path: "noc.vc_buffer_flits", read: ({ noc }) => noc.vcBufferFlits, next: double },
  { path: "barrier.base_cycles", read: ({ barrier }) => barrier.baseCycles, next: half },
  ofDies("bandwidth_gbit_s", ...bandwidth),
  ofDies(
    "latency_ns",
    ({ technology: { clockMhz } }, { latencyCycles }) => (latencyCycles === 1 ? null : latencyNsOf(latencyCycles, clockMhz)),
    shorter,
  ),
  ofDram("bandwidth_gbit_s", ...bandwidth),
  ofDram("latency_ns", ...latency),
  ofPort("bandwidth_gbit_s", ...bandwidth),
  ofPort("latency_ns", ...latency),
  ofPort("queue.depth", (_, { queueDepth }) => queueDepth, double),
];
const choices: readonly Change<string>[] = [
  ofCore<string>(
    "state_memory.ports",
    (core) => core.stateMemory.ports,
    (ports) => (ports === "1rw" ? "1r1w" : null),
  ),
  {
    path: "chip.idle",
    read: (chip) => chip.technology.idle,
    next: (idle) => (idle === "clocked" ? "clock-gated" : idle === "clock-gated" ? "power-gated" : null),
  },
  {
    path: "noc.multicast",
    read: (chip) => chip.noc.multicast,
    next: (multicast) => (multicast === "unicast" ? "tree" : null),
  },
];

function changed<T extends number | string>({ chip, values }: Variant, { path, read, next }: Change<T>, rebuild: Rebuild): ChangedChip[] {
  const from = read(chip);
  const to = from === null ? null : next(from);
  if (from === null || to === null) return [];
  const changes = { ...values, [path]: to };
  const other = rebuild(changes);
  // a core's own selector, or a derived value, can keep the old value
  const has = other === null ? null : read(other);
  return other === null || has === null || has === from ? [] : [{ path, from, to, chip: other, values: changes }];
}

/** The chip with one parameter changed by a step, for each parameter that has a next value. */
export function singleChanges(of: Variant, rebuild: Rebuild): readonly ChangedChip[] {
  return [...widths.flatMap((change) => changed(of, change, rebuild)), ...choices.flatMap((change) => changed(of, change, rebuild))];
}

/** Parameters that often help only together: the bandwidth of a memory, and its users. */
const TOGETHER = ["lanes", "synapse_memory.word_bits", "synapse_memory.banks", "state_memory.word_bits", "state_memory.banks"].flatMap(
  (name) => widths.filter(({ path }) => path === `tile.core.${name}`),
);

/** The chip with two of these parameters changed by a step. */
export function pairedChanges(of: Variant, rebuild: Rebuild): readonly (readonly [ChangedChip, ChangedChip])[] {
  return TOGETHER.flatMap((first, i) =>
    changed(of, first, rebuild).flatMap((one) =>
      TOGETHER.slice(i + 1).flatMap((second) => changed(one, second, rebuild).map((two) => [one, two] as const)),
    ),
  );
}
