/** The shape of a network for mapping, timing and area: populations, projections, widths and element-wise work. */
import { folded } from "../cells/batch-norm.js";
import type { Cell, UpdateWork } from "../cells/cell.js";
import { cellOf } from "../cells/registry.js";
import { withSpikeBits } from "../cells/spike-bits.js";
import { checkLayers } from "../layer-names.js";
import type { Network, NetworkLayer, Population, Projection, Topology } from "../network.js";
import { type Precision, spikeBitsOf } from "../precision.js";

/** A frame's class score is a signed word of this many bits; the sum over a sequence is exact. */
export const SCORE_BITS = 16;
/** Width of the readout's running sum over a sequence. */
export const SUM_BITS = 32;

/**
 * Work of one update outside of cells. Encoder: a + x, a - q (a dense network has none). Readout: requantise; bias,
 * running sum.
 */
const UPDATES = {
  nothing: { requantises: 0, multiplies: 0, additions: 0, lutReads: 0 },
  encoder: { requantises: 0, multiplies: 0, additions: 2, lutReads: 0 },
  readout: { requantises: 1, multiplies: 1, additions: 2, lutReads: 0 },
} as const;

/**
 * Populations `input`, `layer1` .. `layerL`, `readout`, and the dense projections between them; a layer's recurrent
 * projection comes last.
 */
export function topologyOf(trained: Network, precision: Precision): Topology {
  return spikedTopology(
    withSpikeBits(trained, (p) => spikeBitsOf(precision, nameOf(p))),
    precision,
  );
}

/** Name of the encoder (0) or of a layer. */
const nameOf = (population: number): string => (population === 0 ? "input" : `layer${population}`);

/** As `topologyOf`, for a network whose spike widths are already set. */
export function spikedTopology(network: Network, precision: Precision): Topology {
  const cell = cellOf(network.system);
  const topology = shapeOf(network, {
    update: (layer) => cell.update(leaksOf(network.system, layer), precision.leak),
    readout: UPDATES.readout,
    readoutStates: Math.ceil((network.task === "sequence" ? SUM_BITS : SCORE_BITS) / precision.stateBits),
  });
  const cells = topology.populations.flatMap(({ name, states }) => (states > 0 && name !== "readout" ? [name] : []));
  checkLayers(precision, topology, { cells, spiking: cell.spiking ? cells : [] }, network.name);
  return topology;
}

/**
 * As `topologyOf`, with the work of the equations as publications count it: without requantisation and batch norm, and
 * without the readout as neurons.
 */
export function equationTopology(network: Network): Topology {
  const cell = cellOf(network.system);
  return shapeOf(network, {
    update: (layer) => ({ requantises: 0, ...cell.equation(leaksOf(network.system, layer)) }),
    readout: UPDATES.nothing,
    readoutStates: 0,
  });
}

/** Number of leaks of the layer's cells that are not 1 in all neurons. */
export function leaksOf(system: string, { perNeuron }: NetworkLayer): number {
  return cellOf(system).perNeuron.filter(({ name, kind }) => kind === "leak" && perNeuron[name]?.some((value) => value !== 1)).length;
}

/** True if every neuron of the layer stays silent without input. */
function restsWithout({ gates, neurons }: NetworkLayer, movedBy: Cell["movedBy"]): boolean {
  if (movedBy === null) return false;
  return gates.every(({ name, inputNorm }) => {
    const by = movedBy[name];
    if (by === undefined) return true;
    for (let n = 0; n < neurons; n++) {
      const { bias } = folded(inputNorm, n);
      if (bias > 0 || (by === "any" && bias !== 0)) return false;
    }
    return true;
  });
}

interface Work {
  readonly update: (layer: NetworkLayer) => UpdateWork;
  readonly readout: UpdateWork;
  readonly readoutStates: number;
}

function shapeOf(network: Network, work: Work): Topology {
  const cell = cellOf(network.system);
  const populations: Population[] = [
    {
      name: nameOf(0),
      neurons: network.inputs,
      accumulators: 0,
      states: cell.spiking ? 1 : 0,
      depth: 0,
      payloadBits: network.encoder === null ? 8 : Math.max(2, network.encoder.bits),
      rests: true,
      update: cell.spiking ? UPDATES.encoder : UPDATES.nothing,
    },
  ];
  const projections: Projection[] = [];
  for (const [index, layer] of network.layers.entries()) {
    const here = populations.length;
    populations.push({
      name: nameOf(index + 1),
      neurons: layer.neurons,
      accumulators: layer.gates.length,
      states: cell.states,
      depth: index + 1,
      payloadBits: cell.payloadBits(layer.quantiser?.bits ?? 8),
      rests: restsWithout(layer, cell.movedBy),
      update: work.update(layer),
    });
    projections.push({ source: here - 1, target: here, recurrent: false, sparse: null });
    if (layer.gates.some((gate) => gate.recurrentWeights !== null)) {
      projections.push({ source: here, target: here, recurrent: true, sparse: null });
    }
  }
  const readout = populations.length;
  populations.push({
    name: "readout",
    neurons: network.classes,
    accumulators: 1,
    states: work.readoutStates,
    depth: readout,
    payloadBits: 0,
    rests: Array.from({ length: network.classes }, (_, row) => folded(network.readout.norm, row).bias).every((bias) => bias === 0),
    update: work.readout,
  });
  projections.push({ source: readout - 1, target: readout, recurrent: false, sparse: null });
  return { populations, projections };
}
