/** Cores of varied shape that hold a shipped network for MNIST's rows. */
type Shape = { readonly [path: string]: number | string };

/** The process of the gates' library. */
export const [GATES_NM, GATES_V] = [130, 1.2];

export const FILE = "arch/examples/edge.yaml";

export const core = (model: string, lanes: number, words: readonly [synapse: number, state: number], more: Shape = {}): Shape => ({
  ...{ "noc.width": 1, "noc.height": 1, "chip.clock_mhz": 1, "network.model": `mnist-rows-${model}.safetensors` },
  ...{ "tile.core.synapse_memory.size_kib": 256, "tile.core.state_memory.size_kib": 16 },
  ...{ "tile.core.lanes": lanes, "tile.core.synapse_memory.word_bits": words[0], "tile.core.state_memory.word_bits": words[1] },
  ...more,
});
/**
 * All states have the same fraction: the example's search derives it from their width, which would be another circuit.
 */
export const WIDTHS = (weights: number, states: number, sums: number): Shape => ({
  "precision.weight_bits": weights,
  "precision.state_bits": states,
  "precision.state_fraction_bits": 6,
  "precision.accumulator_bits": sums,
});
export const QUEUE = (depth: number): Shape => ({ "tile.core.input_queue.depth": depth });

export const CORES: { readonly [name: string]: Shape } = {
  "lif, 1 lane, 4/10/16": core("lif", 1, [16, 32], { ...WIDTHS(4, 10, 16), ...QUEUE(4) }),
  "lif, 1 lane, 8/16/24": core("lif", 1, [16, 32], { ...WIDTHS(8, 16, 24), ...QUEUE(4) }),
  "lif, 2 lanes, 8/12/20": core("lif", 2, [16, 40], { ...WIDTHS(8, 12, 20), ...QUEUE(16) }),
  "lif, 4 lanes, 4/10/16": core("lif", 4, [32, 32], { ...WIDTHS(4, 10, 16), ...QUEUE(8) }),
  "lif, 4 lanes, 8/16/16": core("lif", 4, [32, 64], { ...WIDTHS(8, 16, 16), ...QUEUE(16) }),
  "lif, 4 lanes, 3/10/16, 1rw": core("lif", 4, [16, 32], { ...WIDTHS(3, 10, 16), ...QUEUE(4), "tile.core.state_memory.ports": "1rw" }),
  "lif, 2 lanes, 4/10/16, deep": core("lif", 2, [16, 32], {
    ...{ ...WIDTHS(4, 10, 16), ...QUEUE(8) },
    ...{ "tile.core.accumulate_depth_cycles": 5, "tile.core.neuron_update.pipeline_depth_cycles": 6 },
  }),
  "lif, 2 lanes, 4/10/16, 2 units": core("lif", 2, [16, 32], { ...WIDTHS(4, 10, 16), ...QUEUE(8), "tile.core.neuron_update.units": 2 }),
  "alif, 2 lanes, 5/12/16": core("alif", 2, [16, 48], { ...WIDTHS(5, 12, 16), ...QUEUE(8) }),
  "rec-v1, 2 lanes, 4/10/16": core("rec-v1", 2, [16, 32], { ...WIDTHS(4, 10, 16), ...QUEUE(8) }),
  "rec-v2, 1 lane, 4/10/16": core("rec-v2", 1, [16, 32], { ...WIDTHS(4, 10, 16), ...QUEUE(4) }),
  "lif, 8 lanes, 4/10/16": core("lif", 8, [32, 64], { ...WIDTHS(4, 10, 16), ...QUEUE(16) }),
};

/** A core of two lanes with several update units. */
const several = (units: number, model: string, widths: readonly [number, number, number], banks: number, word: number): Shape =>
  core(model, 2, [32, word], {
    ...{ ...WIDTHS(...widths), ...QUEUE(8) },
    ...{ "tile.core.neuron_update.units": units, "tile.core.state_memory.banks": banks },
    ...(banks === 1 ? { "tile.core.state_memory.ports": "1r1w" } : {}),
  });

/** Cores with several update units; states and sums fill words evenly, or lie across their ends. */
export const SEVERAL_UNITS: { readonly [name: string]: Shape } = Object.fromEntries(
  [2, 4].flatMap((units) =>
    (
      [
        ["lif", [4, 10, 16], 1, 32],
        ["lif", [8, 16, 24], 2, 32],
        ["rec-v2", [4, 12, 18], 4, 32],
        ["rec-v1", [4, 16, 16], 1, 32],
        ["lif", [4, 10, 16], 2, 64],
        ["lif", [8, 16, 24], 4, 64],
        ["rec-v2", [4, 12, 18], 1, 64],
        ["rec-v1", [4, 16, 16], 2, 64],
      ] as const
    ).map(([model, widths, banks, word]) => [
      `${units} units, ${model}, ${widths.join("/")}, ${banks} x ${word} bits`,
      several(units, model, widths, banks, word),
    ]),
  ),
);
