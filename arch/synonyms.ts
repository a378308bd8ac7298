/** Words of the field and of other tools for keys that have another name here. Data; the unit is not part of a word. */

/** A mapping of a description. */
export interface Place {
  /** Its path; empty: the whole description. */
  readonly owner: string;
  /** Keys that it may have. */
  readonly own: readonly string[];
}

/** Key -> what others call it. A word is in snake case, without its unit. */
const CALLED: { readonly [path: string]: readonly string[] } = {
  // foundries and CACTI name the generation of a process by any of these
  "chip.technology_nm": ["node", "process", "process_node", "tech", "tech_node", "technology_node", "feature_size"],
  // timing constraints and data sheets
  "chip.clock_mhz": ["frequency", "freq", "clock_frequency", "clk", "fclk", "f_clk"],
  "chip.voltage_v": ["vdd", "supply", "supply_voltage", "core_voltage"],
  "chip.temperature_k": ["temp", "junction_temperature", "tj"],
  // BookSim 2: channel_width, num_vcs, vc_buf_size; Dally and Towles: flit size, channel
  "noc.flit_width_bits": ["flit", "flit_size", "link_width", "channel_width", "phit_width", "bus_width"],
  "noc.virtual_channels": ["vcs", "num_vcs", "n_vcs", "vc_count"],
  "noc.vc_buffer_flits": ["buffer_depth", "vc_buf_size", "vc_buffer_depth", "buffer_size", "vc_depth"],
  "noc.width": ["mesh_width", "mesh_columns", "tiles_x"],
  "noc.height": ["mesh_height", "mesh_rows", "tiles_y"],
  // accelerators count their parallel multipliers or adders
  "tile.core.lanes": ["pes", "macs", "num_pes", "parallelism", "synapses_per_cycle", "sops_per_cycle", "simd_width"],
  "tile.core.max_neurons": ["neurons", "neurons_per_core", "num_neurons"],
  "tile.core.synapse_memory.size_kib": ["sram", "weight_memory", "weight_sram", "weight_buffer", "synapse_sram"],
  "tile.core.state_memory.size_kib": ["sram", "neuron_memory", "state_sram", "membrane_memory", "potential_memory"],
  "tile.core.input_queue.depth": ["fifo_depth", "input_fifo_depth", "queue_depth"],
  "inputs.port.queue.depth": ["fifo_depth", "input_fifo_depth", "queue_depth"],
  // quantisers of frameworks
  "precision.weight_bits": ["weight_width", "weight_precision", "weight_bitwidth", "bits", "bit_width", "bitwidth"],
  "precision.state_bits": ["membrane_bits", "potential_bits", "state_width", "neuron_bits"],
  "precision.accumulator_bits": ["sum_bits", "acc_bits", "psum_bits", "partial_sum_bits"],
  "training.width": ["neurons", "hidden", "hidden_size", "hidden_width", "units"],
};

/**
 * The paths that `word` means, of these: those that share most keys with `owner` first; the flag says whether they are
 * in its section, e.g. `chip`. Where a mapping has a key for itself that a mapping around it has for all (widths of a
 * population), it is the mapping's own. `own`: keys of `owner`.
 */
export function pathsCalled(
  word: string,
  { owner, own }: Place,
  paths: readonly string[],
): readonly { readonly path: string; readonly isNear: boolean }[] {
  const keys = owner.replace(/\[[^\]]*\]/g, "").split(".");
  return Object.keys(CALLED)
    .filter((path) => CALLED[path].includes(word) && paths.includes(path))
    .map((path) => {
      const [around, last] = [path.split(".").slice(0, -1), path.split(".").at(-1) ?? ""];
      const differs = around.findIndex((key, k) => keys[k] !== key);
      const shared = differs < 0 ? around.length : differs;
      const isInside = shared === around.length && keys.length > shared && own.includes(last);
      return { path: isInside ? `${owner}.${last}` : path, shared, isNear: owner === "" || shared > 0 };
    })
    .sort((a, b) => b.shared - a.shared);
}
