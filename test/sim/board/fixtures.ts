/** Small chips, networks and traces for the timing and mapping tests. */
import type { Chip, Core, Noc, Population, Precision, Projection, SpikeTrace, Topology } from "../../../arch/index.js";
import { PLAIN_INTAKE } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";

export const precision: Precision = {
  integers: "quantised",
  layers: {},
  weightBits: 8,
  weightScale: "max",
  stateBits: 16,
  stateFractionBits: 8,
  accumulatorBits: 16,
  accumulatorOverflow: "saturate",
  lutBits: 8,
  gateBits: 8,
  leak: "multiplier",
  spikeBits: null,
};

export const core: Core = {
  id: 0,
  tile: 0,
  maxNeurons: 256,
  lanes: 4,
  accumulateDepthCycles: 3,
  eventOverheadCycles: 2,
  scan: { policy: "event", chunkBits: 64, cyclesPerChunk: 1, cyclesPerSetBit: 1 },
  synapseMemory: {
    kind: "sram",
    own: null,
    sizeBits: 8 * 8192 * 8,
    wordBits: 32,
    banks: 1,
    ports: "1rw",
    readLatencyCycles: 1,
    refetch: "row",
    rereadsInStalls: false,
  },
  stateMemory: {
    kind: "sram",
    own: null,
    sizeBits: 8192 * 8,
    wordBits: 64,
    banks: 1,
    ports: "1r1w",
    readLatencyCycles: 1,
    refetch: "row",
    rereadsInStalls: false,
  },
  axonEntries: null,
  routeEntries: null,
  tableMacros: { axons: null, routes: null },
  ownWords: { input: null, output: null, parameters: null },
  inputQueue: { depth: 8 },
  intake: PLAIN_INTAKE,
  outputQueue: { depth: 8 },
  parameterKind: "sram",
  configurationBits: 0,
  queueKinds: { input: "auto", output: "auto" },
  neuronUpdate: { policy: "dense", units: 1, cyclesPerNeuron: 1, pipelineDepthCycles: 4 },
};

export const noc: Noc = {
  topology: "mesh",
  tree: null,
  own: null,
  dies: null,
  width: 2,
  height: 1,
  routing: "xy",
  flitWidthBits: 32,
  virtualChannels: 2,
  vcBufferFlits: 4,
  allocator: "islip",
  routingDelayCycles: 1,
  vcAllocationDelayCycles: 1,
  switchAllocationDelayCycles: 1,
  switchTraversalDelayCycles: 1,
  creditDelayCycles: 1,
  linkCycles: 1,
  linkLengthMm: 1,
  multicast: "unicast",
  headerBits: 24,
};

/** A chip of equal cores. */
export function chip(
  coresPerTile: readonly number[],
  changes: {
    core?: Partial<Core>;
    noc?: Partial<Noc>;
    barrier?: Partial<Chip["barrier"]>;
    tick?: Chip["tick"];
    sourcePace?: Chip["sourcePace"];
    spill?: Chip["spill"];
    port?: Chip["port"];
    convolution?: Chip["convolution"];
    weightFormat?: Chip["weightFormat"];
  } = {},
): Chip {
  let id = 0;
  return {
    name: "test",
    frameBuffer: null,
    technology: { nodeNm: 28, sramCell: "lstp", voltageV: 0.9, temperatureK: 300, corner: "typical", clockMhz: 100, idle: "clocked" },
    noc: { ...noc, width: coresPerTile.length, height: 1, ...changes.noc },
    barrier: { baseCycles: 4, perCoreCycles: 1, ...changes.barrier },
    tick: changes.tick ?? null,
    sourcePace: changes.sourcePace ?? null,
    spill: changes.spill ?? null,
    port: changes.port ?? null,
    convolution: changes.convolution ?? "shared",
    weightFormat: changes.weightFormat ?? "rows",
    weightFormats: {},
    coresPerTile,
    cores: coresPerTile.flatMap((count, tile) => Array.from({ length: count }, () => ({ ...core, ...changes.core, id: id++, tile }))),
    silicon: null,
    fpga: null,
    priceOverrides: {},
  };
}

export function population(name: string, neurons: number, depth: number, changes: Partial<Population> = {}): Population {
  return {
    name,
    neurons,
    accumulators: depth === 0 ? 0 : 1,
    states: 1,
    depth,
    payloadBits: 6,
    rests: true,
    update: { requantises: 1, multiplies: 1, additions: 2, lutReads: 1 },
    ...changes,
  };
}

export function dense(source: number, target: number, recurrent = false): Projection {
  return { source, target, recurrent, sparse: null };
}

/** Trace from `fires[utterance][step][population]` = ascending neurons; payload 2 for even neurons, 1 for odd ones. */
export function traceOf(topology: Topology, fires: readonly (readonly (readonly (readonly number[])[])[])[]): SpikeTrace {
  const stepStart = [0];
  const eventStart = [0];
  const neuron: number[] = [];
  for (const utterance of fires) {
    for (const step of utterance) {
      for (const population of step) {
        neuron.push(...population);
        eventStart.push(neuron.length);
      }
    }
    stepStart.push((stepStart.at(-1) as number) + utterance.length);
  }
  return {
    topology,
    stepStart: Uint32Array.from(stepStart),
    eventStart: Uint32Array.from(eventStart),
    neuron: Uint16Array.from(neuron),
    payload: Int16Array.from(neuron, (n) => (n % 2 === 0 ? 2 : 1)),
    key: "test",
  };
}

/** A random trace: every neuron of population p fires with probability `rates[p]`. */
export function randomTrace(topology: Topology, steps: readonly number[], rates: readonly number[], seed: number): SpikeTrace {
  const rng = createRng(seed, "trace");
  return traceOf(
    topology,
    steps.map((count) =>
      Array.from({ length: count }, () =>
        topology.populations.map((p, i) => Array.from({ length: p.neurons }, (_, n) => n).filter(() => rng.float() < rates[i])),
      ),
    ),
  );
}

/** Topology of a two-layer network with explicit recurrence, 28 inputs and 10 classes. */
export function recurrentTopology(width: number): Topology {
  const update = { requantises: 2, multiplies: 4, additions: 6, lutReads: 1 };
  return {
    populations: [
      population("input", 28, 0),
      population("layer1", width, 1, { accumulators: 2, states: 2, update }),
      population("layer2", width, 2, { accumulators: 2, states: 2, update }),
      population("readout", 10, 3, { payloadBits: 0 }),
    ],
    projections: [dense(0, 1), dense(1, 1, true), dense(1, 2), dense(2, 2, true), dense(2, 3)],
  };
}

/** A trace of one utterance, `times` times. */
export function repeated(trace: SpikeTrace, times: number): SpikeTrace {
  const [steps, groups, events] = [trace.stepStart[1], trace.eventStart.length - 1, trace.neuron.length];
  return {
    ...trace,
    stepStart: Uint32Array.from({ length: times + 1 }, (_, u) => u * steps),
    eventStart: Uint32Array.from({ length: times * groups + 1 }, (_, g) => Math.floor(g / groups) * events + trace.eventStart[g % groups]),
    neuron: Uint32Array.from({ length: times * events }, (_, e) => trace.neuron[e % events]),
    payload: Int16Array.from({ length: times * events }, (_, e) => trace.payload[e % events]),
  };
}
