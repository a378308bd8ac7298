/**
 * The network of a description, our own or a NIR file's, at the description's precision: what runs, and the topology
 * that chips see.
 */

import {
  type ByKind,
  byKind,
  cellOf,
  type Experiment,
  everyFeature,
  featureRange,
  hasLeak,
  type InputEncoding,
  type ModelNetwork,
  type NirNetwork,
  type Precision,
  type SampleSet,
  type Topology,
} from "../arch/index.js";
import { InvariantError } from "../base/errors.js";
import type { EncodedInput, IntegerGraph } from "./functional/index.js";
import {
  inputUnit,
  NONE_OWN,
  type OwnPrecisions,
  ownTopology,
  quantiseLayers,
  type Runnable,
  runnableGraph,
  runnableNetwork,
  STUDY_AXES,
  type StudyAxis,
  type StudyWork,
} from "./functional/index.js";
import { describedNir, INPUT_LIMIT, integerNir, type NirInputs, type TerminalInput, terminalInputs } from "./nir/index.js";

/** How the workload's features become input. */
export function inputOf({ workload }: Experiment): EncodedInput {
  return { encoding: workload.encoding, seed: workload.seed };
}

/** An imported network in integers. Throws: InputError if it has no integer form. */
export function integerGraphOf(
  experiment: Experiment,
  network: NirNetwork,
  samples: SampleSet,
  own: OwnPrecisions = NONE_OWN,
): IntegerGraph {
  const imported = describedNir(experiment, network);
  const kinds = terminalInputs(imported).map((input) =>
    nirInputs(experiment.workload.encoding, samples, input, experiment.precision.integers),
  );
  return integerNir(imported, experiment.precision, kinds, own).graph;
}

/** The network that runs. Throws: InputError if it has no integer form. */
export function runnableOf(experiment: Experiment, network: ModelNetwork, samples: SampleSet, own: OwnPrecisions = NONE_OWN): Runnable {
  const { precision } = experiment;
  return byKind(network, {
    own: (cells) => runnableNetwork(quantiseLayers(cells, precision, own)),
    nir: (nir) => runnableGraph(integerGraphOf(experiment, nir, samples, own)),
  });
}

/**
 * What decides which widths a precision study can vary: bits of the network's own spikes, the input's first, then each
 * layer's (null: it quantises none), leak, and tables of gates.
 */
interface Traits {
  readonly spikes: readonly number[] | null;
  readonly leaky: boolean;
  readonly table: boolean;
}

const TRAITS: ByKind<Traits> = {
  own: ({ system, encoder, layers }) => {
    const { perNeuron, gates } = cellOf(system);
    const leaks = perNeuron.filter(({ kind }) => kind === "leak");
    return {
      spikes: encoder && [encoder.bits, ...layers.map(({ quantiser }) => (quantiser ?? encoder).bits)],
      leaky: layers.some((layer) => leaks.some(({ name }) => layer.perNeuron[name] !== undefined)),
      table: Object.values(gates).includes("sigmoid"),
    };
  },
  nir: (network) => ({ spikes: null, leaky: hasLeak(network), table: false }),
};

/** The network on utterances of the workload, as a precision study runs it. */
export function studyWork(
  experiment: Experiment,
  network: ModelNetwork,
  samples: SampleSet,
  utterances: Uint32Array,
  onUtterance: StudyWork["onUtterance"] = () => {},
): StudyWork {
  const at: StudyWork["at"] = (precision, own) => runnableOf({ ...experiment, precision }, network, samples, own);
  const shared = { name: network.name, at, samples, utterances, input: inputOf(experiment), onUtterance };
  const { spikes, leaky, table } = byKind(network, TRAITS);
  const leaks = leaky && experiment.precision.leak !== "shift";
  // Numbers that are taken as they are either fit a word or do not: no width changes them.
  const scaled = experiment.precision.integers === "quantised";
  const has: { readonly [axis in StudyAxis]: boolean } = {
    weight_bits: experiment.precision.integers !== "from-file",
    state_bits: scaled,
    spike_bits: spikes !== null,
    accumulator_bits: true,
    lut_bits: table,
    gate_bits: table || (leaks && scaled),
  };
  const { topology, neuronLayers } = at(experiment.precision, NONE_OWN);
  // The encoder of our own spiking cells is a membrane too.
  const cells = [...(spikes === null ? [] : ["input"]), ...neuronLayers.map(({ population }) => topology.populations[population].name)];
  const layers: { readonly [axis in StudyAxis]: readonly string[] } = {
    weight_bits: fedPopulations(topology),
    state_bits: cells,
    spike_bits: spikes === null ? [] : cells,
    accumulator_bits: fedPopulations(topology),
    lut_bits: [],
    gate_bits: [],
  };
  return {
    ...shared,
    layersOf: (axis) => (has[axis] ? layers[axis] : []),
    axes: STUDY_AXES.filter((axis) => has[axis]),
    trainedSpikeBits: new Map(spikes?.map((bits, p) => [cells[p], bits])),
  };
}

function fedPopulations({ populations, projections }: Topology): readonly string[] {
  return populations.filter((_, p) => projections.some(({ target }) => target === p)).map(({ name }) => name);
}

/**
 * The topology of the same network. The input words of a NIR file depend on the samples; our own cells do not need
 * them.
 */
export function modelTopology(experiment: Experiment, network: ModelNetwork, samples: SampleSet | null): Topology {
  return byKind(network, {
    own: (cells) => ownTopology(cells, experiment.precision),
    nir: (nir) => {
      if (samples === null) throw new InvariantError("model topology", null, "a NIR file's shape was asked for without its input");
      return runnableOf(experiment, nir, samples).topology;
    },
  });
}

/**
 * What the encoder makes of an input's features: spikes of 1, whole numbers, or words in a unit of their own, from
 * which no value of any sample is farther than half a unit. Integers of a file or a tool have no unit: they take whole
 * numbers as they are.
 */
export function nirInputs(
  { kind, gain, threshold }: InputEncoding,
  samples: SampleSet,
  input: Pick<TerminalInput, "first" | "size">,
  integers: Precision["integers"],
): NirInputs {
  if (kind === "rate" || kind === "latency") return "binary";
  if (kind === "delta") return "events";
  const [low, high] = featureRange(samples, input);
  const isCounting = kind === "level-crossing";
  const peak = isCounting ? (high - low) / threshold : Math.abs(gain) * Math.max(high, -low);
  if (!isCounting && gain === 1 && everyFeature(samples, input, (value) => value === 0 || value === 1)) return "binary";
  const isWhole = isCounting || everyFeature(samples, input, (value) => Number.isInteger(gain * value));
  return isWhole && (peak <= INPUT_LIMIT || integers !== "quantised") ? "events" : inputUnit(peak, INPUT_LIMIT + 0.5);
}
