/** SANA-FE's models, edges and files: each rule tested alone, by hand. */
import { expect, test } from "vitest";
import { InfeasibleError, InputError } from "../../../base/errors.js";
import { runSanafe } from "../../../sim/sanafe/run.js";
import { importSanafe } from "../../../sim/sanafe/sanafe.js";

const unit = (model: string, extra = ""): string =>
  `{model: ${model}, energy_access_neuron: 1, latency_access_neuron: 0, energy_update_neuron: 1, latency_update_neuron: 0, energy_spike_out: 1, latency_spike_out: 0${extra}}`;
const arch = (options: { dendrite?: string; position?: string; tiles?: number; max?: number; hop?: string } = {}): string => `
architecture:
  name: probe
  attributes: {width: ${options.tiles ?? 1}, height: 1, link_buffer_size: 2}
  tile:
    name: t[0..${(options.tiles ?? 1) - 1}]
    attributes: {${["north", "east", "south", "west"].map((d) => `energy_${d}_hop: 1, latency_${d}_hop: ${options.hop ?? "0"}`).join(", ")}}
    core:
      name: c
      attributes: {buffer_position: ${options.position ?? "soma"}, max_neurons_supported: ${options.max ?? 64}}
      axon_in: {name: i, attributes: {energy_message_in: 0, latency_message_in: 0}}
      synapse: {name: s, attributes: {model: current_based, energy_process_spike: 1, latency_process_spike: 0}}
      dendrite: {name: d, attributes: {model: ${options.dendrite ?? "accumulator"}, energy_update: 0, latency_update: 0}}
      soma:
        - {name: lif, attributes: ${unit("leaky_integrate_fire")}}
        - {name: tn, attributes: ${unit("truenorth")}}
        - {name: in, attributes: ${unit("input")}}
      axon_out: {name: o, attributes: {energy_message_out: 0, latency_message_out: 0}}
`;
const pair = (net: string, options: Parameters<typeof arch>[0] = {}, file = "net.yaml") =>
  importSanafe({ file: "arch.yaml", text: arch(options) }, { file, text: net });
const spikesOf = (net: string, steps: number, neuron: number, options: Parameters<typeof arch>[0] = {}, file = "net.yaml"): number[] =>
  runSanafe(pair(net, options, file).bound, steps, 1)
    .spikes.filter(([n]) => n === neuron)
    .map(([, step]) => step);

/** An input neuron 0.0 with spikes, and neuron 1.0 with attributes, connected by one edge. */
const probe = (spikes: string, attributes: string, weight = 1): string => `
g 1 soma_hw_name=in spikes=[${spikes}]
g 1 ${attributes}
e 0.0->1.0 w=${weight}
& 0.0@0.0
& 1.0@0.0
`;
const fires = (spikes: string, attributes: string, steps: number, weight = 1): number[] =>
  spikesOf(probe(spikes, attributes, weight), steps, 1, {}, "net.net");

test("LIF fires strictly above its threshold, one step after the spike", () => {
  expect(fires("1", "threshold=1.0", 4)).toEqual([]);
  expect(fires("1", "threshold=0.5", 4)).toEqual([2]);
});

test("LIF resets to `reset` if hard, by the threshold if soft, and not at all if none or saturate", () => {
  expect(fires("1,1,1", "threshold=1.5", 6)).toEqual([3]);
  // soft: 2 > 1.5 -> 0.5; then 1.5, not above
  expect(fires("1,1,1,1", "threshold=1.5 reset_mode=soft", 7)).toEqual([3, 5]);
  expect(fires("1,1", "threshold=1.5 reset_mode=none", 6)).toEqual([3, 4, 5, 6]);
  // a saturated potential of 1.5 would not be above the threshold again
  expect(fires("1,1", "threshold=1.5 reset_mode=saturate", 6)).toEqual([3, 4, 5, 6]);
  expect(fires("1,1,1", "threshold=1.5 reset=1.0", 6)).toEqual([3, 4]);
});

test("LIF leaks by leak_decay and truncates toward zero to 1/64 at the start of every step", () => {
  // 1 -> 0.5 + 1 = 1.5 in step 3 (not above) -> 0.75 + 1 = 1.75 in step 4
  expect(fires("1,1,1", "threshold=1.5 leak_decay=0.5", 5)).toEqual([4]);
  // 0.99 is truncated to 63/64 = 0.984375 before the second 0.99: 1.974 < 1.975
  expect(fires("1,1", "threshold=1.975", 4, 0.99)).toEqual([]);
  expect(fires("1,1", "threshold=1.974", 4, 0.99)).toEqual([3]);
});

test("LIF keeps the share input_decay of its current, and its bias acts from the first step", () => {
  // u: 1, 0.5, 0.25; v: 1, 1.5, 1.75.
  expect(fires("1", "threshold=1.7 input_decay=0.5", 5)).toEqual([4]);
  expect(fires("0", "threshold=2.5 bias=1.0", 7)).toEqual([3, 6]);
});

test("a refractory delay of 1 has no effect, one of 3 blocks two steps", () => {
  expect(fires("0", "threshold=0.5 bias=1 refractory_delay=1", 5)).toEqual([1, 2, 3, 4, 5]);
  expect(fires("0", "threshold=0.5 bias=1 refractory_delay=3", 8)).toEqual([1, 4, 7]);
});

test("below the reverse threshold of LIF, none leaves v, saturate raises it, hard resets it", () => {
  expect(fires("1,0,0", "threshold=0.5 bias=1", 3, -3)).toEqual([1]);
  // step 1 fires; step 2: 0 + 1 - 3 = -2; saturate at 0 -> step 3: 1
  expect(fires("1", "threshold=0.5 bias=1 reverse_reset_mode=saturate", 3, -3)).toEqual([1, 3]);
  expect(fires("1", "threshold=1.5 bias=1 reverse_reset_mode=hard reverse_reset=1", 3, -3)).toEqual([3]);
});

test("TrueNorth fires at its threshold, leaks toward zero or by a signed leak", () => {
  expect(fires("1", "soma_hw_name=tn threshold=1.0", 3)).toEqual([2]);
  // 3 -> 2 -> 1, plus 3 in step 4: 1 + 3 = 4
  expect(fires("1,0,1", "soma_hw_name=tn threshold=4 leak=1", 5, 3)).toEqual([4]);
  expect(fires("0", "soma_hw_name=tn threshold=4 leak=1 leak_towards_zero=false", 8)).toEqual([4, 8]);
  expect(fires("0", "soma_hw_name=tn threshold=3 bias=2 reset_mode=soft", 6)).toEqual([2, 3, 5, 6]);
});

test("input neurons send listed spikes, a rate, or a seeded Poisson stream of about its probability", () => {
  const input = (attributes: string, steps: number): number[] =>
    spikesOf(`g 1 soma_hw_name=in ${attributes}\n& 0.0@0.0\n`, steps, 0, {}, "n.net");
  expect(input("spikes=[0,1,1,0,1]", 9)).toEqual([2, 3, 5]);
  expect(input("rate=0.3", 10)).toEqual([3, 6, 9]);
  const poisson = input("poisson=0.25", 4000);
  expect(poisson).toEqual(input("poisson=0.25", 4000));
  // 5 standard deviations of a binomial with n 4000, p 0.25 are 137
  expect(Math.abs(poisson.length - 1000)).toBeLessThan(137);
});

test("an idle neuron is only accessed; a current of exactly 0 still updates it", () => {
  const updated = (weight: number, dendrite = "accumulator"): number[] =>
    runSanafe(pair(probe("1", "threshold=9", weight), { dendrite }, "n.net").bound, 3, 1).steps.map((step) => step.updated);
  for (const dendrite of ["accumulator", "taps"]) expect(updated(0, dendrite), dendrite).toEqual([1, 1, 0]);
  expect(updated(2)).toEqual([1, 1, 1]);
  const forced = runSanafe(pair(probe("0", "threshold=9 force_update=true"), {}, "n.net").bound, 2, 1);
  expect(forced.steps.map((step) => step.energy_j.soma)).toEqual([3, 3]);
});

const groups = (edges: string, sources: number, targets: number): string => `
network:
  name: shapes
  groups:
    - {name: a, attributes: {soma_hw_name: in, spikes: [1]}, neurons: [0..${sources - 1}]}
    - {name: b, attributes: {threshold: 1000}, neurons: [0..${targets - 1}]}
  edges:
    - a -> b: ${edges}
mappings:
  - a.0..${sources - 1}: {core: 0.0}
  - b.0..${targets - 1}: {core: 0.0}
`;

test("rows of dense edges are sources, columns are targets", () => {
  const { bound } = pair(groups("{type: dense, weight: [[1, 2, 3], [4, 5, 6]]}", 2, 3));
  expect(Array.from(bound.synapseWeight)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(Array.from(bound.synapseTarget)).toEqual([2, 3, 4, 2, 3, 4]);
  expect(Array.from(bound.axonStart)).toEqual([0, 1, 2, 2, 2, 2]);
});

test("sparse edges follow their pairs", () => {
  const { bound } = pair(groups("{type: sparse, source_target_pairs: [[1, 0], [0, 2], [1, 2]], weight: [7, 8, 9]}", 2, 3));
  expect(Array.from(bound.synapseWeight)).toEqual([8, 7, 9]);
  expect(Array.from(bound.synapseTarget)).toEqual([4, 2, 4]);
});

test("conv2d edges equal a direct convolution of every input position", () => {
  const shape = { inW: 5, inH: 4, inC: 2, kW: 3, kH: 2, outC: 3, sX: 2, sY: 1 };
  const outW = Math.floor((shape.inW - shape.kW) / shape.sX) + 1;
  const outH = Math.floor((shape.inH - shape.kH) / shape.sY) + 1;
  const filter = Array.from({ length: shape.kH * shape.kW * shape.inC * shape.outC }, (_, i) => i + 1);
  const attributes = `{type: conv2d, input_width: 5, input_height: 4, input_channels: 2, kernel_width: 3, kernel_height: 2, kernel_count: 3, stride_width: 2, stride_height: 1, weight: [${filter.join(", ")}]}`;
  const { bound } = pair(groups(attributes, shape.inW * shape.inH * shape.inC, outW * outH * shape.outC));
  const inputs = shape.inW * shape.inH * shape.inC;
  const got = new Map<string, number>();
  for (let n = 0; n < inputs; n++) {
    for (let axon = bound.axonStart[n]; axon < bound.axonStart[n + 1]; axon++) {
      for (let s = bound.synapseStart[axon]; s < bound.synapseStart[axon + 1]; s++) {
        got.set(`${n}>${bound.synapseTarget[s] - inputs}`, bound.synapseWeight[s]);
      }
    }
  }
  const expected = new Map<string, number>();
  for (let c = 0; c < shape.inC; c++)
    for (let y = 0; y < shape.inH; y++)
      for (let x = 0; x < shape.inW; x++)
        for (let o = 0; o < shape.outC; o++)
          for (let oy = 0; oy < outH; oy++)
            for (let ox = 0; ox < outW; ox++) {
              const [fy, fx] = [y - oy * shape.sY, x - ox * shape.sX];
              if (fy < 0 || fy >= shape.kH || fx < 0 || fx >= shape.kW) continue;
              const source = c * shape.inH * shape.inW + y * shape.inW + x;
              const target = o * outH * outW + oy * outW + ox;
              expected.set(`${source}>${target}`, filter[((fy * shape.kW + fx) * shape.inC + c) * shape.outC + o]);
            }
  expect(got).toEqual(expected);
  // older files have other names for the same sizes
  const older = attributes
    .replace("kernel_width", "filter_width")
    .replace("kernel_height", "filter_height")
    .replace("kernel_count", "filters");
  const renamed = pair(groups(older, inputs, outW * outH * shape.outC));
  expect(renamed.warnings).toEqual([]);
  expect([renamed.bound.synapseTarget, renamed.bound.synapseWeight]).toEqual([bound.synapseTarget, bound.synapseWeight]);
});

test("taps: each compartment keeps its time constant and receives its neighbours' charge times the space constant between them", () => {
  // Charges 0 0 10 in step 2, then 0 2 7, then 0.2 3 5.3, then 0.16 + 0.3 in the first. The potential keeps nothing.
  const line = "taps=3 time_constants=[0.8,0.8,0.7] space_constants=[0.1,0.2] leak_decay=0";
  const first = (threshold: number): number | undefined => {
    const net = probe("1", `${line} threshold=${threshold}`, 10).replace("w=10", "w=10 tap=2");
    return spikesOf(net, 8, 1, { dendrite: "taps" }, "n.net")[0];
  };
  expect([0.2 - 1e-9, 0.2 + 1e-9, 0.46 - 1e-9, 0.46 + 1e-9].map(first)).toEqual([4, 5, 5, 6]);
  const net = (tap: number): string =>
    `g 1 soma_hw_name=in spikes=[1]\ng 1 threshold=0.1 taps=2 time_constants=[1,1] space_constants=[0.5]\ne 0.0->1.0 w=8 tap=${tap}\n& 0.0@0.0\n& 1.0@0.0\n`;
  expect(spikesOf(net(0), 3, 1, { dendrite: "taps" }, "n.net")[0]).toBe(2);
  expect(spikesOf(net(1), 3, 1, { dendrite: "taps" }, "n.net")[0]).toBe(3);
  // From the first on and back, over unlike joints: 16 0 0 in step 2, then 0 8 0, 4 0 2, 0 2.5 0, 1.25 0 0.625.
  const back = "taps=3 time_constants=[0,0,0] space_constants=[0.5,0.25] leak_decay=0";
  const fired = (threshold: number): number[] =>
    spikesOf(probe("1", `${back} threshold=${threshold}`, 16), 7, 1, { dendrite: "taps" }, "n.net");
  expect([15, 4, 3.99, 1.25, 1.24].map(fired)).toEqual([[2], [2], [2, 4], [2, 4], [2, 4, 6]]);
  expect(() => pair(net(2), { dendrite: "taps" }, "n.net")).toThrow(/tap 2: its neuron has 2, counted from 0/);
});

test("unknown attributes cause a warning with the name and the nearest known one", () => {
  const typo = pair(probe("1", "treshold=1.0"), {}, "n.net");
  expect(typo.warnings.join("\n")).toMatch(/n\.net: 1\.0: attribute treshold is not understood and has no effect; .*threshold/);
  const text = arch().replace("link_buffer_size: 2", "link_buffer_size: 2, energy_total: 3");
  const chip = importSanafe({ file: "arch.yaml", text }, { file: "n.net", text: probe("1", "threshold=1") });
  expect(chip.warnings).toEqual(["arch.yaml: architecture.attributes: attribute energy_total is not understood and has no effect"]);
  expect(pair(probe("1", "threshold=1").replace("w=1", "w=1 delay=2"), {}, "n.net").warnings.join()).toMatch(/delay has no effect/);
});

test("all problems of a pair are reported at once", () => {
  const bad = probe("1", "threshold=abc").replace("& 1.0@0.0", "& 1.0@7.0").replace("e 0.0->1.0", "e 0.0->9.0");
  try {
    pair(bad, {}, "n.net");
    throw new Error("was accepted");
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toMatch(/group 9 does not exist/);
  }
  expect(() => pair(probe("1", "threshold=1").replace("& 1.0@0.0", "& 1.0@7.0"), {}, "n.net")).toThrow(/core 7\.0 does not exist/);
  expect(() => pair(probe("1", "threshold=1").replace("& 1.0@0.0", ""), {}, "n.net")).toThrow(/1\.0: is mapped to no core/);
  expect(() => pair(probe("1", "threshold=1"), { max: 1 }, "n.net")).toThrow(InfeasibleError);
  expect(() => pair(probe("1", "threshold=1"), { position: "axon_in" }, "n.net")).toThrow(
    /buffer_position: got axon_in, expected dendrite, soma, axon_out/,
  );
});

test("in flit time, a message takes as long in a mesh of 160,000 tiles as in the smallest", { tags: ["long"] }, () => {
  const net = "g 1 soma_hw_name=in spikes=[1]\ng 1 threshold=100\ne 0.0->1.0 w=1\n& 0.0@0.0\n& 1.0@1.0\n";
  const flitS = (size: string): number => {
    const text = arch({ tiles: 2, hop: "5.0e-9" }).replace("width: 2, height: 1", size);
    return runSanafe(importSanafe({ file: "a.yaml", text }, { file: "n.net", text: net }).bound, 1, 1, ["flit"]).totals.time_s.flit;
  };
  expect(flitS("width: 400, height: 400")).toBe(flitS("width: 2, height: 1"));
});

/** A network in which `sources` inputs on core 0.0 fire at once, each with a message to core 3.0. */
const line = (sources: number): string => `
g ${sources} soma_hw_name=in spikes=[1]
g 1 threshold=100
${Array.from({ length: sources }, (_, i) => `e 0.${i}->1.0 w=1`).join("\n")}
& 0.0..${sources - 1}@0.0
& 1.0@3.0
`;
/** Its step on four tiles in a row, whose network has cycles of 1 ns. */
const lineS = (sources: number, service: string, buffer = 2, tile = 3): number => {
  const text = arch({ tiles: 4, hop: "5.0e-9" })
    .replace("latency_process_spike: 0", `latency_process_spike: ${service}`)
    .replace("link_buffer_size: 2", `link_buffer_size: ${buffer}`);
  const { bound } = importSanafe({ file: "a.yaml", text }, { file: "n.net", text: line(sources).replace("@3.0", `@${tile}.0`) });
  return runSanafe(bound, 1, 1).steps[0]?.time_s.flit;
};

test("in flit time, a single message over h hops takes its routers' cycles, and many to one core queue for service", () => {
  // 1 ns per cycle: 4 routers of 5 cycles, and the channels at both ends
  const lone = lineS(1, "0");
  expect(lone * 1e9).toBeCloseTo(4 * 5 + 3, 9);
  // a message that is ready later leaves later, in the network's next cycle, in every step
  const text = arch({ tiles: 4, hop: "5.0e-9" }).replace("latency_message_out: 0", "latency_message_out: 30.5e-9");
  const late = importSanafe({ file: "a.yaml", text }, { file: "n.net", text: line(2).replace("spikes=[1]", "spikes=[1,1,1]") });
  // the second of two is ready in 61 cycles, when the first has left
  for (const { time_s } of runSanafe(late.bound, 3, 1).steps) expect(time_s.flit).toBeCloseTo(lone + 61e-9, 15);
  // service of 1 us each is far slower than the network: 20 messages take 20 us after the first arrival
  expect(lineS(20, "1.0e-6")).toBeCloseTo(lone + 20e-6, 8);
});

test("in flit time, messages of one way follow each other after three cycles, or when a small buffer has a place again", () => {
  // a route, a VC and the switch take three cycles per message; a link's place is free eight cycles after it was
  // taken: the switch, link, these three, and the credit's three; that of a core's channel after six.
  for (const [tile, loop] of [
    [3, 8],
    [0, 6],
  ] as const)
    for (const buffer of [1, 2, 3, 64])
      expect(lineS(25, "0", buffer, tile) - lineS(1, "0", buffer, tile), `${tile}, ${buffer}`).toBeCloseTo(
        24e-9 * Math.max(3, loop / buffer),
        15,
      );
});

test("in flit time, a core that takes no more holds up its senders, and what is behind their messages", () => {
  // Ten messages to slow core 2.0, then one to 0.0, which is behind them in core 1.0: it is free when core 2.0 begins
  // the (10 - 3 B)th, since B each wait in the next router, in the channel behind it and in the core. Then 40 synapses.
  const behind = `g 11 soma_hw_name=in spikes=[1]\ng 1 threshold=100\ng 40 threshold=100
${Array.from({ length: 10 }, (_, i) => `e 0.${i}->1.0 w=1`).join("\n")}
${Array.from({ length: 40 }, (_, i) => `e 0.10->2.${i} w=1`).join("\n")}
& 0.0..10@1.0\n& 1.0@2.0\n& 2.0..39@0.0\n`;
  for (const buffer of [1, 2, 3, 4]) {
    const text = arch({ tiles: 3, hop: "5.0e-9" })
      .replace("latency_process_spike: 0", "latency_process_spike: 1.0e-6")
      .replace("link_buffer_size: 2", `link_buffer_size: ${buffer}`);
    const { bound } = importSanafe({ file: "a.yaml", text }, { file: "n.net", text: behind });
    const waitedS = runSanafe(bound, 1, 1).steps[0].time_s.flit - 40e-6;
    // the network's cycles are some 50 of 1 ns
    expect(Math.floor(waitedS * 1e6), `buffer ${buffer}`).toBe(Math.max(0, 10 - (3 * buffer + 1)));
    expect(waitedS * 1e6 - Math.floor(waitedS * 1e6)).toBeLessThan(0.1);
  }
});
