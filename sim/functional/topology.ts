/** The shape of a network as mapping, timing and area see it: populations, projections, widths and element-wise work. */
import { cellOf, type Network, type Population, type Precision, type Projection, type Topology } from "../../arch/index.js";
import { SCORE_BITS } from "./integer-network.js";
import { withSpikeBits } from "./spike-bits.js";

/** Width of the readout's running sum over a sequence. */
const SUM_BITS = 32;

/** Work of one update of what is no cell. Encoder: a + x, a - q; features enter a dense network as they are. Readout: requantise; bias, running sum. */
const UPDATES = {
  features: { multiplies: 0, additions: 0, lutReads: 0 },
  encoder: { multiplies: 0, additions: 2, lutReads: 0 },
  readout: { multiplies: 1, additions: 2, lutReads: 0 },
} as const;

/** Populations `input`, `layer1` .. `layerL`, `readout`, and the dense projections between them, each layer's own last where it has one. */
export function topologyOf(trained: Network, precision: Precision): Topology {
  const network = withSpikeBits(trained, () => precision.spikeBits);
  const cell = cellOf(network.system);
  const populations: Population[] = [
    {
      name: "input",
      neurons: network.inputs,
      accumulators: 0,
      states: cell.spiking ? 1 : 0,
      depth: 0,
      payloadBits: network.encoder === null ? 8 : Math.max(2, network.encoder.bits),
      update: cell.spiking ? UPDATES.encoder : UPDATES.features,
    },
  ];
  const projections: Projection[] = [];
  for (const [index, layer] of network.layers.entries()) {
    const here = populations.length;
    populations.push({
      name: `layer${index + 1}`,
      neurons: layer.neurons,
      accumulators: layer.gates.length,
      states: cell.states,
      depth: index + 1,
      payloadBits: cell.payloadBits(layer.quantiser?.bits ?? 8),
      update: cell.update(layer.tau?.some((tau) => tau !== 1) ?? false, precision.leak),
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
    states: Math.ceil((network.task === "sequence" ? SUM_BITS : SCORE_BITS) / precision.stateBits),
    depth: readout,
    payloadBits: 0,
    update: UPDATES.readout,
  });
  projections.push({ source: readout - 1, target: readout, recurrent: false, sparse: null });
  return { populations, projections };
}
