/**
 * Fast engine: describes an integer network to its kernel once, then runs whole utterances in one call each (long ones
 * in a few). Agrees bit for bit with the reference of the tests. Throws: Error if the package was not built;
 * InvariantError for a network without spikes.
 */
import { byStep, type CellKernel, cellOf, SCORE_BITS } from "../../arch/index.js";
import { InvariantError } from "../../base/errors.js";
import { signedMax } from "../../base/math/rounding.js";
import { log2 } from "../../base/math.js";
import { KernelHost } from "../kernel/kernel-host.js";
import type { IntegerNetwork, IntegerQuantiser } from "./integer-network.js";
import type { FedRows, Storage } from "./kernel-layout.js";
import { addSums, type NetworkKernel, utteranceRunner } from "./kernel-run.js";
import { type LeakingKernel, setLeaks } from "./leak-rules.js";
import { pluginLayer } from "./plugin-layer.js";
import { PluginSteps, repeating } from "./plugin-steps.js";
import type { UtteranceEngine, UtteranceRun } from "./utterance.js";

/**
 * Adds a layer: its neurons and sums, then the shifts of its gates' requantisation, its sigmoid table and the table's
 * bits (if it has one), and its parameters per neuron.
 */
type AddLayer = (neurons: number, sums: number, ...parts: number[]) => number;

interface SpikingKernel extends NetworkKernel, LeakingKernel {
  addEncoder(neurons: number): number;
  readonly lifLayer: AddLayer;
  readonly recLayer: AddLayer;
  readonly alifLayer: AddLayer;
  readonly pluginLayer: AddLayer;
  setQuantiser(layer: number, shift: number, theta: number, limit: number, mostState: number): void;
  /** Number of changes of a layer's membranes in the last utterance. */
  movedOf(layer: number): number;
}

/** Fast engine for `network`; only benchmarks and tests set `storage`. */
export function createEngine(network: IntegerNetwork, storage: Storage = "auto"): UtteranceEngine {
  const steps: PluginSteps = new PluginSteps(() => host.buffer);
  const host = new KernelHost<SpikingKernel>("integer-network", "an integer network", { stepLayer: steps.step });
  const { kernel } = host;
  const firing = addNetwork(host, network, storage, steps);
  const populations = network.layers.length + 2;
  const neurons = network.inputs + network.layers.reduce((sum, layer) => sum + layer.neurons, 0);
  const run = utteranceRunner(host, { inputs: network.inputs, classes: network.classes, populations, neurons });
  const engine = {
    run: (inputs: Int32Array): UtteranceRun => {
      steps.reset();
      const done = run(inputs);
      // The readout has no membranes.
      const membraneUpdates = Float64Array.from([...firing.map((layer) => kernel.movedOf(layer)), 0]);
      return { ...done, stateSaturations: done.stateSaturations + steps.takeSaturations(), membraneUpdates };
    },
  };
  return byStep<UtteranceEngine>(network.system, { kernel: () => engine, plugin: (cell) => repeating(engine, cell) });
}

/** Returns the handles of encoder and layers. `steps` gets the layers of plug-in cells. */
function addNetwork(host: KernelHost<SpikingKernel>, network: IntegerNetwork, storage: Storage, steps: PluginSteps): number[] {
  const { precision, readout, classes } = network;
  const { kernel } = host;
  kernel.setOverflow(precision.accumulatorOverflow === "wrap" ? 1 : 0);
  setLeaks(kernel, precision);
  const encoder = kernel.addEncoder(network.inputs);
  setQuantiser(kernel, encoder, network.encoder);
  const firing = [encoder];
  let { limit } = network.encoder;
  for (const [index, layer] of network.layers.entries()) {
    firing.push(addLayer(host, network, index, limit, storage, steps));
    limit = layer.quantiser.limit;
  }
  const input = { sources: readout.weights.length / classes, blocks: [readout.weights], limit, firstRow: 0 };
  const sums = addSums(
    host,
    { input, recurrent: null, neurons: 0, requantisers: [readout.requantiser], rows: classes, accumulatorBits: readout.accumulatorBits },
    storage,
  );
  kernel.setReadout(sums, classes, signedMax(SCORE_BITS));
  return firing;
}

function setQuantiser(kernel: SpikingKernel, layer: number, { shift, theta, limit, stateBits }: IntegerQuantiser): void {
  kernel.setQuantiser(layer, shift, theta, limit, signedMax(stateBits));
}

/** Adds a layer; `limit`: largest payload of its input. */
function addLayer(
  host: KernelHost<SpikingKernel>,
  network: IntegerNetwork,
  index: number,
  limit: number,
  storage: Storage,
  steps: PluginSteps,
): number {
  const { kernel } = host;
  const layer = network.layers[index];
  const { neurons, gates, sigmoid } = layer;
  const scales = Object.values(cellOf(network.system).gates);
  const input: FedRows = { sources: layer.inputs, blocks: gates.map((gate) => gate.inputWeights), limit, firstRow: 0 };
  const own = gates.flatMap((gate) => (gate.recurrentWeights === null ? [] : [gate.recurrentWeights]));
  const recurrent: FedRows | null = own.length === 0 ? null : { sources: neurons, blocks: own, limit: layer.quantiser.limit, firstRow: 0 };
  const requantisers = gates.map((gate) => gate.requantiser);
  const sums = addSums(host, { input, recurrent, neurons, requantisers, rows: neurons, accumulatorBits: layer.accumulatorBits }, storage);
  const shifts = requantisers.map(({ shift }) => shift);
  const added = byStep(network.system, {
    kernel: (step) =>
      adderOf(kernel, step)(
        neurons,
        sums,
        ...shifts,
        ...(scales.includes("sigmoid") ? [host.place(sigmoid), log2(sigmoid.length)] : []),
        ...layer.perNeuron.map((values) => (values === null ? 0 : host.place(values))),
      ),
    plugin: (cell) => {
      const preWords = gates.length * neurons;
      const [preAt, spikesAt] = [host.allocate(4 * preWords), host.allocate(4 * neurons)];
      const number = steps.add({ layer: pluginLayer(network, index, cell), preAt, preWords, spikesAt });
      return kernel.pluginLayer(neurons, sums, gates.length, host.place(Int32Array.from(shifts)), preAt, spikesAt, number);
    },
  });
  setQuantiser(kernel, added, layer.quantiser);
  return added;
}

function adderOf(kernel: SpikingKernel, step: CellKernel): AddLayer {
  if (step === "gru" || step === "lstm") throw new InvariantError("engine", null, `${step} is no spiking cell`);
  return kernel[`${step}Layer`];
}
