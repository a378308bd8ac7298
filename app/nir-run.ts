/** Runs an imported network on one sample of a spike file, in float or in integers. Effects: reads files. */

import {
  checkLayers,
  defaultSlicing,
  denseSamples,
  type EventSlicing,
  type Experiment,
  type InputEncoding,
  isEventFile,
  type NeurobenchMetrics,
  type Precision,
  pathOf,
  type SampleSet,
  weightBitsInto,
} from "../arch/index.js";
import { entry } from "../base/entry.js";
import { inputError } from "../base/errors.js";
import type { Functional } from "../sim/functional/index.js";
import { encodeSamples } from "../sim/functional/index.js";
import { nirInputs } from "../sim/index.js";
import {
  byInput,
  createNirEngine,
  type ImportedNir,
  integerOnChip,
  type LeakError,
  lowerGraph,
  nirFunctional,
  nirTopology,
  type RecordedStates,
  type TerminalInput,
  terminalInputs,
  terminalOutputs,
} from "../sim/nir/index.js";
import { namedFiles } from "./named-files.js";
import { readInputs, readTogether } from "./spike-samples.js";

interface NirRunRequest {
  /** Spike file or recordings; for a network of several inputs one file for all, or `name=file` for each. */
  readonly input: readonly string[];
  /** Index of the file's sample that is run. */
  readonly sample: number;
  readonly encoding: InputEncoding;
  /** Seed of rate encoding. */
  readonly seed: number;
  readonly dtSeconds: number;
  /** Nodes whose states are recorded too, in integers, as `<node>.voltage` and `<node>.current`. */
  readonly states: ReadonlySet<string>;
}

interface IntegerRun {
  /** Whose integers: `precision.integers` of the description. */
  readonly arithmetic: Precision["integers"];
  readonly overflows: number;
  readonly saturations: number;
  readonly leaks: readonly LeakError[];
}

export interface Ran {
  readonly steps: number;
  readonly metrics: NeurobenchMetrics;
  /** Sum over all steps of each value at an Output node. */
  readonly outputs: { readonly [output: string]: readonly number[] };
  /** Values of a node [steps][size]; null if this run did not record it. */
  readonly valuesOf: (node: string) => Float64Array | null;
  /** null in float. */
  readonly integer: IntegerRun | null;
  readonly functional: (experiment: Experiment) => Functional;
}

/** Runs in float, or in integers at a precision. */
export async function runNir(imported: ImportedNir, request: NirRunRequest, integer: Precision | null): Promise<Ran> {
  const samples = await inputOf(imported, request);
  return integer === null ? inFloat(imported, samples, request) : inIntegers(imported, samples, request, integer);
}

/** The values of all inputs of the network. */
async function inputOf(imported: ImportedNir, { input, sample, dtSeconds }: NirRunRequest): Promise<SampleSet> {
  const inputs = terminalInputs(imported);
  const [first] = inputs;
  if (first === undefined)
    throw inputError(imported.report.file, "has no Input that nothing feeds", "add an Input node that no edge leads to");
  const named = namedFiles(
    inputs.map(({ name }) => name),
    input,
  );
  const reading = { labels: null, split: "test", stepSeconds: dtSeconds } as const;
  const placeOf = ({ name, shape }: TerminalInput, path: string) => ({
    input: name,
    path,
    events: isEventFile(path) ? slicingFor(shape) : null,
  });
  const samples =
    typeof named !== "string"
      ? await readInputs(
          inputs,
          inputs.map((one) => placeOf(one, pathOf(entry(named, one.name), "spikes"))),
          reading,
        )
      : inputs.length === 1
        ? await readInputs(inputs, [placeOf(first, pathOf(named, "spikes"))], reading)
        : await readTogether(inputs, pathOf(named, "spikes"), reading);
  const count = samples.frameStart.length - 1;
  if (sample >= count) throw inputError("--sample", `is ${sample}, ${samples.name} holds ${count}`, `0 to ${count - 1}`);
  return samples;
}

/** For an input [channels, height, width], the sensor size and its polarities; else as the file says. */
function slicingFor(shape: readonly number[]): EventSlicing {
  if (shape.length !== 3) return defaultSlicing();
  const [channels, height, width] = shape;
  return { ...defaultSlicing(), polarity: channels === 1 ? "merged" : "separate", height, width };
}

function inFloat(imported: ImportedNir, samples: SampleSet, { sample, encoding, seed }: NirRunRequest): Ran {
  const encoded = encodeSamples(denseSamples(samples), { encoding, seed });
  const [first, end] = [encoded.frameStart[sample], encoded.frameStart[sample + 1]];
  const terminals = terminalInputs(imported);
  const inputs = byInput(terminals, encoded.features.subarray(first * encoded.inputs, end * encoded.inputs));
  const steps = end - first;
  const kinds = new Map(terminals.map((input) => [input.name, nirInputs(encoding, samples, input)]));
  const engine = createNirEngine(imported);
  const run = engine.run(inputs, steps, [...imported.graph.nodes.keys()]);
  return {
    steps,
    metrics: engine.metrics(),
    outputs: sumsOf(imported, run.outputs, steps),
    valuesOf: (node) => run.outputs.get(node) ?? null,
    integer: null,
    functional: ({ precision }) => {
      const lowered = lowerGraph(imported);
      const { topology } = nirTopology(imported, lowered, {
        leak: precision.leak,
        inputs: (p) => kinds.get(lowered.populations[p].name) ?? "binary",
        rests: () => false,
        shifts: () => false,
        payloadBits: (p) => bitsOf(run.outputs.get(lowered.populations[p].name) ?? new Float64Array()),
      });
      const cells = topology.populations.flatMap(({ name, states }) => (states > 0 ? [name] : []));
      checkLayers(precision, topology, { cells, spiking: [] }, imported.report.file);
      const weightBits = (target: number): number => weightBitsInto(precision, topology.populations[target].name);
      return nirFunctional(imported, topology, inputs, run, {
        weightBits,
        neurobench: engine.metrics(),
        stepsPerFrame: encoding.stepsPerFrame,
      });
    },
  };
}

/** Bits of the largest of whole numbers, with a sign if one is negative. */
function bitsOf(values: Float64Array): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return 32 - Math.clz32(largest) + Number(values.some((value) => value < 0));
}

function inIntegers(imported: ImportedNir, samples: SampleSet, request: NirRunRequest, precision: Precision): Ran {
  const { sample, encoding, seed, states: kept } = request;
  const kinds = terminalInputs(imported).map((input) => nirInputs(encoding, samples, input));
  const { functional, neurobench, leaks, outputs, states } = integerOnChip(
    imported,
    precision,
    samples,
    sample,
    { encoding, seed },
    kinds,
    kept,
  );
  const { frames, accumulatorOverflows, stateSaturations } = functional.operations;
  const [name] = terminalOutputs(imported);
  const steps = frames * encoding.stepsPerFrame;
  return {
    steps,
    metrics: neurobench,
    outputs: outputs.length === 0 || name === undefined ? {} : { [name]: outputs },
    valuesOf: (node) => statesOf(states, node) ?? spikesOf(functional.trace, steps, node),
    integer: { arithmetic: precision.integers, overflows: accumulatorOverflows, saturations: stateSaturations, leaks },
    functional: () => functional,
  };
}

/** Recorded voltages or currents of a node; null for other names. */
function statesOf(states: ReadonlyMap<string, RecordedStates>, name: string): Float64Array | null {
  const { node, of } = stateNamed(name);
  const values = of === null ? undefined : states.get(node)?.[of];
  return values === undefined ? null : Float64Array.from(values);
}

/** Splits `fc1.voltage` into node and state; any other name is the name of a node. */
export function stateNamed(name: string): { readonly node: string; readonly of: "voltage" | "current" | null } {
  for (const of of ["voltage", "current"] as const) if (name.endsWith(`.${of}`)) return { node: name.slice(0, -of.length - 1), of };
  return { node: name, of: null };
}

/** Spikes of one population; null for an unknown name. */
function spikesOf({ topology, eventStart, neuron, payload }: Functional["trace"], steps: number, node: string): Float64Array | null {
  const { populations } = topology;
  const p = populations.findIndex(({ name }) => name === node);
  if (p < 0) return null;
  const { neurons } = populations[p];
  const values = new Float64Array(steps * neurons);
  for (let step = 0; step < steps; step++) {
    const group = step * populations.length + p;
    for (let e = eventStart[group]; e < eventStart[group + 1]; e++) values[step * neurons + neuron[e]] = payload[e];
  }
  return values;
}

function sumsOf({ graph }: ImportedNir, outputs: ReadonlyMap<string, Float64Array>, steps: number): Ran["outputs"] {
  const names = [...graph.nodes].filter(([, node]) => node.type === "Output").map(([name]) => name);
  return Object.fromEntries(
    names.map((name) => {
      const values = outputs.get(name) ?? new Float64Array();
      const size = values.length / steps;
      const sums = new Array<number>(size).fill(0);
      for (let i = 0; i < values.length; i++) sums[i % size] += values[i];
      return [name, sums];
    }),
  );
}
