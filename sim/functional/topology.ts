/** The shape of a network as mapping, timing and area see it: populations, projections, widths and element-wise work. */
import type { Network, Population, Precision, Projection, System, Topology } from "../../arch/index.js";
import { SCORE_BITS } from "./integer-network.js";
import { withSpikeBits } from "./spike-bits.js";

/** Width of the readout's running sum over a sequence. */
const SUM_BITS = 32;

/**
 * Multiplications, additions and table reads of one neuron update, as the integer network does them.
 * rec: requantise z and c, z (h - c); biases, h - c, c +, a + h, a - q. lif: requantise, tau i (or i - (i >> k)); bias, + tau i, a + i, a - q.
 * gru: requantise r, z, x, u, then r u, (1 - z) n, z h; three biases, x + r u, 1 - z, and their sum. lstm: requantise i, f, g, o, then f c, i g,
 * o tanh(c); four biases and the sum. Encoder: a + x, a - q; features enter gru and lstm as they are. Readout: requantise; bias, running sum.
 */
const UPDATES = {
  features: { multiplies: 0, additions: 0, lutReads: 0 },
  encoder: { multiplies: 0, additions: 2, lutReads: 0 },
  lif: { multiplies: 1, additions: 3, lutReads: 0 },
  "lif with tau": { multiplies: 2, additions: 4, lutReads: 0 },
  "lif with shift": { multiplies: 1, additions: 5, lutReads: 0 },
  rec: { multiplies: 3, additions: 6, lutReads: 1 },
  gru: { multiplies: 7, additions: 6, lutReads: 3 },
  lstm: { multiplies: 7, additions: 5, lutReads: 5 },
  readout: { multiplies: 1, additions: 2, lutReads: 0 },
} as const;

/** Populations `input`, `layer1` .. `layerL`, `readout`, and the dense projections between them, each layer's own last where it has one. */
export function topologyOf(trained: Network, precision: Precision): Topology {
  const network = withSpikeBits(trained, () => precision.spikeBits);
  const dense = network.system === "gru" || network.system === "lstm";
  const populations: Population[] = [
    {
      name: "input",
      neurons: network.inputs,
      accumulators: 0,
      states: dense ? 0 : 1,
      depth: 0,
      payloadBits: network.encoder === null ? 8 : Math.max(2, network.encoder.bits),
      update: dense ? UPDATES.features : UPDATES.encoder,
    },
  ];
  const projections: Projection[] = [];
  for (const [index, layer] of network.layers.entries()) {
    const here = populations.length;
    populations.push({
      name: `layer${index + 1}`,
      neurons: layer.neurons,
      accumulators: layer.gates.length,
      // rec: h and a; lif: i and a; gru: h and the sum U_n h that the reset gate scales; lstm: c and the h that is sent.
      states: 2,
      depth: index + 1,
      payloadBits: layerPayloadBits(network.system, layer.quantiser?.bits ?? 8),
      update: updateOf(network.system, layer.tau?.some((tau) => tau !== 1) ?? false, precision.leak),
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

/** h >= 0 and soft reset keep the membrane of rec-v1 and rec-v2 from going below 0: no sign. A ternary spike needs two bits with its sign. */
function layerPayloadBits(system: System, bits: number): number {
  if (system === "rec-v1" || system === "rec-v2") return Math.max(1, bits - 1);
  return Math.max(2, bits);
}

function updateOf(system: System, leaks: boolean, leak: Precision["leak"]): Population["update"] {
  if (system === "rec-v1" || system === "rec-v2") return UPDATES.rec;
  if (system === "lif") return leaks ? UPDATES[leak === "shift" ? "lif with shift" : "lif with tau"] : UPDATES.lif;
  return UPDATES[system];
}

/** Multiplications in the equations' element-wise part, a neuron and frame, as the field counts them (requantisation folded away). */
export function equationMultiplies(system: System, leaks: boolean): number {
  if (system === "lif") return leaks ? 1 : 0;
  return system === "gru" || system === "lstm" ? 3 : 2;
}
