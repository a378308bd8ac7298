/** SANA-FE pairs whose counts, energies and times the test calculates by hand. */
import { expect, test } from "vitest";
import { runSanafe } from "../../../sim/sanafe/run.js";
import { importSanafe } from "../../../sim/sanafe/sanafe.js";
import { spikeText } from "./pair-text.js";

/** Prices are powers of ten in J and s, so every digit of a sum shows one count. */
const ARCH = `
architecture:
  name: hand
  attributes: {topology: mesh, width: 2, height: 2, link_buffer_size: 4, sync_model: table, latency_sync: {1: 1.0e-3, 2: 2.0e-3, 4: 9.0e-3}}
  tile:
    - name: t[0..3]
      attributes:
        energy_north_hop: 1.0e-9
        latency_north_hop: 1.0e-9
        energy_east_hop: 2.0e-9
        latency_east_hop: 2.0e-9
        energy_south_hop: 3.0e-9
        latency_south_hop: 3.0e-9
        energy_west_hop: 4.0e-9
        latency_west_hop: 4.0e-9
      core:
        - name: c[0..1]
          attributes: {buffer_position: soma, max_neurons_supported: 8}
          axon_in: {name: in, attributes: {energy_message_in: 1.0e-7, latency_message_in: 1.0e-6}}
          synapse:
            - {name: cheap, attributes: {model: current_based, energy_process_spike: 1.0e-6, latency_process_spike: 1.0e-5}}
            - {name: dear, attributes: {model: current_based, energy_process_spike: 5.0e-6, latency_process_spike: 5.0e-5}}
          dendrite: {name: d, attributes: {model: accumulator, energy_update: 1.0e-5, latency_update: 1.0e-6}}
          soma:
            - name: lif
              attributes:
                model: leaky_integrate_fire
                energy_access_neuron: 1.0e-4
                latency_access_neuron: 1.0e-6
                energy_update_neuron: 1.0e-3
                latency_update_neuron: 2.0e-6
                energy_spike_out: 1.0e-2
                latency_spike_out: 3.0e-6
            - name: inputs
              attributes: {model: input, energy_access_neuron: 0, latency_access_neuron: 0, energy_update_neuron: 0, latency_update_neuron: 0, energy_spike_out: 0, latency_spike_out: 0}
          axon_out: {name: out, attributes: {energy_message_out: 1.0e-8, latency_message_out: 4.0e-6}}
`;

/** in.0 spikes in steps 1 and 3; in -> a (2 neurons, on the same core and on core 3.1), a.0 -> a.1. */
const NET_YAML = `
network:
  name: hand
  groups:
    - name: in
      attributes: {soma_hw_name: inputs, log_spikes: true}
      neurons:
        - 0: {spikes: [1, 0, 1]}
    - name: a
      attributes: [threshold: 1.0, log_spikes: true, synapse_hw_name: dear]
      neurons:
        - 0..1
        - 1: {threshold: 4.0}
  edges:
    - in.0 -> a.0: {weight: 2.0, synapse_hw_name: cheap}
    - in.0 -> a.1: {w: 3.0, synapse_hw_name: cheap}
    - a.0 -> a.1: {weight: 2.5}
mappings:
  - in.0: {core: 0.0}
  - a.0: {core: 0.0}
  - a.1: {core: 3.1}
`;
const NET_LIST = `
# the same network
g 1 soma_hw_name=inputs log_spikes=1
g 2 threshold=1.0 log_spikes=true synapse_hw_name=dear
n 0.0 spikes=[1, 0, 1]
n 1.1 threshold=4.0
e 0.0->1.0 w=2.0 synapse_hw_name=cheap
e 0.0 -> 1.1 weight=3.0 synapse_hw_name=cheap
e 1.0->1.1 w=2.5
& 0.0@0.0
& 1.0@0.0
& 1.1@3.1
`;

const run = (net: string, file: string, steps: number, arch = ARCH) => {
  const { bound, warnings } = importSanafe({ file: "arch.yaml", text: arch }, { file, text: net });
  return { bound, warnings, result: runSanafe(bound, steps, 1) };
};
const close = (value: number, expected: number): void => expect(value / expected).toBeCloseTo(1, 9);

test("counts, energies and the simple time of every step equal the hand calculation", () => {
  const { result, warnings } = run(NET_YAML, "net.yaml", 4);
  expect(warnings).toEqual([]);
  // Step 1: in.0 fires; axons to core 0.0 (a.0) and core 3.1 (a.1): 2 packets, 2 events. Tile 0 (0,0) -> tile 3 (1,1):
  // 2 hops. Step 2: a.0 gets 2 > 1 and fires (hard reset): 1 packet to 3.1, 2 hops, 1 event. a.1 gets 3, not > 4:
  // updated. Step 3: in.0 fires again (2 packets, 2 events, 2 hops). a.1 has 3 + 2.5 > 4 and fires, without an axon.
  // a.0 is at 0: idle. Step 4: a.0 fires again (2 > 1), 1 packet. a.1 gets 3: updated.
  expect(
    result.steps.map(({ fired, updated, packets, hops, synaptic_events }) => [fired, updated, packets, hops, synaptic_events]),
  ).toEqual([
    [1, 1, 2, 2, 2],
    [1, 2, 1, 2, 1],
    [2, 2, 2, 2, 2],
    [1, 2, 1, 2, 1],
  ]);
  const [one, two, three] = result.steps;
  if (one === undefined || two === undefined || three === undefined) throw new Error("steps are missing");
  // the edges of in.0 name the cheap unit, 1e-6 each; a.1's other synapse is dear, as its group says
  close(one.energy_j.synapse, 2e-6);
  close(two.energy_j.synapse, 5e-6);
  // one dendrite update per event
  close(one.energy_j.dendrite, 2e-5);
  // two LIF neurons are accessed in every step; one that fires also updates
  close(one.energy_j.soma, 2e-4);
  close(two.energy_j.soma, 2e-4 + 2e-3 + 1e-2);
  close(three.energy_j.soma, 2e-4 + 1e-3 + 1e-2);
  // an east and a north hop; message out and in for each packet
  close(one.energy_j.network, 2e-9 + 1e-9 + 2 * (1e-8 + 1e-7));
  close(two.energy_j.network, 2e-9 + 1e-9 + 1e-8 + 1e-7);
  // Tiles 0 and 3 are in use: sync 2e-3. Step 1: a message in core 0.0 takes 1e-6 + 1e-5 + 1e-6; generation takes 2 x
  // 4e-6 + 1e-6 (access of a.0).
  close(one.time_s.simple, 2e-3 + 12e-6);
  // step 2: core 0.0 generates for 1 + 2 + 3 + 4 us; core 3.1 processes for 1e-6 + 5e-5 + 1e-6
  close(two.time_s.simple, 2e-3 + 52e-6);
  for (const step of result.steps) {
    close(step.energy_j.total, step.energy_j.synapse + step.energy_j.dendrite + step.energy_j.soma + step.energy_j.network);
    expect(step.time_s.flit).toBeGreaterThanOrEqual(2e-3);
  }
  expect(result.totals.packets).toBe(6);
  close(
    result.totals.energy_j.total,
    result.steps.reduce((sum, step) => sum + step.energy_j.total, 0),
  );
});

test("a synapse unit is named by the edge, else by the target neuron, else by the source neuron, else the first", () => {
  const bare = NET_YAML.replaceAll(", synapse_hw_name: cheap", "");
  const eventJ = (net: string): number => run(net, "net.yaml", 1).result.steps[0]?.energy_j.synapse / 2;
  close(eventJ(NET_YAML), 1e-6);
  // The group of the targets says dear; whatever the source says is ignored.
  close(eventJ(bare), 5e-6);
  close(eventJ(bare.replace("soma_hw_name: inputs,", "soma_hw_name: inputs, synapse_hw_name: cheap,")), 5e-6);
  const silent = bare.replace(", synapse_hw_name: dear", "");
  close(eventJ(silent), 1e-6);
  close(eventJ(silent.replace("soma_hw_name: inputs,", "soma_hw_name: inputs, synapse_hw_name: dear,")), 5e-6);
});

test("the netlist format gives the same run, with groups named by number", () => {
  const yaml = run(NET_YAML, "net.yaml", 4);
  const list = run(NET_LIST, "net.net", 4);
  const [, other] = [list, yaml].map(({ result: { steps, totals, spikes } }) => ({ steps, totals, spikes }));
  expect(list.result).toMatchObject(other);
  expect(spikeText(list.bound, list.result)).toBe("neuron,timestep\n0.0,1\n1.0,2\n0.0,3\n1.1,3\n1.0,4\n");
  expect(spikeText(yaml.bound, yaml.result)).toBe("neuron,timestep\nin.0,1\na.0,2\nin.0,3\na.1,3\na.0,4\n");
});

test("west and south hops are priced by the tile to which they lead", () => {
  const swapped = NET_YAML.replace("in.0: {core: 0.0}", "in.0: {core: 3.0}").replace("a.0: {core: 0.0}", "a.0: {core: 0.0}");
  const { result } = run(swapped, "net.yaml", 1);
  // in.0 in tile 3 (1,1) -> tile 0: west and south, 2 hops; -> 3.1: no hop
  expect(result.steps[0]?.hops).toBe(2);
  close(result.steps[0]?.energy_j.network, 4e-9 + 3e-9 + 2 * 1.1e-7);
});

test("the synchronisation table takes the largest key not above the tiles in use", () => {
  const compact = NET_YAML.replace("{core: 3.1}", "{core: 0.1}");
  const { result } = run(compact, "net.yaml", 1);
  close(result.steps[0]?.time_s.simple, 1e-3 + 12e-6);
  const fixed = ARCH.replace("sync_model: table, latency_sync: {1: 1.0e-3, 2: 2.0e-3, 4: 9.0e-3}", "latency_sync: 7.0e-3");
  close(run(compact, "net.yaml", 1, fixed).result.steps[0]?.time_s.simple, 7e-3 + 12e-6);
});

test("core 0.10 is the eleventh core, not the second", () => {
  const many = ARCH.replace("c[0..1]", "c[0..10]");
  const { bound } = run(NET_YAML.replace("{core: 3.1}", "{core: 0.10}"), "net.yaml", 1, many);
  expect(bound.coreOf[2]).toBe(10);
});

test("a weight with delay d is seen in step t + 1 + d; the dendrite is charged per event, and once per neuron and step", () => {
  const arch = ARCH.replace("buffer_position: soma", "buffer_position: dendrite, buffer_inside_unit: true").replace(
    "model: accumulator,",
    "model: accumulator_with_delay,",
  );
  for (const delay of [0, 1, 3, 5]) {
    const net = NET_YAML.replace("a.0: {weight: 2.0,", `a.0: {weight: 2.0, delay: ${delay},`).replace("[1, 0, 1]", "[1]");
    const { result } = run(net, "net.yaml", 8, arch);
    const firings = result.spikes.filter(([neuron]) => neuron === 1).map(([, step]) => step);
    expect(firings).toEqual([2 + delay]);
    // step 1: 2 events and 3 neurons
    close(result.steps[0]?.energy_j.dendrite, 5e-5);
    // step 7 or 8: no events, 3 neurons
    close(result.steps[7]?.energy_j.dendrite, 3e-5);
    // Core 0.0 generates in step 1: in.0 dendrite 1 + message 4 + message 4, a.0 access 1 + dendrite 1 = 11 us; it
    // processes for 12 us.
    close(result.steps[0]?.time_s.simple, 2e-3 + 12e-6);
  }
});

test("a buffer before the dendrite moves its cost from arrival to the neuron phase", () => {
  const arch = ARCH.replace("buffer_position: soma", "buffer_position: dendrite");
  const { result } = run(NET_YAML, "net.yaml", 1, arch);
  close(result.steps[0]?.energy_j.dendrite, 3e-5);
  close(result.steps[0]?.time_s.simple, 2e-3 + 11e-6);
});

test("with a buffer before axon_out, somas run after a step's messages, and their spikes are sent in the next step", () => {
  const arch = ARCH.replace("buffer_position: soma", "buffer_position: axon_out");
  const { result, warnings } = run(NET_YAML, "net.yaml", 4, arch);
  expect(warnings).toEqual([expect.stringMatching(/buffer_position axon_out is read so: .* no recorded run covers it/)]);
  // in.0 fires at the end of steps 1 and 3, and its messages leave in steps 2 and 4; a.0 fires at the end of step 2,
  // and its message reaches a.1 in step 3.
  expect(result.spikes).toEqual([
    [0, 1],
    [1, 2],
    [0, 3],
    [2, 3],
    [1, 4],
  ]);
  expect(
    result.steps.map(({ fired, updated, packets, hops, synaptic_events }) => [fired, updated, packets, hops, synaptic_events]),
  ).toEqual([
    [1, 1, 0, 0, 0],
    [1, 2, 2, 2, 2],
    [2, 2, 1, 2, 1],
    [1, 2, 2, 2, 2],
  ]);
  const [one, two, three] = result.steps;
  if (one === undefined || two === undefined || three === undefined) throw new Error("steps are missing");
  close(one.energy_j.total, 2e-4);
  close(two.energy_j.soma, 2e-4 + 2e-3 + 1e-2);
  close(two.energy_j.dendrite, 2e-5);
  close(three.energy_j.synapse, 5e-6);
  // Step 1: a.0's access of 1 us. Step 2: core 0.0 processes a message for 12 us, then a.0: access 1, update 2, spike
  // 3; it sends for 8 us.
  close(one.time_s.simple, 2e-3 + 1e-6);
  close(two.time_s.simple, 2e-3 + 18e-6);
  // step 3: core 3.1 processes a message for 1 + 50 + 1 us, then a.1: 1 + 2 + 3
  close(three.time_s.simple, 2e-3 + 58e-6);
  for (const { time_s } of result.steps) expect(time_s.flit).toBeGreaterThanOrEqual(time_s.simple * (1 - 1e-12));
});

/**
 * Two kinds of cores: a[0..1] in tile 0 buffer before the soma, b in tile 1 inside its dendrite; energies in J,
 * latencies in s.
 */
const MIXED = `
architecture:
  name: mixed
  attributes: {width: 2, height: 1, link_buffer_size: 4, latency_sync: 0}
  tile:
    - &tile
      name: west
      attributes: {energy_north_hop: 0, latency_north_hop: 0, energy_east_hop: 7, latency_east_hop: 0, energy_south_hop: 0, latency_south_hop: 0, energy_west_hop: 0, latency_west_hop: 0}
      core:
        - name: a[0..1]
          attributes: {buffer_position: soma, max_neurons_supported: 16}
          axon_in: {name: in, attributes: {energy_message_in: 0.5, latency_message_in: 10}}
          synapse: {name: s, attributes: {model: current_based, energy_process_spike: 100, latency_process_spike: 100}}
          dendrite: {name: d, attributes: {model: accumulator, energy_update: 1000, latency_update: 1000}}
          soma:
            - {name: pixels, attributes: {model: input, energy_access_neuron: 1, latency_access_neuron: 1, energy_update_neuron: 2, latency_update_neuron: 2, energy_spike_out: 4, latency_spike_out: 4}}
            - {name: lif, attributes: {model: leaky_integrate_fire, energy_access_neuron: 10, latency_access_neuron: 10, energy_update_neuron: 20, latency_update_neuron: 20, energy_spike_out: 40, latency_spike_out: 40}}
          axon_out: {name: out, attributes: {energy_message_out: 0.25, latency_message_out: 5}}
    - <<: *tile
      name: east
      core:
        name: b
        attributes: {buffer_position: dendrite, buffer_inside_unit: true, max_neurons_supported: 2}
        axon_in: {name: in, attributes: {energy_message_in: 3, latency_message_in: 30}}
        synapse: {name: s, attributes: {model: current_based, energy_process_spike: 500, latency_process_spike: 500}}
        dendrite: {name: d, attributes: {model: accumulator_with_delay, energy_update: 5000, latency_update: 5000}}
        soma: {name: lif, attributes: {model: leaky_integrate_fire, energy_access_neuron: 60, latency_access_neuron: 60, energy_update_neuron: 70, latency_update_neuron: 70, energy_spike_out: 80, latency_spike_out: 80}}
        axon_out: {name: out, attributes: {energy_message_out: 9, latency_message_out: 90}}
`;
/** 3 x 3 pixels, a 2 x 2 filter, four features, and a dense layer of two with a delay of 2. */
const LAYERS = `
network:
  name: layers
  groups:
    - {name: pixel, attributes: {soma_hw_name: pixels}, neurons: [0..8, 4: {spikes: [1]}, 0: {spikes: [0, 1]}]}
    - {name: feature, attributes: {soma_hw_name: lif, threshold: 2.5}, neurons: [0..3]}
    - {name: class, attributes: {threshold: 5}, neurons: [0..1]}
  edges:
    - pixel -> feature: {type: conv2d, input_width: 3, input_height: 3, input_channels: 1, kernel_width: 2, kernel_height: 2, kernel_count: 1, stride_width: 1, stride_height: 1, weight: [1, 2, 3, 4]}
    - feature -> class: {type: dense, weight: [[1, 2], [3, 4], [5, 6], [7, 8]], delay: 2}
mappings:
  - pixel: {core: 0.0}
  - feature: {core: 0.1}
  - class: {core: 1.0}
`;

test("mixed cores, conv and dense edges, and a delay equal the hand calculation, step by step", () => {
  const { bound, result, warnings } = run(LAYERS, "layers.yaml", 5, MIXED);
  expect(warnings).toEqual([]);
  // Step 1: the middle pixel reaches features 0..3 with weights 4, 3, 2, 1. Step 2: features 0 and 1 are above 2.5;
  // pixel 0 reaches feature 0 alone. Step 2's spikes reach the classes with delay 2, in step 5: class 0 gets 1 + 3 = 4,
  // class 1 gets 2 + 4 = 6, above 5.
  expect(spikeText(bound, result).trim().split("\n").slice(1)).toEqual([
    "pixel.4,1",
    "pixel.0,2",
    "feature.0,2",
    "feature.1,2",
    "class.1,5",
  ]);
  expect(
    result.steps.map(({ fired, updated, packets, hops, synaptic_events }) => [fired, updated, packets, hops, synaptic_events]),
  ).toEqual([
    [1, 1, 1, 0, 4],
    [3, 5, 3, 2, 5], // pixel 0, all four features with input; one hop to the east per message
    [0, 3, 0, 0, 0], // feature 0 with 1, features 2 and 3 with the 2 and 1 that they keep
    [0, 3, 0, 0, 0],
    [1, 5, 0, 0, 0], // and both classes
  ]);
  // In every step 9 pixels, 4 features and 2 classes are accessed, and the classes' dendrites run.
  const [access, classDendrites] = [9 * 1 + 4 * 10 + 2 * 60, 2 * 5000];
  const expected = [
    // synapse, dendrite, soma, network
    [4 * 100, 4 * 1000 + classDendrites, access + (2 + 4), 0.25 + 0.5],
    [1 * 100 + 4 * 500, 1 * 1000 + 4 * 5000 + classDendrites, access + (2 + 4) + 4 * 20 + 2 * 40, 3 * 0.25 + 0.5 + 2 * 3 + 2 * 7],
    [0, classDendrites, access + 3 * 20, 0],
    [0, classDendrites, access + 3 * 20, 0],
    [0, classDendrites, access + 3 * 20 + 2 * 70 + 80, 0],
  ];
  expect(result.steps.map(({ energy_j: e }) => [e.synapse, e.dendrite, e.soma, e.network])).toEqual(expected);
  // The busiest core is 1.0: its neuron phase is longer than core 0.1's time for pixel 4's message; in step 2 it gets
  // two messages of two synapses.
  const idle = 2 * (60 + 5000);
  const simple = [Math.max(10 + 4 * (100 + 1000), idle), Math.max(2 * (30 + 2 * (500 + 5000)), idle), idle, idle, idle + 2 * 70 + 80];
  expect(result.steps.map((step) => step.time_s.simple)).toEqual(simple);
});
