/**
 * Spikes that enter by a port: closed forms of the host link, agreement with the naive model, resources that the port
 * saves on cores, and which chips have one.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Chip, type MappingRequest, type Port, parseArch, portPrices } from "../../../arch/index.js";
import { InvariantError } from "../../../base/errors.js";
import { Recorder } from "../../../sim/board/recorder.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { CORE_COUNTERS, coreColumn } from "../../../sim/counters.js";
import { price } from "../../../sim/energy.js";
import { estimate, profileOf } from "../../../sim/expect/index.js";
import { checkPlacement } from "../../../sim/mapping/checker.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { placement } from "../../../sim/mapping/placement.js";
import { perfettoOf } from "../../../sim/observe/perfetto.js";
import { Counted } from "../../counted.js";
import { expectAgreement } from "./agreement.js";
import { chip, core, dense, population, precision, traceOf } from "./fixtures.js";
import { allCases, type Case, onTick, plainCases, withPort } from "./random-chips.js";

const request: MappingRequest = { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 };
const PORT: Port = { tile: 0, bitsPerCycle: 30, latencyCycles: 0, packetBits: null, queueDepth: 16 };
const topology = {
  populations: [population("input", 8, 0, { states: 0 }), population("readout", 4, 1, { payloadBits: 0 })],
  projections: [dense(0, 1)],
};

/** Cycles of the first wave, in which `neurons` spike. */
function firstWave(port: Port, neurons: readonly number[], changes: Parameters<typeof chip>[1] = {}) {
  const on = chip([1], { ...changes, port });
  const trace = traceOf(topology, [[[[...neurons], []]]]);
  const run = runTiming(on, mapNetwork(topology, on, precision, request, trace), precision, trace);
  return { cycles: run.waveCycles[0], port: run.total.port };
}

test("a packet takes bits / bandwidth cycles, rounded up; a wave with a spike takes the latency once, one without takes none", () => {
  const fast = firstWave(PORT, [3]);
  expect(fast.port).toEqual({ events: 1, packets: 1, bits: 30, busyCycles: 1, stallCycles: 0 });
  expect(firstWave({ ...PORT, bitsPerCycle: 29 }, [3]).cycles).toBe(fast.cycles + 1);
  expect(firstWave({ ...PORT, bitsPerCycle: 1 }, [3]).cycles).toBe(fast.cycles + 29);
  expect(firstWave({ ...PORT, packetBits: 61 }, [3]).cycles).toBe(fast.cycles + 2);
  expect(firstWave({ ...PORT, latencyCycles: 100 }, [3]).cycles).toBe(fast.cycles + 100);
  const many = [0, 1, 2, 3, 4, 5, 6, 7];
  const slow = { ...PORT, bitsPerCycle: 0.5 };
  expect(firstWave({ ...slow, latencyCycles: 100 }, many).cycles).toBe(firstWave(slow, many).cycles + 100);
  expect(firstWave(slow, many).cycles).toBe(fast.cycles + 8 * 60 - 1);
  expect(firstWave(slow, many).port).toEqual({ events: 8, packets: 8, bits: 240, busyCycles: 480, stallCycles: 0 });
  const silent = firstWave({ ...PORT, latencyCycles: 100 }, []);
  expect(silent.cycles).toBe(firstWave(PORT, []).cycles);
  expect(silent.port).toEqual({ events: 0, packets: 0, bits: 0, busyCycles: 0, stallCycles: 0 });
});

test("packets of several inputs take the bits of their own payloads, and an input that is silent takes nothing", () => {
  const counted = (wideBits: number, wide: readonly number[]) => {
    const populations = [
      population("narrow", 8, 0, { states: 0 }),
      population("wide", 8, 0, { states: 0, payloadBits: wideBits }),
      population("readout", 4, 1, { payloadBits: 0 }),
    ];
    const two = { populations, projections: [dense(0, 2), dense(1, 2)] };
    // spikes wait for each other, so that the first one decides when the last one is looked up
    const slow = { eventOverheadCycles: 500, neuronUpdate: { ...core.neuronUpdate, cyclesPerNeuron: 200 } };
    const on = chip([1], { core: slow, port: { ...PORT, bitsPerCycle: 1 } });
    const trace = traceOf(two, [[[[1, 5, 6], [...wide], []]]]);
    const { total } = runTiming(on, mapNetwork(two, on, precision, request, trace), precision, trace);
    const expected = estimate(on, precision, request, profileOf(trace));
    expect(expected?.counters.port).toEqual(total.port);
    return { ...total.port, latency: expected?.latencyCycles };
  };
  const bits = 3 * (24 + 6) + 2 * (24 + 14);
  expect(counted(14, [0, 7])).toMatchObject({ events: 5, packets: 5, bits, busyCycles: bits });
  expect(counted(200, [])).toEqual(counted(6, []));
});

test("a full queue stalls the host link, except for as many packets as the queue holds", () => {
  const core = { eventOverheadCycles: 40, inputQueue: { depth: 1 } };
  const noc = { virtualChannels: 1, vcBufferFlits: 1 };
  const stalls = [1, 2, 4, 8].map((queueDepth) => firstWave({ ...PORT, queueDepth }, [0, 1, 2, 3, 4, 5, 6, 7], { core, noc }));
  const counts = stalls.map(({ port }) => port?.stallCycles ?? 0);
  for (const [i, count] of counts.entries()) if (i > 0) expect(count).toBeLessThan(counts[i - 1]);
  expect(counts[0]).toBeGreaterThan(100);
  expect(counts[3]).toBe(0);
  // the core takes equally long, whether packets wait on the link or in the queue
  expect(new Set(stalls.map(({ cycles }) => cycles)).size).toBe(1);
});

test("waves and counters equal the naive model on random chips with a port, also if cores have no common step", {
  tags: ["long"],
  timeout: 600_000,
}, () => {
  const seen = new Counted("chips with a port");
  const check = (c: Case): void => {
    const { port, dropped } = expectAgreement(c);
    seen.see(
      c.chip.noc.multicast,
      c.chip.noc.topology,
      ...((port?.stallCycles ?? 0) > 0 ? ["stalls"] : []),
      ...(dropped > 0 ? ["losses"] : []),
    );
  };
  const late = allCases.map((c) => onTick(withPort(c), { periodCycles: 60, overrun: "late", spreadCycles: 20 }));
  fc.assert(fc.property(fc.oneof(plainCases.map(withPort), allCases.map(withPort), late), check), { seed: 20_270_101, numRuns: 32 });
  seen.expectEach(["unicast", "tree", "mesh", "ring", "crossbar", "stalls", "losses"], 2);
});

test("neurons behind the port take no slot and no state of any core, with every strategy; the checker refuses one that does", () => {
  const small: Chip = chip(new Array<number>(8).fill(1), { core: { maxNeurons: 3 }, port: { ...PORT, tile: 7 } });
  for (const strategy of ["sequential", "balanced", "min-traffic", "layer-per-core"] as const) {
    const made = mapNetwork(topology, small, precision, { ...request, strategy }, null);
    expect(made.slices.reduce((sum, { neurons }) => sum + neurons, 0)).toBe(4);
    // the annealer moves the four neurons to the port's end of the row
    if (strategy === "min-traffic") expect(Math.min(...made.usedCores)).toBeGreaterThanOrEqual(4);
  }
  expect(() => mapNetwork(topology, { ...small, port: null }, precision, request, null)).not.toThrow();
  expect(() => mapNetwork(topology, { ...small, port: null, cores: small.cores.slice(0, 3) }, precision, request, null)).toThrow(
    "neuron slots",
  );
  expect(() => mapNetwork(topology, { ...small, cores: small.cores.slice(0, 3) }, precision, request, null)).not.toThrow();
  const held = placement(topology, "manual", [
    { population: 0, firstNeuron: 0, neurons: 8, core: 0 },
    { population: 1, firstNeuron: 0, neurons: 4, core: 1 },
  ]);
  const wide = chip([1, 1], { port: PORT });
  expect(() => checkPlacement(held, wide, precision, null)).toThrow(InvariantError);
  expect(() => checkPlacement(held, { ...wide, port: null }, precision, null)).not.toThrow();
  const manual: MappingRequest = { ...request, strategy: "manual", manual: { input: [0] } };
  expect(() => mapNetwork(topology, wide, precision, manual, null)).toThrow("is behind the port");
});

test("inputs at the port cause the same synaptic work as on cores; bits cost the description's price, and rows sum to the total", () => {
  const neurons = [0, 2, 3, 7];
  const trace = traceOf(topology, [
    [
      [[...neurons], []],
      [[1], [2]],
    ],
  ]);
  const [on, off] = [null, PORT].map((port) => {
    const made = chip([1, 1], { port });
    const { total } = runTiming(made, mapNetwork(topology, made, precision, request, trace), precision, trace);
    const sum = (name: (typeof CORE_COUNTERS)[number]): number =>
      total.cores.reduce((all, count, i) => (i % CORE_COUNTERS.length === coreColumn[name] ? all + count : all), 0);
    return { work: sum("synaptic_macs") + sum("synaptic_adds"), updates: sum("neuron_updates"), chip: made, total };
  });
  expect(off.work).toBe(on.work);
  // two steps and one wave of pipeline; the input's 8 neurons are not updated
  expect(on.updates - off.updates).toBe(16);
  const { rows, totalPj } = price(off.chip, precision, topology, off.total);
  const link = rows.find(({ component }) => component === "host link");
  expect(link?.count).toBe(5 * 30);
  expect(link?.energyPj).toBeCloseTo(150 * (portPrices(off.chip)?.port_bit_pj.value ?? 0), 9);
  expect(portPrices(off.chip)?.port_bit_pj.value).toBeCloseTo((1.8 * 22.87) / 1.1424, 9);
  expect(rows.reduce((sum, row) => sum + (row.energyPj ?? 0), 0)).toBe(totalPj);
});

test("inputs are behind a port if files of spikes or events feed another tool's network, unless the description says otherwise", () => {
  const nir = "network: { model: net.nir, nir: { step_seconds: 1e-3, reset: zero } }";
  const lava = "network: { model: net.net }\nprecision: { integers: from-file, leak: truncate }";
  const portOf = (text: string): Port | null => parseArch(`version: 1\n${text}\n`, "a.yaml").experiment.chip.port;
  for (const dataset of ["spike-file", "events", "nmnist", "dvs-gesture", "shd-events"]) {
    const workload = `workload: { dataset: ${dataset}, path: p }`;
    for (const network of [nir, lava]) {
      expect(portOf(`${network}\n${workload}`), dataset).toEqual({ ...PORT, bitsPerCycle: 11.4 });
      expect(portOf(`${network}\n${workload}\ninputs: { at: cores }`), dataset).toBeNull();
    }
    // a network of our own has an encoder on the chip
    if (dataset === "spike-file") expect(portOf(workload)).toBeNull();
  }
  expect(portOf("workload: { dataset: mnist-rows }")).toBeNull();
  expect(portOf(`${nir}\nworkload: { dataset: mnist-pictures }`)).toBeNull();
  const own = "inputs: { at: port, port: { tile: 1, bandwidth_gbit_s: 2, latency_ns: 25, packet_bits: 40, queue: { depth: 3 } } }";
  expect(portOf(own)).toEqual({ tile: 1, bitsPerCycle: 20, latencyCycles: 3, packetBits: 40, queueDepth: 3 });
  expect(() => portOf("inputs: { port: { tile: 4 } }")).toThrow("the chip has tiles 0..3");
});

test("in a trace the port's track is the host link, whose waits equal the counted stalls; the port has no synapse unit", () => {
  const core = { eventOverheadCycles: 40, inputQueue: { depth: 1 } };
  const on = chip([1], { core, noc: { virtualChannels: 1, vcBufferFlits: 1 }, port: { ...PORT, queueDepth: 1 } });
  const trace = traceOf(topology, [[[[0, 1, 2, 3, 4, 5, 6, 7], []]]]);
  const placed = mapNetwork(topology, on, precision, request, trace);
  const recorder = new Recorder();
  const { total } = runTiming(on, placed, precision, trace, recorder);
  const { traceEvents } = JSON.parse([...perfettoOf(recorder, on, placed, trace)].join("")) as {
    traceEvents: readonly { name: string; pid: number; dur?: number; args: { name?: string } }[];
  };
  const ofPort = traceEvents.filter(({ pid }) => pid === 2);
  expect(ofPort.flatMap(({ args }) => args.name ?? [])).toEqual(["port", "host link"]);
  const waits = ofPort.filter(({ name }) => name === "waits for a place").reduce((sum, { dur = 0 }) => sum + dur, 0);
  expect(Math.round(waits * on.technology.clockMhz)).toBe(total.port?.stallCycles);
  expect(total.port?.stallCycles).toBeGreaterThan(100);
});
