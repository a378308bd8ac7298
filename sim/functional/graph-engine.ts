/**
 * Fast engine of integer graphs: additions and neuron updates in WebAssembly, one call per population and step. The
 * kernel's memory keeps the events of as many steps as the longest delay. Agrees bit for bit with the reference of the
 * tests.
 * Throws: Error if the package was not built.
 */
import { type ResetRule, SCORE_BITS } from "../../arch/index.js";
import { signedMax } from "../../base/math/rounding.js";
import { KernelHost } from "../kernel/kernel-host.js";
import { addGraphRows, type GraphRowKernel } from "./graph-rows.js";
import {
  classesOf,
  firstValues,
  type GraphCell,
  type GraphEngine,
  type GraphRun,
  type GraphWatch,
  type IntegerGraph,
  widthOf,
} from "./integer-graph.js";
import { type Storage, scaled } from "./kernel-layout.js";
import { type LeakingKernel, setLeaks } from "./leak-rules.js";

/** The kernel's exports; populations are given by their handles. */
interface GraphKernel extends GraphRowKernel, LeakingKernel {
  /** `slots`: number of steps whose events are kept. */
  addInput(neurons: number, slots: number): number;
  addReadout(neurons: number, slots: number, multiplier: number, bias: number, accumulatorBits: number, mostScore: number): number;
  addNeurons(neurons: number, slots: number, multiplier: number, bias: number, accumulatorBits: number, mostState: number): number;
  setDynamics(population: number, keepCurrent: number, keepVoltage: number, rest: number): void;
  setSpikes(population: number, threshold: number, reset: number, resetTo: number, refractorySteps: number): void;
  setSubtraction(population: number, loses: number, mostSpikes: number): void;
  setDelta(population: number, integrates: boolean, rectifies: boolean, shift: number, keepsRemainder: boolean, most: number): void;
  setLowest(population: number, lowest: number): void;
  setRestart(population: number, period: number, phase: number): void;
  addFeed(target: number, projection: number, source: number, steps: number): void;
  /** Resets neurons to silence. */
  rest(population: number): void;
  /** A step of the input from its payloads. Returns the number of events, as a step of neurons does. */
  enter(population: number, step: number, payloads: number): number;
  update(population: number, step: number): number;
  readOut(population: number, step: number, scores: number): void;
  /** Address of a step's events, [..][2 i32]. */
  eventsOf(population: number, step: number): number;
  voltagesOf(population: number): number;
  currentsOf(population: number): number;
  movedOf(population: number): number;
}

const RESETS = {
  zero: "RESET_ZERO",
  subtract: "RESET_SUBTRACT",
  "snntorch-subtract": "RESET_SNNTORCH_SUBTRACT",
  "snntorch-delayed-subtract": "RESET_SNNTORCH_DELAYED_SUBTRACT",
  "snntorch-delayed-zero": "RESET_SNNTORCH_DELAYED_ZERO",
} as const satisfies { readonly [rule in ResetRule]: string };

/** The kernel's globals, one per reset rule. */
type ResetGlobals = Readonly<Record<(typeof RESETS)[ResetRule], { readonly value: number }>>;
type GraphHost = KernelHost<GraphKernel & ResetGlobals>;

interface Machine {
  readonly graph: IntegerGraph;
  readonly host: GraphHost;
  /** Handles of the populations. */
  readonly handles: readonly number[];
  readonly inputsAt: number;
  readonly scoresAt: number;
}

/** Fast engine of `graph`; only benchmarks and tests set `storage`. */
export function createGraphEngine(graph: IntegerGraph, storage: Storage = "auto"): GraphEngine {
  const host: GraphHost = new KernelHost("graph-network", "an integer network");
  const { kernel } = host;
  kernel.setOverflow(graph.precision.accumulatorOverflow === "wrap" ? 1 : 0);
  setLeaks(kernel, graph.precision);
  const handles = graph.populations.map((_, p) => addPopulation(host, graph, p));
  for (const projection of graph.projections) {
    const { source, target, steps } = projection;
    const handle = addGraphRows(host, projection, graph.populations[target].neurons, storage);
    kernel.addFeed(handles[target], handle, handles[source], steps);
  }
  const inputsAt = host.allocate(4 * widthOf(graph));
  const scoresAt = host.allocate(4 * Math.max(...graph.populations.map(({ neurons }) => neurons)));
  const machine = { graph, host, handles, inputsAt, scoresAt };
  return { run: (inputs, watch) => runGraph(machine, inputs, watch) };
}

function runGraph(machine: Machine, inputs: Int32Array, watch?: GraphWatch): GraphRun {
  const { graph, host, handles, inputsAt, scoresAt } = machine;
  const { kernel } = host;
  const words = new Int32Array(host.buffer);
  const classes = classesOf(graph);
  const width = widthOf(graph);
  const first = firstValues(graph);
  const steps = inputs.length / width;
  const scores = new Int32Array(steps * classes);
  const eventStart = new Uint32Array(steps * handles.length + 1);
  const parts: Int32Array[] = [];
  let group = 0;
  const neurons = graph.populations.flatMap(({ kind }, p) => (kind === "neurons" ? [p] : []));
  for (const p of neurons) kernel.rest(handles[p]);
  kernel.takeOverflows();
  kernel.takeSaturations();
  for (let step = 0; step < steps; step++) {
    words.set(inputs.subarray(step * width, (step + 1) * width), inputsAt / 4);
    for (const [p, { kind }] of graph.populations.entries()) {
      const handle = handles[p];
      let count = 0;
      if (kind === "input") count = kernel.enter(handle, step, inputsAt + 4 * first[p]);
      else if (kind === "readout") kernel.readOut(handle, step, scoresAt);
      else {
        count = kernel.update(handle, step);
        watch?.(step, p, { voltage: statesAt(machine, p, "voltagesOf", words), current: statesAt(machine, p, "currentsOf", words) });
      }
      const at = (kernel.eventsOf(handle, step) >>> 0) / 4;
      const events = words.slice(at, at + 2 * count);
      if (p === graph.scored) record(machine, p, events, words, scores.subarray(step * classes, (step + 1) * classes));
      parts.push(events);
      eventStart[group + 1] = eventStart[group] + count;
      group++;
    }
  }
  return {
    steps,
    eventStart,
    ...split(parts, eventStart[group]),
    scores,
    accumulatorOverflows: kernel.takeOverflows(),
    stateSaturations: kernel.takeSaturations(),
    membraneUpdates: Float64Array.from(graph.populations, ({ kind }, p) => (kind === "neurons" ? kernel.movedOf(handles[p]) : 0)),
    voltages: Int32Array.from(neurons.flatMap((p) => [...statesAt(machine, p, "voltagesOf", words)])),
  };
}

function statesAt({ graph, host, handles }: Machine, p: number, which: "voltagesOf" | "currentsOf", words: Int32Array): Int32Array {
  const at = (host.kernel[which](handles[p]) >>> 0) / 4;
  return words.subarray(at, at + graph.populations[p].neurons);
}

/** Records the output of a scored population in a step. */
function record(machine: Machine, p: number, events: Int32Array, words: Int32Array, scores: Int32Array): void {
  const population = machine.graph.populations[p];
  const at = machine.scoresAt / 4;
  if (population.kind === "readout") scores.set(words.subarray(at, at + population.neurons));
  else if (population.kind === "neurons" && population.cell.threshold === null) scores.set(statesAt(machine, p, "voltagesOf", words));
  else for (let e = 0; e < events.length; e += 2) scores[events[e]] = events[e + 1];
}

function split(parts: readonly Int32Array[], events: number): { neuron: Uint32Array; payload: Int16Array } {
  const neuron = new Uint32Array(events);
  const payload = new Int16Array(events);
  let at = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 2) {
      neuron[at] = part[i];
      payload[at++] = part[i + 1];
    }
  }
  return { neuron, payload };
}

/** Adds a population; returns its handle. */
function addPopulation(host: GraphHost, graph: IntegerGraph, p: number): number {
  const { kernel } = host;
  const population = graph.populations[p];
  const { neurons } = population;
  const slots = 1 + graph.projections.reduce((most, { source, steps }) => (source === p ? Math.max(most, steps) : most), 0);
  if (population.kind === "input") return kernel.addInput(neurons, slots);
  const { factors, offsets } = scaled(population.kind === "readout" ? population.requantiser : population.cell.requantiser);
  const [multiplier, bias] = [host.place(factors), host.place(offsets)];
  const { accumulatorBits, stateBits } = graph.precisions[p];
  if (population.kind === "readout") return kernel.addReadout(neurons, slots, multiplier, bias, accumulatorBits, signedMax(SCORE_BITS));
  const handle = kernel.addNeurons(neurons, slots, multiplier, bias, accumulatorBits, signedMax(stateBits));
  setCell(host, handle, population.cell);
  return handle;
}

function setCell(host: GraphHost, handle: number, cell: GraphCell): void {
  const { kernel } = host;
  const placed = (values: Int32Array | null): number => (values === null ? 0 : host.place(values));
  kernel.setDynamics(handle, placed(cell.keepCurrent), placed(cell.keepVoltage), host.place(cell.rest));
  if (cell.restart !== null) kernel.setRestart(handle, cell.restart.period, cell.restart.phase);
  if (cell.lowest !== null) kernel.setLowest(handle, cell.lowest);
  if (cell.threshold === null) return;
  if (cell.delta !== null) {
    const { integrates, rectifies, shift, keepsRemainder, most } = cell.delta;
    kernel.setDelta(handle, integrates, rectifies, shift, keepsRemainder, most);
  }
  kernel.setSpikes(handle, cell.threshold, kernel[RESETS[cell.reset]].value, host.place(cell.resetTo), cell.refractorySteps);
  kernel.setSubtraction(handle, cell.loses, cell.mostSpikes);
}
