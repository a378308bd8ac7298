/**
 * Fast engine of integer graphs: additions and neuron updates in WebAssembly, a call for each population and step.
 * Events of as many steps as the longest delay stay in the kernel's memory. Agrees bit for bit with `graph-reference`, which also takes over
 * populations of more neurons than the kernel's 16-bit targets address. Throws: Error when the package was not built.
 */
import { type ResetRule, SCORE_BITS } from "../../arch/index.js";
import { signedMax } from "../../base/math/rounding.js";
import { instantiateKernel } from "../kernel/kernel-file.js";
import { createGraphReference } from "./graph-reference.js";
import { classesOf, type GraphEngine, type GraphPopulation, type GraphRun, type IntegerGraph } from "./integer-graph.js";
import { KernelMemory, placeSparseRows, scaled } from "./kernel-layout.js";

interface Kernel {
  accumulate(acc: number, bytes: number, lists: number, count: number, bits: number, wrap: number): void;
  update(cell: number, out: number): number;
  score(cell: number, scores: number): void;
  takeOverflows(): number;
  takeSaturations(): number;
}

const MOST_NEURONS = 65_536;
/** As the kernel counts them. */
const RESETS: { readonly [rule in ResetRule]: number } = {
  zero: 0,
  subtract: 1,
  "snntorch-subtract": 2,
  "snntorch-delayed-subtract": 3,
  "snntorch-delayed-zero": 4,
};

/** Where one population lies in the kernel's memory; 0 where it has no such part. */
interface Place {
  readonly population: GraphPopulation;
  readonly cell: number;
  readonly acc: number;
  readonly accBytes: number;
  readonly current: number;
  readonly voltage: number;
  readonly held: number;
  /** Changes of voltages, float64. */
  readonly moved: number;
  /** Event lists of the last steps, `slots` of them, each [neurons][2 i32]. */
  readonly events: number;
  readonly slots: number;
  /** End of the events in each slot. */
  readonly ends: Int32Array;
  readonly feeds: readonly { readonly projection: number; readonly source: number; readonly steps: number }[];
}

/** `storage` picks how weights lie in memory, for benchmarks and tests. */
export function createGraphEngine(graph: IntegerGraph, storage: "auto" | "dense" | "sparse" = "auto"): GraphEngine {
  if (graph.populations.some((population) => population.neurons > MOST_NEURONS)) return createGraphReference(graph);
  const memory = new KernelMemory();
  const kernel = instantiateKernel("graph-network", memory.memory) as Kernel;
  const places = graph.populations.map((_, p) => place(memory, graph, p, storage));
  const lists = memory.allocate(12 * Math.max(1, graph.projections.length));
  const classes = classesOf(graph);
  const scoresAt = memory.allocate(4 * Math.max(1, ...graph.populations.map(({ neurons }) => neurons)));
  return { run: (inputs) => runGraph(graph, { memory, kernel, places, lists, scoresAt, classes }, inputs) };
}

interface Machine {
  readonly memory: KernelMemory;
  readonly kernel: Kernel;
  readonly places: readonly Place[];
  readonly lists: number;
  readonly scoresAt: number;
  readonly classes: number;
}

function runGraph(graph: IntegerGraph, { memory, kernel, places, lists, scoresAt, classes }: Machine, inputs: Int32Array): GraphRun {
  const words = new Int32Array(memory.memory.buffer);
  const floats = new Float64Array(memory.memory.buffer);
  const wrap = graph.precision.accumulatorOverflow === "wrap" ? 1 : 0;
  const size = graph.populations[graph.input].neurons;
  const steps = inputs.length / size;
  const scores = new Int32Array(steps * classes);
  const eventStart = new Uint32Array(steps * places.length + 1);
  const parts: Int32Array[] = [];
  let group = 0;
  for (const { current, voltage, held, population } of places) {
    for (const at of [current, voltage, held]) if (at > 0) words.fill(0, at / 4, at / 4 + population.neurons);
  }
  kernel.takeOverflows();
  kernel.takeSaturations();
  for (let step = 0; step < steps; step++) {
    for (const [p, to] of places.entries()) {
      const out = to.events + 8 * to.population.neurons * (step % to.slots);
      let end = out;
      if (to.population.kind === "input") {
        for (let n = 0; n < size; n++) {
          const payload = inputs[step * size + n];
          if (payload === 0) continue;
          words[end / 4] = n;
          words[end / 4 + 1] = payload;
          end += 8;
        }
      } else {
        let count = 0;
        for (const { projection, source, steps: late } of to.feeds) {
          if (late > step) continue;
          const from = places[source];
          const slot = (step - late) % from.slots;
          const first = from.events + 8 * from.population.neurons * slot;
          words.set([projection, first, from.ends[slot]], lists / 4 + 3 * count++);
        }
        kernel.accumulate(to.acc, to.accBytes, lists, count, graph.precision.accumulatorBits, wrap);
        if (to.population.kind === "readout") kernel.score(to.cell, scoresAt);
        else end = kernel.update(to.cell, out);
      }
      to.ends[step % to.slots] = end;
      // An utterance's first step counts every neuron.
      if (step === 0 && to.moved > 0) floats[to.moved / 8] = to.population.neurons;
      if (p === graph.scored) record(scores.subarray(step * classes, (step + 1) * classes), to, words, out, end, scoresAt);
      const events = words.slice(out / 4, end / 4);
      parts.push(events);
      eventStart[group + 1] = eventStart[group] + events.length / 2;
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
    membraneUpdates: Float64Array.from(places, ({ moved }) => (moved > 0 ? floats[moved / 8] : 0)),
    voltages: Int32Array.from(
      places.flatMap(({ voltage, population }) =>
        population.kind === "neurons" ? [...words.subarray(voltage / 4, voltage / 4 + population.neurons)] : [],
      ),
    ),
  };
}

/** What a scored population puts out in a step. */
function record(scores: Int32Array, { population, voltage }: Place, words: Int32Array, out: number, end: number, scoresAt: number): void {
  if (population.kind === "readout") scores.set(words.subarray(scoresAt / 4, scoresAt / 4 + population.neurons));
  else if (population.kind === "neurons" && population.cell.threshold === null) {
    scores.set(words.subarray(voltage / 4, voltage / 4 + population.neurons));
  } else for (let e = out / 4; e < end / 4; e += 2) scores[words[e]] = words[e + 1];
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

function place(memory: KernelMemory, graph: IntegerGraph, p: number, storage: "auto" | "dense" | "sparse"): Place {
  const population = graph.populations[p];
  const { neurons } = population;
  const slots = 1 + graph.projections.reduce((most, projection) => (projection.source === p ? Math.max(most, projection.steps) : most), 0);
  const events = memory.allocate(slots * neurons * 8);
  const none = { cell: 0, acc: 0, accBytes: 0, current: 0, voltage: 0, held: 0, moved: 0, feeds: [] };
  const own = { population, events, slots, ends: new Int32Array(slots) };
  if (population.kind === "input") return { ...none, ...own };
  const accBytes = Math.ceil(neurons / 16) * 64;
  const acc = memory.allocate(accBytes);
  const feeds = graph.projections
    .filter((projection) => projection.target === p)
    .map((projection) => ({
      projection: placeSparseRows(memory, { ...projection, rows: neurons }, storage),
      source: projection.source,
      steps: projection.steps,
    }));
  const { factors, offsets } = scaled(population.kind === "readout" ? population.requantiser : population.cell.requantiser);
  const moved = memory.allocate(8);
  const sum = [neurons, acc, memory.place(factors), memory.place(offsets), moved];
  if (population.kind === "readout") {
    const words = [...sum, ...new Array<number>(10).fill(0), signedMax(SCORE_BITS), 0, 0];
    return { ...none, ...own, cell: memory.place(Int32Array.from(words)), acc, accBytes, feeds };
  }
  const { cell } = population;
  const { gateBits, leak } = graph.precision;
  const [current, voltage, held] = [0, 0, 0].map(() => memory.allocate(neurons * 4));
  const words = [
    ...sum,
    cell.keepCurrent === null ? 0 : memory.place(cell.keepCurrent),
    cell.keepVoltage === null ? 0 : memory.place(cell.keepVoltage),
    memory.place(cell.rest),
    cell.threshold ?? -1,
    RESETS[cell.reset],
    memory.place(cell.resetTo),
    cell.refractorySteps,
    current,
    voltage,
    held,
    signedMax(graph.precisions[p].stateBits),
    gateBits,
    leak === "shift" ? 1 : 0,
  ];
  return { ...own, cell: memory.place(Int32Array.from(words)), acc, accBytes, feeds, current, voltage, held, moved };
}
