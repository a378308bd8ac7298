/** Runs an imported network on one sample of a spike file, in float or in integers. Effects: reads files. */

import {
  checkLayers,
  defaultSlicing,
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
import type { LeakError } from "../sim/functional/index.js";
import { type Functional, valuesOf } from "../sim/functional/index.js";
import { nirInputs } from "../sim/index.js";
import {
  byInput,
  createNirEngine,
  type ImportedNir,
  integerOnChip,
  type LoweredGraph,
  lowerGraph,
  nirFunctional,
  nirTopology,
  type RecordedStates,
  sizeOf,
  type TerminalInput,
  terminalInputs,
  terminalOutputs,
} from "../sim/nir/index.js";
import { clippedFeatures } from "./clipped-features.js";
import { namedFiles } from "./named-files.js";
import { runnableWarnings } from "./runnable-warnings.js";
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
  /** Nodes whose values are asked for; in integers also `<node>.voltage` and `<node>.current`. */
  readonly nodes: readonly string[];
  /** The chip that runs the spikes; null: none. */
  readonly experiment: Experiment | null;
}

interface IntegerRun {
  /** Whose integers: `precision.integers` of the description. */
  readonly arithmetic: Precision["integers"];
  readonly overflows: number;
  readonly saturations: number;
  readonly leaks: readonly LeakError[];
  /** What the integers lose: rows, leaks, thresholds, inputs. */
  readonly warnings: readonly string[];
}

export interface Ran {
  readonly steps: number;
  /** What the input's samples lack. */
  readonly warnings: readonly string[];
  readonly metrics: NeurobenchMetrics;
  /** Sum over all steps of each value at an Output node. */
  readonly outputs: { readonly [output: string]: readonly number[] };
  /** Values [steps][size] of a node that was asked for; null if this run does not have it. */
  readonly valuesOf: (node: string) => Float64Array | null;
  /** A sentence about the nodes that this run has values of. */
  readonly recordable: string;
  /** null in float. */
  readonly integer: IntegerRun | null;
  /** The run of the chip; null: there is no chip. */
  readonly functional: Functional | null;
}

/** Runs in float, or in integers at a precision. */
export async function runNir(imported: ImportedNir, request: NirRunRequest, integer: Precision | null): Promise<Ran> {
  const samples = await inputOf(imported, request);
  const ran = integer === null ? inFloat(imported, samples, request) : inIntegers(imported, samples, request, integer);
  // in integers the runnable's warnings have these
  const clipped = integer === null ? clippedFeatures(samples, request.encoding) : [];
  return { ...ran, warnings: [...(samples.leftOut ?? []), ...clipped] };
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

function inFloat(
  imported: ImportedNir,
  samples: SampleSet,
  { sample, encoding, seed, nodes, experiment }: NirRunRequest,
): Omit<Ran, "warnings"> {
  const terminals = terminalInputs(imported);
  const values = valuesOf(samples, sample, { encoding, seed });
  const inputs = byInput(terminals, values);
  const steps = values.length / samples.inputs;
  const lowered = experiment === null ? null : lowerGraph(imported);
  const sent = (lowered?.populations ?? []).flatMap(({ name }) => (inputs.has(name) ? [] : [name]));
  const { graph, shapes } = imported;
  const sums = new Map(terminalOutputs(imported).map((name) => [name, new Float64Array(sizeOf(entry(shapes, name).output))]));
  const engine = createNirEngine(imported);
  const recorded = new Set([...nodes.filter((name) => graph.nodes.has(name)), ...sent]);
  const run = engine.run(inputs, steps, [...recorded], (_, name, { output }) => {
    const sum = sums.get(name);
    if (sum !== undefined) for (let i = 0; i < sum.length; i++) sum[i] += output[i];
  });
  const onChip = ({ precision }: Experiment, whole: LoweredGraph): Functional => {
    const { populations } = whole;
    const kinds = new Map(terminals.map((input) => [input.name, nirInputs(encoding, samples, input, "quantised")]));
    const { topology } = nirTopology(imported, whole, {
      leak: precision.leak,
      inputs: (p) => kinds.get(populations[p].name) ?? "binary",
      rests: () => false,
      shifts: () => false,
      payloadBits: (p) => bitsOf(inputs.get(populations[p].name) ?? run.outputs.get(populations[p].name) ?? new Float64Array()),
    });
    const cells = topology.populations.flatMap(({ name, states }) => (states > 0 ? [name] : []));
    checkLayers(precision, topology, { cells, spiking: [] }, imported.report.file);
    return nirFunctional(imported, topology, inputs, run, {
      weightBits: (target) => weightBitsInto(precision, topology.populations[target].name),
      neurobench: engine.metrics(),
      stepsPerFrame: encoding.stepsPerFrame,
    });
  };
  return {
    steps,
    metrics: engine.metrics(),
    outputs: Object.fromEntries([...sums].map(([name, sum]) => [name, [...sum]])),
    valuesOf: (node) => run.outputs.get(node) ?? null,
    recordable: "the report lists the nodes; voltages by name.voltage are those of a run in integers",
    integer: null,
    functional: experiment === null || lowered === null ? null : onChip(experiment, lowered),
  };
}

/** Bits of the largest of whole numbers, with a sign if one is negative. */
function bitsOf(values: Float64Array | Float32Array): number {
  let [lowest, highest] = [0, 0];
  for (const value of values) [lowest, highest] = [Math.min(lowest, value), Math.max(highest, value)];
  return 32 - Math.clz32(Math.max(-lowest, highest)) + Number(lowest < 0);
}

function inIntegers(imported: ImportedNir, samples: SampleSet, request: NirRunRequest, precision: Precision): Omit<Ran, "warnings"> {
  const { sample, encoding, seed, nodes, experiment } = request;
  const kinds = terminalInputs(imported).map((input) => nirInputs(encoding, samples, input, precision.integers));
  const kept = new Set(nodes.map((name) => stateNamed(name).node));
  const run = integerOnChip(imported, precision, samples, sample, { encoding, seed }, kinds, kept);
  const { functional, neurobench, runnable, outputs, states } = run;
  const { frames, accumulatorOverflows, stateSaturations } = functional.operations;
  const steps = frames * encoding.stepsPerFrame;
  return {
    steps,
    metrics: neurobench,
    outputs: Object.fromEntries([...outputs].map(([name, values]) => [name, sumsOf(values, steps)])),
    valuesOf: (node) => {
      const values = imported.graph.nodes.has(node) ? run.valuesOf(node) : statesOf(states, node);
      return values === null ? null : Float64Array.from(values);
    },
    recordable: `in integers: ${run.nodes.join(", ")}; of neurons also name.voltage and name.current`,
    integer: {
      ...{ arithmetic: precision.integers, overflows: accumulatorOverflows, saturations: stateSaturations },
      ...{ leaks: runnable.leaks, warnings: runnableWarnings(runnable, samples, encoding) },
    },
    functional: experiment === null ? null : functional,
  };
}

/** Recorded voltages or currents of a node; null for other names. */
function statesOf(states: ReadonlyMap<string, RecordedStates>, name: string): Int32Array | null {
  const { node, of } = stateNamed(name);
  return (of === null ? null : states.get(node)?.[of]) ?? null;
}

/** Splits `fc1.voltage` into node and state; any other name is the name of a node. */
function stateNamed(name: string): { readonly node: string; readonly of: "voltage" | "current" | null } {
  for (const of of ["voltage", "current"] as const) if (name.endsWith(`.${of}`)) return { node: name.slice(0, -of.length - 1), of };
  return { node: name, of: null };
}

/** Sum over the steps of each value. */
function sumsOf(values: Int32Array, steps: number): readonly number[] {
  const sums = new Array<number>(values.length / steps).fill(0);
  for (const [i, value] of values.entries()) sums[i % sums.length] += value;
  return sums;
}
