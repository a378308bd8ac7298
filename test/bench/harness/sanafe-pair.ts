/**
 * A chip and networks in SANA-FE's file formats, drawn by seed: what its users load, in sizes up to millions of
 * synapses.
 *
 * The chip has 8 x 4 tiles of 4 cores. Neurons lie on its cores in order. Each has `FAN_OUT` targets: in a run of
 * neurons around it (`clu`), or anywhere (`uni`). A constant bias fires every neuron about once in `PERIOD` steps; its
 * first potential is drawn, so that a step finds about as many spikes as the next. Weights are small, in 64ths, and 0
 * on average. Source of energies and times: Davies et al., IEEE Micro 38(1), 2018, Table 2 (Loihi at 0.75 V).
 */
import { createRng } from "../../../base/rng.js";

const WIDTH = 8;
const HEIGHT = 4;
const TILE_CORES = 4;
const CORES = WIDTH * HEIGHT * TILE_CORES;
const FAN_OUT = 64;
const PERIOD = 16;

export interface SanafeCase {
  readonly name: string;
  readonly neurons: number;
  readonly wiring: "clu" | "uni";
}

export const SANAFE_CASES: readonly SanafeCase[] = [
  { name: "n1k_clu", neurons: 1024, wiring: "clu" },
  { name: "n4k_clu", neurons: 4096, wiring: "clu" },
  { name: "n4k_uni", neurons: 4096, wiring: "uni" },
  { name: "n16k_clu", neurons: 16_384, wiring: "clu" },
  { name: "n65k_clu", neurons: 65_536, wiring: "clu" },
  { name: "n65k_uni", neurons: 65_536, wiring: "uni" },
];

export function synapsesOf({ neurons }: SanafeCase): number {
  return neurons * FAN_OUT;
}

export const SANAFE_CHIP = `# ${WIDTH} x ${HEIGHT} tiles of ${TILE_CORES} cores; energies and times of Loihi's cores and mesh (Davies et al., IEEE Micro 38(1), 2018, Table 2).
architecture:
  name: bench
  attributes: {topology: mesh, width: ${WIDTH}, height: ${HEIGHT}, link_buffer_size: 16, sync_model: fixed, latency_sync: 465.0e-9}
  tile:
    - name: tile[0..${WIDTH * HEIGHT - 1}]
      attributes:
        energy_north_hop: 4.0e-12
        latency_north_hop: 6.5e-9
        energy_east_hop: 3.0e-12
        latency_east_hop: 4.1e-9
        energy_south_hop: 4.0e-12
        latency_south_hop: 6.5e-9
        energy_west_hop: 3.0e-12
        latency_west_hop: 4.1e-9
      core:
        - name: core[0..${TILE_CORES - 1}]
          attributes: {buffer_position: soma, max_neurons_supported: 1024}
          axon_in: {name: axon_in, attributes: {energy_message_in: 1.7e-12, latency_message_in: 2.1e-9}}
          synapse:
            - {name: synapse, attributes: {model: current_based, energy_process_spike: 23.6e-12, latency_process_spike: 3.5e-9}}
          dendrite:
            - {name: dendrite, attributes: {model: accumulator, energy_update: 0.0, latency_update: 0.0}}
          soma:
            - name: soma
              attributes:
                model: leaky_integrate_fire
                energy_access_neuron: 52.0e-12
                latency_access_neuron: 5.3e-9
                energy_update_neuron: 29.0e-12
                latency_update_neuron: 3.1e-9
                energy_spike_out: 0.0
                latency_spike_out: 0.0
          axon_out: {name: axon_out, attributes: {energy_message_out: 0.0, latency_message_out: 2.1e-9}}
`;

/** How one of the two forms writes a network. */
interface Form {
  readonly head: (attributes: string, neurons: number) => string;
  readonly neuron: (index: number, potential: number) => string;
  readonly edges: string;
  readonly edge: (source: number, target: number, weight: number) => string;
  readonly mappings: string;
  readonly mapping: (neuron: number, tile: number, offset: number) => string;
}

const NETLIST: Form = {
  head: (attributes, neurons) => `g ${neurons} ${attributes}\n`,
  neuron: (index, potential) => `n 0.${index} potential=${potential}\n`,
  edges: "",
  edge: (source, target, weight) => `e 0.${source}->0.${target} w=${weight}\n`,
  mappings: "",
  mapping: (neuron, tile, offset) => `& 0.${neuron}@${tile}.${offset}\n`,
};
const YAML: Form = {
  head: (attributes) =>
    `network:\n  name: bench\n  groups:\n    - name: g\n      attributes: {${attributes.replaceAll("=", ": ").replaceAll(" ", ", ").replaceAll(":,", ":")}}\n      neurons:\n`,
  neuron: (index, potential) => `        - ${index}: {potential: ${potential}}\n`,
  edges: "  edges:\n",
  edge: (source, target, weight) => `    - g.${source} -> g.${target}: {weight: ${weight}}\n`,
  mappings: "mappings:\n",
  mapping: (neuron, tile, offset) => `  - g.${neuron}: {core: ${tile}.${offset}}\n`,
};

/**
 * The text of a network, in pieces of some 100 KB: the whole may be longer than a string. The last two letters of a
 * file's name say the form.
 */
export function* sanafeNetwork({ name, neurons, wiring }: SanafeCase, form: "netlist" | "yaml"): Generator<string> {
  const { head, neuron, edges, edge, mappings, mapping } = form === "netlist" ? NETLIST : YAML;
  const rng = createRng(1, `sanafe ${name}`);
  const units = "soma_hw_name=soma dendrite_hw_name=dendrite synapse_hw_name=synapse";
  let piece = head(`${units} threshold=1.0 bias=${1 / PERIOD} leak_decay=1.0 reset_mode=hard log_spikes=0`, neurons);
  const lines = function* (count: number, line: (i: number) => string): Generator<string> {
    for (let i = 0; i < count; i++) {
      piece += line(i);
      if (piece.length < 100_000) continue;
      yield piece;
      piece = "";
    }
  };
  yield* lines(neurons, (n) => neuron(n, rng.int(0, PERIOD - 1) / PERIOD));
  piece += edges;
  const targets = new Set<number>();
  let row: number[] = [];
  yield* lines(neurons * FAN_OUT, (i) => {
    const [source, k] = [Math.floor(i / FAN_OUT), i % FAN_OUT];
    if (k === 0 && wiring === "uni") {
      for (targets.clear(); targets.size < FAN_OUT; ) targets.add(rng.int(0, neurons - 1));
      row = [...targets].sort((a, b) => a - b);
    }
    const target = wiring === "uni" ? row[k] : (source + neurons - FAN_OUT / 2 + k) % neurons;
    return edge(source, target, (rng.int(0, 3) * 2 - 3) / 64);
  });
  piece += mappings;
  const perCore = Math.ceil(neurons / CORES);
  yield* lines(neurons, (n) => {
    const core = Math.floor(n / perCore);
    return mapping(n, Math.floor(core / TILE_CORES), core % TILE_CORES);
  });
  yield piece;
}
