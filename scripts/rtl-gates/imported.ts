/** Small cores with imported networks (NIR) of every kind of neuron and varied widths. Effects: reads shipped files. */

import { experimentWith, openChip } from "../../app/open.js";
import { type NirNode, type NirValue, nirArray } from "../../arch/formats/nir/graph.js";
import { nirNetwork, type Samples } from "../../arch/index.js";
import { createRng } from "../../base/rng.js";
import { candidateOf, checkEmittable, type PointParts, partsOf } from "../../rtl/index.js";
import { FILE, GATES_NM, GATES_V, WIDTHS } from "./cores.js";

type Shape = { readonly [path: string]: number | string };
type Cell = "IF" | "LIF" | "CubaLIF";

export interface ImportedCore {
  readonly cell: Cell;
  /** A dense layer, or a convolution of 3 x 3 in front of it. */
  readonly layers: "dense" | "convolution";
  readonly shape: Shape;
}

const of = (cell: Cell, widths: Shape, more: Shape = {}, layers: ImportedCore["layers"] = "dense"): ImportedCore => ({
  cell,
  layers,
  shape: { ...widths, ...more },
});
const [NARROW, USUAL, WIDE] = [WIDTHS(4, 10, 16), WIDTHS(8, 16, 24), WIDTHS(8, 24, 24)];

export const IMPORTED_CORES: { readonly [name: string]: ImportedCore } = {
  "IF, 4/10/16": of("IF", NARROW),
  "IF, 8/16/24": of("IF", USUAL),
  "IF, 8/16/24, convolution": of("IF", USUAL, {}, "convolution"),
  "IF, 8/16/24, convolution, port": of(
    "IF",
    USUAL,
    { "inputs.at": "port", "noc.virtual_channels": 1, "noc.vc_buffer_flits": 2 },
    "convolution",
  ),
  "LIF, 4/10/16": of("LIF", NARROW),
  "LIF, 8/16/24": of("LIF", USUAL),
  "LIF, 8/24/24": of("LIF", WIDE),
  "LIF, 8/16/24, shifts": of("LIF", USUAL, { "precision.leak": "shift" }),
  "LIF, 8/16/24, deep": of("LIF", USUAL, { "tile.core.accumulate_depth_cycles": 5, "tile.core.neuron_update.pipeline_depth_cycles": 10 }),
  "LIF, 8/16/24, 3 stages": of("LIF", USUAL, { "tile.core.neuron_update.pipeline_depth_cycles": 3 }),
  "LIF, 8/16/24, 1 stage": of("LIF", USUAL, { "tile.core.neuron_update.pipeline_depth_cycles": 1 }),
  "CubaLIF, 4/10/16": of("CubaLIF", NARROW),
  "CubaLIF, 8/16/24": of("CubaLIF", USUAL),
  "CubaLIF, 8/24/24, gates 12": of("CubaLIF", WIDE, { "precision.gate_bits": 12 }),
};

const DT = 1e-3;
const [SIDE, CHANNELS, WIDTH, CLASSES, STEPS] = [6, 2, 32, 10, 4];
const node = (type: string, fields: Record<string, NirValue>): NirNode => ({
  type,
  fields: new Map(Object.entries(fields)),
  metadata: new Map(),
  graph: null,
});
const whole = (...values: readonly number[]): NirValue => nirArray([...values], [values.length], "i8");

/** Weights, leaks and thresholds are drawn. */
function networkOf(name: string, { cell, layers }: ImportedCore) {
  const rng = createRng(1, name);
  const drawn = (shape: readonly number[], low: number, high: number): NirValue =>
    nirArray(
      Array.from({ length: shape.reduce((product, size) => product * size, 1) }, () => low + (high - low) * rng.float()),
      shape,
    );
  const neurons = (shape: readonly number[]): NirNode => {
    const tau = (): NirValue => drawn(shape, 2 * DT, 9 * DT);
    const leaks = cell === "LIF" ? { tau: tau() } : { tau_mem: tau(), tau_syn: tau(), w_in: drawn(shape, 1, 3) };
    const usual = { r: drawn(shape, 0.8, 1.2), v_threshold: drawn(shape, 0.5, 1.5) };
    return node(cell, cell === "IF" ? usual : { ...usual, r: drawn(shape, 2, 4), v_leak: drawn(shape, -0.1, 0.1), ...leaks });
  };
  const before = layers === "dense" ? [SIDE * SIDE] : [1, SIDE, SIDE];
  const made = layers === "dense" ? [WIDTH] : [CHANNELS, SIDE, SIDE];
  const size = made.reduce((product, extent) => product * extent, 1);
  const plane = { stride: whole(1, 1), padding: whole(1, 1), dilation: whole(1, 1), groups: nirArray([1], [], "i8") };
  const nodes: readonly (readonly [name: string, made: NirNode])[] = [
    ["in", node("Input", { shape: whole(...before) })],
    layers === "dense"
      ? ["first", node("Affine", { weight: drawn([WIDTH, SIDE * SIDE], -0.5, 1), bias: drawn([WIDTH], -0.1, 0.1) })]
      : ["first", node("Conv2d", { weight: drawn([CHANNELS, 1, 3, 3], -0.5, 1), bias: drawn([CHANNELS], -0.1, 0.1), ...plane })],
    ["fires", neurons(made)],
    ...(layers === "dense"
      ? []
      : [
          [
            "flat",
            node("Flatten", { start_dim: nirArray([0], [], "i8"), end_dim: nirArray([-1], [], "i8"), input_type: whole(...made) }),
          ] as const,
        ]),
    ["second", node("Affine", { weight: drawn([CLASSES, size], -0.5, 1), bias: drawn([CLASSES], -0.1, 0.1) })],
    ["counts", neurons([CLASSES])],
    ["out", node("Output", { shape: whole(CLASSES) })],
  ];
  const edges = nodes.slice(1).map(([to], i) => ({ from: nodes[i][0], to }));
  return nirNetwork({ version: "1.0.7", graph: { nodes: new Map(nodes), edges, metadata: new Map() } }, name);
}

function samplesOf(name: string): Samples {
  const rng = createRng(1, `spikes of ${name}`);
  const inputs = SIDE * SIDE;
  return {
    ...{ name, hash: name, task: "sequence", inputs, classes: CLASSES, frameStart: Uint32Array.of(0, STEPS) },
    features: Float32Array.from({ length: STEPS * inputs }, () => (rng.float() < 0.3 ? 1 : 0)),
    labels: new Int32Array(1),
  };
}

/** The point of a core at the library's node and supply, on four steps of drawn spikes. */
export function importedParts(name: string): PointParts {
  const core = IMPORTED_CORES[name];
  const common = {
    ...{ "chip.technology_nm": GATES_NM, "chip.voltage_v": GATES_V, "prices.basis": "library", "noc.width": 1, "noc.height": 1 },
    ...{ "workload.samples": 1, "workload.timing_samples": 1, "tile.core.lanes": 1, "tile.core.input_queue.depth": 4 },
    ...{ "tile.core.synapse_memory.size_kib": 8, "tile.core.state_memory.size_kib": 1, "chip.clock_mhz": 1 },
  };
  const experiment = experimentWith(openChip(FILE), { ...common, ...core.shape });
  const nir = { ...experiment.network.nir, stepSeconds: DT, reset: "subtract" as const };
  const parts = partsOf({ ...experiment, network: { ...experiment.network, nir } }, networkOf(name, core), samplesOf(name));
  checkEmittable(candidateOf(parts), name);
  return parts;
}
