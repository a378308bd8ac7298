/**
 * Runs an imported NIR graph in float64, step by step, and counts by NeuroBench's rules.
 * Within a step, nodes run in the schedule's order; several edges into a node add up; delayed edges carry the values of
 * the step before, in the first step those of a silent network: a bias acts from the first step on, wherever it stands.
 */
import {
  CONNECTION_TYPES,
  type HarnessNeuron,
  NEURON_TYPES,
  NeurobenchCounter,
  type NeurobenchMetrics,
  type ResetRule,
  updatePrice,
  VALUE_NEURONS,
} from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { powerOfTwo } from "../../base/math.js";
import { createOperator, type Operator } from "./connections.js";
import { fileWeights } from "./file-weights.js";
import type { ImportedNir } from "./import.js";
import { createNeurons, type NeuronModel } from "./neuron-models.js";
import { resetOf } from "./reset.js";
import { type Shape, shapeText, sizeOf } from "./shapes.js";
import type { NirValues } from "./terminal-inputs.js";

export interface NirRun {
  readonly steps: number;
  /** [steps][size] of every recorded node: spikes of neurons, values of others. */
  readonly outputs: ReadonlyMap<string, Float64Array>;
}

/** Values of a node after a step. The arrays are those of the engine, which the next step changes. */
interface NodeValues {
  /** Spikes of neurons, values of others. */
  readonly output: Float64Array;
  /** Voltages of neurons, after their reset. */
  readonly voltage: Float64Array | null;
}

/** Gets the values of every node in every step. */
type NirWatch = (step: number, node: string, values: NodeValues) => void;

/** Bits of a weight of the file. */
const FLOAT_BITS = 32;
/** 2 GiB of float64. */
const MOST_RECORDED = powerOfTwo(28);

interface NirEngine {
  /**
   * Runs one sample from silent state. `inputs`: [steps][size] by Input node; `record`: nodes whose outputs are
   * returned. Throws: InputError if these are more than memory may hold.
   */
  run(inputs: NirValues, steps: number, record: readonly string[], watch?: NirWatch): NirRun;
  /** Metrics over all samples run so far. */
  metrics(): NeurobenchMetrics;
}

interface Cell {
  readonly name: string;
  readonly type: string;
  readonly output: Float64Array;
  readonly previous: Float64Array;
  readonly input: Float64Array;
  readonly operator: Operator | null;
  readonly neurons: NeuronModel | null;
  /** Index among connection layers, or among neuron layers; -1 for other nodes. */
  readonly layer: number;
  sources: readonly { readonly cell: Cell; readonly delayed: boolean }[];
}

const HARNESS_TYPES: { readonly [type: string]: HarnessNeuron } = { LIF: "leaky", CubaLIF: "synaptic" };

function priceOf(type: string, reset: ResetRule): number | null {
  const known = Object.hasOwn(HARNESS_TYPES, type) ? HARNESS_TYPES[type] : null;
  return known === null ? null : updatePrice(known, reset);
}

/** `neurons` makes the models of neuron nodes: in float64, or in an integer form. */
export function createNirEngine(imported: ImportedNir, neurons: typeof createNeurons = createNeurons): NirEngine {
  const { graph, shapes, schedule, options, holds } = imported;
  const connections: { name: string; denseOperations: number }[] = [];
  const layers: { name: string; price: number | null; membranes: boolean; sends: boolean }[] = [];
  const cells = new Map<string, Cell>();
  for (const name of schedule.order) {
    const node = graph.nodes.get(name);
    const shape = shapes.get(name);
    if (node === undefined || shape === undefined) throw new Error(`nir: node ${name} was not checked`);
    const model = NEURON_TYPES.has(node.type)
      ? neurons(name, node, sizeOf(shape.output), { ...options, reset: resetOf(name, imported) })
      : null;
    const operator = model === null ? createOperator(node, shape, options) : null;
    const isConnection = CONNECTION_TYPES.has(node.type);
    if (operator !== null && isConnection) connections.push({ name, denseOperations: operator.denseOperations });
    if (model !== null)
      layers.push({ name, price: priceOf(node.type, options.reset), membranes: true, sends: !VALUE_NEURONS.has(node.type) });
    const zeros = (of: Shape): Float64Array => new Float64Array(sizeOf(of));
    const buffers = { output: zeros(shape.output), previous: zeros(shape.output), input: zeros(shape.input) };
    cells.set(name, {
      name,
      type: node.type,
      ...buffers,
      operator,
      neurons: model,
      layer: (model === null ? (isConnection ? connections : []) : layers).length - 1,
      sources: [],
    });
  }
  const find = (name: string): Cell => {
    const cell = cells.get(name);
    if (cell === undefined) throw inputError("nir", `there is no node ${name}`, `nodes: ${[...cells.keys()].join(", ")}`);
    return cell;
  };
  for (const cell of cells.values()) {
    cell.sources = (schedule.sources.get(cell.name) ?? []).map(({ name, delayed }) => ({ cell: find(name), delayed }));
  }
  const held = fileWeights(graph);
  const sum = (of: (node: (typeof held)[number]) => number): number => held.reduce((total, node) => total + of(node), 0);
  const parameters = sum(({ weights, biases }) => weights + biases);
  const counter = new NeurobenchCounter({
    ...{ parameters, buffers: 0, packedBits: FLOAT_BITS * parameters, connections, neurons: layers },
    ...{ weights: sum(({ weights }) => weights), zeroWeights: sum(({ zeroWeights }) => zeroWeights) },
  });
  const order = [...cells.values()];
  const silent = silence(order, holds);

  return {
    metrics: () => counter.metrics(),
    run(inputs, steps, record, watch) {
      const recorded = record.map(find);
      const width = recorded.reduce((sum, { output }) => sum + output.length, 0);
      if (steps * width > MOST_RECORDED)
        throw inputError(
          imported.report.file,
          `${steps} steps of ${width} values (${record.join(", ")}) are ${steps * width}; at most ${MOST_RECORDED} can be recorded`,
          "take longer steps, or record fewer nodes",
        );
      const outputs = new Map(recorded.map((cell) => [cell.name, new Float64Array(steps * cell.output.length)]));
      for (const cell of order) {
        if (isPort(cell)) checkInput(cell, inputs.get(cell.name) ?? null, steps, shapes.get(cell.name)?.input ?? []);
        cell.output.fill(0);
        cell.previous.fill(0);
        cell.neurons?.reset();
        cell.operator?.reset();
      }
      for (const [cell, values] of silent) cell.previous.set(values);
      counter.sample();
      for (let step = 0; step < steps; step++) {
        counter.step(1);
        for (const cell of order) if (holds.has(cell.name)) cell.operator?.begin?.(cell.output);
        for (const cell of order) {
          if (isPort(cell)) {
            const { length } = cell.output;
            cell.output.set(inputs.get(cell.name)?.subarray(step * length, (step + 1) * length) ?? []);
          } else if (!holds.has(cell.name)) stepCell(cell, gather(cell), step === 0, counter);
        }
        for (const cell of order) if (holds.has(cell.name)) cell.operator?.step(gather(cell), cell.output);
        for (const cell of order) cell.previous.set(cell.output);
        for (const cell of recorded) outputs.get(cell.name)?.set(cell.output, step * cell.output.length);
        if (watch !== undefined)
          for (const { name, output, neurons } of order) watch(step, name, { output, voltage: neurons?.voltage ?? null });
      }
      return { steps, outputs };
    },
  };
}

/**
 * What nodes before delayed edges give without any input or spike: biases, and what they cause on their way. Delays
 * have nothing to give yet. A round settles what one more delayed edge carries.
 */
function silence(order: readonly Cell[], holds: ReadonlySet<string>): ReadonlyMap<Cell, Float64Array> {
  const found = new Set<Cell>();
  const add = ({ cell }: { readonly cell: Cell }): unknown => cell.operator !== null && !holds.has(cell.name) && found.add(cell);
  for (const { sources } of order) for (const source of sources) if (source.delayed) add(source);
  for (const { sources } of found) sources.forEach(add); // also visits what it adds
  const cells = order.filter((cell) => found.has(cell));
  for (let isSettled = false; !isSettled; ) {
    for (const cell of cells) {
      cell.operator?.reset();
      cell.operator?.step(gather(cell), cell.output);
    }
    isSettled = cells.every(({ output, previous }) => output.every((value, i) => Object.is(value, previous[i])));
    for (const cell of cells) cell.previous.set(cell.output);
  }
  return new Map(cells.map((cell) => [cell, cell.output.slice()]));
}

/** Whether the node is an Input without sources; Inputs of inner graphs pass their values on. */
function isPort(cell: Cell): boolean {
  return cell.type === "Input" && cell.sources.length === 0;
}

function checkInput(cell: Cell, data: Float64Array | Float32Array | null, steps: number, shape: Shape): void {
  if (data === null) throw inputError("nir", `no data for Input node ${cell.name}`);
  if (data.length !== steps * cell.output.length) {
    throw inputError(
      "nir",
      `Input ${cell.name} has shape ${shapeText(shape)}: ${steps} steps are ${steps * cell.output.length} values, got ${data.length}`,
    );
  }
}

function gather(cell: Cell): Float64Array {
  cell.input.fill(0);
  for (const { cell: source, delayed } of cell.sources) {
    const from = delayed ? source.previous : source.output;
    for (let i = 0; i < from.length; i++) cell.input[i] += from[i];
  }
  return cell.input;
}

function stepCell(cell: Cell, input: Float64Array, first: boolean, counter: NeurobenchCounter): void {
  if (cell.operator !== null) {
    const { fanOut } = cell.operator;
    if (fanOut !== null) {
      let effective = 0;
      let binary = true;
      for (let i = 0; i < input.length; i++) {
        if (input[i] === 0) continue;
        effective += fanOut[i];
        if (input[i] !== 1 && input[i] !== -1) binary = false;
      }
      counter.call(cell.layer, effective, binary);
    }
    cell.operator.step(input, cell.output);
    return;
  }
  if (cell.neurons === null) return;
  const before = cell.neurons.voltage.slice();
  cell.neurons.step(input, cell.output);
  let moved = 0;
  let active = 0;
  for (let n = 0; n < before.length; n++) {
    if (first || cell.neurons.voltage[n] !== before[n]) moved++;
    if (cell.output[n] !== 0) active++;
  }
  counter.activation(cell.layer, before.length, active);
  counter.membranes(cell.layer, moved);
}
