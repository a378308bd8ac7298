/** Networks read byte by byte: numbers, lines, columns, and reports of mistakes. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createRng } from "../../../base/rng.js";
import { eachLine, textOf } from "../../../sim/sanafe/byte-lines.js";
import { ByteScanner } from "../../../sim/sanafe/byte-scanner.js";
import { BlockColumn, REAL, type Real, WHOLE, type Whole, type Widths } from "../../../sim/sanafe/edge-columns.js";
import { runSanafe } from "../../../sim/sanafe/run.js";
import { importSanafe } from "../../../sim/sanafe/sanafe.js";
import { architectureText, netlist, networkYaml } from "./pair-text.js";
import { randomPair } from "./random-pair.js";

const decimal = (text: string): number | null => {
  const scanner = new ByteScanner();
  const bytes = Buffer.from(text);
  scanner.begin(bytes, 0, bytes.length);
  return scanner.takeDecimal() && scanner.isAtEnd ? scanner.value : null;
};

test("a decimal number equals Number's result to the last bit", () => {
  const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 24 }).map((all) => all.join(""));
  const text = fc
    .tuple(fc.constantFrom("", "-", "+"), digits, fc.option(digits), fc.option(fc.integer({ min: -40, max: 40 })))
    .map(([sign, whole, part, power]) => `${sign}${whole}${part === null ? "" : `.${part}`}${power === null ? "" : `e${power}`}`);
  fc.assert(
    fc.property(fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }).map(String)), (one) => {
      if (!Object.is(decimal(one), Number(one))) expect.fail(`${one}: ${decimal(one)}, expected ${Number(one)}`);
    }),
    { seed: 3, numRuns: 5000 },
  );
  for (const one of ["-0", "0.000", "000123.4500", "9007199254740993", "1e22", "1e23", "1.", ".5", "-.5e-3"])
    expect(decimal(one), one).toBe(Number(one));
  for (const one of ["", "-", ".", "e5", "1e", "1e+", "1e400", "0x10", "1_000", "Infinity", "1.2.3", "--1"])
    expect(decimal(one), one).toBeNull();
});

test("lines equal those of split, wherever the pieces end", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", "é", "\n", "\r") }), fc.integer({ min: 1, max: 5 }), (text, size) => {
      const bytes = Buffer.from(text);
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
      const lines: string[] = [];
      eachLine(pieces, "f", (line, start, end) => lines.push(textOf(line, start, end)));
      expect(lines).toEqual(text.split("\n"));
    }),
    { seed: 5, numRuns: 500 },
  );
});

test("a column keeps its values over all blocks, in any order of use, and zeros take no memory", () => {
  for (const places of [null, Int32Array.from({ length: 200_000 }, (_, i) => 199_999 - i)]) {
    const column = new BlockColumn(WHOLE);
    for (let at = 0; at < 200_000; at++) column.set(at, 0);
    expect(column.isZero).toBe(true);
    column.set(150_000, 7);
    column.set(3, 65_535);
    expect([column.get(3), column.get(150_000), column.get(150_001), column.get(199_999)]).toEqual([65_535, 7, 0, 0]);
    const all = column.gathered(200_000, places);
    expect(Array.from(all.keys()).filter((i) => all[i] !== 0)).toEqual(places === null ? [3, 150_000] : [49_999, 199_996]);
    expect(all[places === null ? 3 : 199_996]).toBe(65_535);
    expect(column.isZero).toBe(true);
  }
});

test("a column is as narrow as its values allow, and keeps each exactly", () => {
  const read = (column: BlockColumn<Whole | Real>, values: readonly number[], places: Int32Array | null) => {
    for (const [at, value] of values.entries()) column.set(at * 40_000, value);
    const all = column.gathered((values.length - 1) * 40_000 + 1, places);
    return [all.BYTES_PER_ELEMENT, values.map((_, at) => all[at * 40_000])];
  };
  const wholes = () => new BlockColumn<Whole | Real>(WHOLE as Widths<Whole | Real>);
  const reals = () => new BlockColumn<Whole | Real>(REAL as Widths<Whole | Real>);
  for (const isSame of [true, false]) {
    const places = isSame ? Int32Array.from({ length: 160_001 }, (_, i) => i) : null;
    expect(read(wholes(), [1, 65_535, 2, 3, 4], places)).toEqual([2, [1, 65_535, 2, 3, 4]]);
    // the second value widens a block that holds the first, the last one begins a wide block
    expect(read(wholes(), [1, 65_536, 2, 65_535, 2 ** 31 - 1], places)).toEqual([4, [1, 65_536, 2, 65_535, 2 ** 31 - 1]]);
    expect(read(reals(), [0.5, -3 / 64, 2 ** -149, 2 ** 127, 1], places)).toEqual([4, [0.5, -3 / 64, 2 ** -149, 2 ** 127, 1]]);
    expect(read(reals(), [0.5, 0.1, 2 ** -150, 1e300, -0.25], places)).toEqual([8, [0.5, 0.1, 2 ** -150, 1e300, -0.25]]);
  }
});

const chip = (rng: ReturnType<typeof createRng>, pair: ReturnType<typeof randomPair>) => ({
  file: "a.yaml",
  text: architectureText(rng, pair.chip),
});
const columns = ({ bound }: ReturnType<typeof importSanafe>): unknown[] => [
  ...[bound.coreOf, bound.coreStart, bound.order, bound.somaUnit, bound.dendriteUnit, bound.axonStart, bound.axonCore],
  ...[bound.synapseStart, bound.synapseTarget, bound.synapseWeight, bound.synapseDelay, bound.synapseTap, bound.synapseUnit],
];

test("a network is the same for any division into pieces, and if its plain lines are not plain", { tags: ["long"] }, () => {
  let lines = 0;
  for (let seed = 0; seed < 12; seed++) {
    for (const isNetlist of [true, false]) {
      const rng = createRng(seed, `reading ${isNetlist}`);
      const pair = randomPair(rng, isNetlist);
      const architecture = chip(rng, pair);
      const text = isNetlist ? netlist(rng, pair) : networkYaml(rng, pair);
      const file = isNetlist ? "n.net" : "n.yaml";
      const whole = importSanafe(architecture, { file, text });
      const bytes = Buffer.from(text);
      const pieces = Array.from({ length: Math.ceil(bytes.length / 5) }, (_, i) => bytes.subarray(5 * i, 5 * i + 5));
      const cut = importSanafe(architecture, { file, pieces });
      // a comment after a line leaves the line to the slower reader
      const slow = importSanafe(architecture, { file, text: text.replace(/([^\n])$/gm, "$1 # slow") });
      for (const other of [cut, slow]) {
        expect(columns(other), `seed ${seed}`).toEqual(columns(whole));
        expect(other.warnings, `seed ${seed}`).toEqual(whole.warnings);
      }
      lines += text.split("\n").length;
    }
  }
  expect(lines).toBeGreaterThan(500);
});

const ARCH = `
architecture:
  name: one
  attributes: {width: 1, height: 1, link_buffer_size: 1}
  tile:
    name: t
    attributes: {energy_north_hop: 0, latency_north_hop: 0, energy_east_hop: 0, latency_east_hop: 0, energy_south_hop: 0, latency_south_hop: 0, energy_west_hop: 0, latency_west_hop: 0}
    core:
      name: c
      attributes: {buffer_position: soma, max_neurons_supported: 64}
      axon_in: {name: i, attributes: {energy_message_in: 0, latency_message_in: 0}}
      synapse: {name: s, attributes: {model: current_based, energy_process_spike: 0, latency_process_spike: 0}}
      dendrite: {name: d, attributes: {model: accumulator, energy_update: 0, latency_update: 0}}
      soma: {name: n, attributes: {model: leaky_integrate_fire, energy_access_neuron: 0, latency_access_neuron: 0, energy_update_neuron: 0, latency_update_neuron: 0, energy_spike_out: 0, latency_spike_out: 0}}
      axon_out: {name: o, attributes: {energy_message_out: 0, latency_message_out: 0}}
`;
const read = (text: string, file: string): readonly string[] => importSanafe({ file: "a.yaml", text: ARCH }, { file, text }).warnings;

test("a mistake is reported with its line or place, and with its number of occurrences, in plain lines too", () => {
  const list = ["g 3 threshold=1", "& 0.0@0.0", "& 0.1@0.0", "& 0.2@0.0"];
  const net = (...more: string[]): string => [...list, ...more, ""].join("\n");
  expect(read(net("e 0.0->0.1 w=1 wieght=2", "e 0.0->0.2 w=3 wieght=2", "e 0.1->0.2 w=1"), "n.net")).toEqual([
    "n.net: line 5 (and 1 more): attribute wieght is not understood and has no effect; did you mean weight?",
  ]);
  expect(read(net("n 0.0 treshold=2", "n 0.1 treshold=2", "n 0.2 threshold=2"), "n.net")).toEqual([
    "n.net: 0.0 (and 1 more): attribute treshold is not understood and has no effect; did you mean threshold?",
  ]);
  expect(() => read(net("e 0.0->0.1 w=1", "e 0.0->0.3 w=1"), "n.net")).toThrow(/n\.net: line 6: 0\.3: group 0 has 3 neurons/);
  expect(() => read(net("e 0.0->0.1 w=1 d=6"), "n.net")).toThrow(/line 5: delay 6 is outside 0\.\.5 steps/);
  expect(() => read(net("e 0.0->0.1 w=1x"), "n.net")).toThrow(/line 5: w: got "1x", expected a number/);
  expect(() => read(net("& 0.0@0.0"), "n.net")).toThrow(/mapping of 0\.0: is mapped twice/);
  const yaml = (edges: string, mapping = "{core: 0.0}"): string =>
    `network:\n  groups:\n    - {name: a, neurons: [0..2]}\n  edges:\n${edges}mappings:\n${[0, 1, 2].map((i) => `  - a.${i}: ${mapping}\n`).join("")}`;
  expect(read(yaml("    - a.0 -> a.1: {weight: 1, wieght: 2}\n    - a.0 -> a.2: {weight: 3, wieght: 2}\n"), "n.yaml")).toEqual([
    "n.yaml: network.edges[0] a.0 -> a.1 (and 1 more): attribute wieght is not understood and has no effect; did you mean weight?",
  ]);
  expect(() =>
    read(yaml("    - a.0 -> a.1: {weight: 1}\n    - a.0 -> a.3: {weight: 1}\n    - a.0 -> b.1: {weight: 1}\n"), "n.yaml"),
  ).toThrow(/network\.edges\[1\] a\.0 -> a\.3: a\.3: group a has 3 neurons[\s\S]*network\.edges\[2\] a\.0 -> b\.1: group b does not exist/);
  expect(read(yaml("    - a.0 -> a.1: {weight: 1}\n", "{core: 0.0, sooma: n}"), "n.yaml")).toEqual([
    "n.yaml: mappings[0] a.0 (and 2 more): attribute sooma is not understood and has no effect; did you mean soma?",
  ]);
});

test("negative energies, latencies and buffers of an architecture are refused, each by name and no others", () => {
  const told = (from: string, to: string): string => {
    try {
      importSanafe({ file: "a.yaml", text: ARCH.replace(from, to) }, { file: "n.net", text: "g 1\n& 0.0@0.0\n" });
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };
  const ended = " or more";
  expect(told("energy_process_spike: 0", "energy_process_spike: -1")).toBe(
    `a.yaml: architecture.tile[0].core[0].synapse.attributes: energy_process_spike: got -1, expected 0${ended}`,
  );
  expect(told("latency_east_hop: 0", "latency_east_hop: -1e-9")).toBe(
    `a.yaml: architecture.tile[0].attributes: latency_east_hop: got -1e-9, expected 0${ended}`,
  );
  for (const [from, to, name] of [
    ["link_buffer_size: 1", "link_buffer_size: -4", "link_buffer_size"],
    ["link_buffer_size: 1", "link_buffer_size: 1, latency_sync: -1", "latency_sync"],
    ["max_neurons_supported: 64", "max_neurons_supported: -64", "max_neurons_supported"],
    ["energy_update: 0", "energy_access: -2", "energy_access"],
  ])
    expect(told(from, to)).toMatch(new RegExp(`^a\\.yaml: architecture\\.[^\\n]*attributes: ${name}: got -\\d+, expected 0${ended}$`));
  const table = "link_buffer_size: 1, sync_model: table, latency_sync: {1: -3}";
  expect(told("link_buffer_size: 1", table)).toMatch(
    /^a\.yaml: architecture\.attributes: sync_model table .*expected fixed, or table[^\n]*$/,
  );
  expect(told("name: t\n", 'name: "t[0..3000000]"\n')).toMatch(
    /^a\.yaml: architecture\.tile\[0\]\.name: t\[0\.\.3000000\] stands for none or too many tiles[^\n]*$/,
  );
  const slow = ARCH.replace("latency_access_neuron: 0", "latency_access_neuron: 1e308");
  const { bound } = importSanafe(
    { file: "a.yaml", text: slow },
    { file: "n.net", text: "g 4 bias=1 threshold=0\n& 0.0..3@0.0\ne 0.0->0.1 w=1\ne 0.3->0.1 w=1\n" },
  );
  expect(() => runSanafe(bound, 3, 1, ["detailed"])).toThrow(/^a\.yaml: a step lasts longer than a number can say/);
});

test("a netlist without a group is refused; brackets that never close are refused in linear time", () => {
  for (const text of ["", "\n# nothing\n", "\ufeff"])
    expect(() => read(text, "n.net")).toThrow(/^n\.net: holds no group: this is not a SANA-FE netlist/);
  const ms = (brackets: number): number => {
    const before = process.cpuUsage();
    expect(() => read("[".repeat(brackets), "n.yaml")).toThrow(/^n\.yaml:1:65: is nested deeper than 64 levels/);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  ms(1000);
  expect(ms(100_000)).toBeLessThan(5000); // when each bracket scanned all text behind it, 8,000 took 3 s and 100,000 more than 100 s
});
