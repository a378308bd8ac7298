/** Emitted convolution cores behave exactly as the simulator and the naive chip, in Icarus Verilog. */
// @module-tag slow
import { expect, test } from "vitest";
import { type Core, type Projection, rowReader } from "../../arch/index.js";
import { versionOf } from "../../rtl/index.js";
import { rtlPoint } from "../../rtl/point.js";
import { rowTables } from "../../rtl/rows.js";
import { libraryFolder } from "../../rtl/tools.js";
import { synapseWords } from "../../sim/mapping/index.js";
import { randomRows, severalRows } from "./random-rows.js";
import { runCore } from "./run-core.js";
import { studyOf } from "./study-cores.js";
import { ROW_CATEGORIES, rowCase, severalRowCase, VARIED_CATEGORIES } from "./study-rows.js";

const absent = versionOf("iverilog") === null;
const skipped = absent ? " (skipped: Icarus Verilog is absent)" : "";
/** Seeds with short runs, which together meet each category. */
const SEEDS = [45, 118, 171, 226, 243, 529, 533, 549, 1016, 1085];
const MET = [
  "kernel with zeros",
  "kernel with holes",
  "kernel meets a border",
  "windows apart",
  "written rows",
  "dense rows",
  "shared rows",
  "strided",
  "dilated",
  "padded",
  "grouped",
  "depthwise",
];
const ALSO = ["pooled", "recurrent", "IF", "LIF", "CubaLIF", "forwarded sum"];
/** Scattered sums occupy the only bank of a single-port memory, and the soma's words wait. */
const CROWDED = 906;
/**
 * Networks that are cut over several cores: inside a channel, with rows whose targets' numbers are shorter on each
 * core; with rows that sources share.
 */
const SEVERAL = [28, 106];
/** A core holds two slices of one population; the second on three small cores. */
const TWICE = 188;
const TWICE_SMALL = 261;

test("a core's image has the words that its placement counts, and the segments of neurons with one row begin at one word", () => {
  const met = { shared: 0, own: 0 };
  for (const seed of [105, 106, 118, 125, 391]) {
    const { run, network, program, experiment, cores } = rtlPoint(randomRows(seed));
    const { placement } = run;
    const { topology } = placement;
    const [core] = cores;
    const tables = rowTables({ placement, program, network, precision: experiment.precision }, core);
    const words = placement.slices.map(({ population, firstNeuron, neurons }) =>
      synapseWords(topology, experiment.precision, core.synapseMemory.wordBits, population, firstNeuron, neurons),
    );
    expect(tables.words.length).toBe(words.reduce((sum, count) => sum + count, 0));
    for (const { source, rowOf } of topology.projections) {
      if (rowOf === undefined || topology.projections.filter((other) => other.source === source).length > 1) continue;
      const addresses = new Map<number, number>();
      for (const [n, row] of rowOf.entries()) {
        const [from, to] = tables.axons[tables.axonStarts[source] + n];
        expect(to - from).toBe(row < 0 ? 0 : 1);
        if (row < 0) continue;
        const address = tables.segments[from][1];
        expect(address).toBe(addresses.get(row) ?? address);
        met[addresses.has(row) ? "shared" : "own"]++;
        addresses.set(row, address);
      }
      expect(new Set(addresses.values()).size).toBe(addresses.size);
    }
  }
  expect(Math.min(met.shared, met.own)).toBeGreaterThan(20);
});

test("each neuron finds its destinations at its population's place, also in a core's second slice of the population", () => {
  let behind = 0;
  for (const seed of [TWICE, 151]) {
    const point = severalRows(seed);
    if (point === null) throw new Error(`seed ${seed} does not fit`);
    const { run, network, program, experiment, cores } = rtlPoint(point);
    const { placement } = run;
    const { populations, projections } = placement.topology;
    for (const core of cores) {
      const { routePlaces, routes } = rowTables({ placement, program, network, precision: experiment.precision }, core);
      const here = placement.slices.filter((slice) => slice.core === core.id);
      behind += here.filter((slice, i) => here.findIndex(({ population }) => population === slice.population) < i).length;
      for (const { population, firstNeuron, neurons } of here)
        for (let n = firstNeuron; n < firstNeuron + neurons; n++) {
          const goals = [false, true].map((isLast) => {
            const targets = projections
              .filter(({ source, recurrent }) => source === population && !(isLast && recurrent))
              .flatMap((projection) => targetsOf(projection, n, populations[projection.target].neurons));
            const isGoal = ({ id }: Core): boolean =>
              placement.slices.some(
                (slice) =>
                  slice.core === id &&
                  targets.some(
                    ([to, neuron]) => to === slice.population && neuron >= slice.firstNeuron && neuron < slice.firstNeuron + slice.neurons,
                  ),
              );
            return cores.reduce((sum, one, c) => sum + (isGoal(one) ? 2 ** c : 0), 0);
          });
          const [first, place] = routePlaces[population];
          expect(routes[place + n - first], `seed ${seed}, core ${core.id}, neuron ${n} of population ${population}`).toEqual(goals);
        }
    }
  }
  expect(behind).toBeGreaterThan(1);
});

/** Population and number of each neuron that a spike reaches. */
function targetsOf(projection: Projection, source: number, neurons: number): (readonly [population: number, neuron: number])[] {
  if (projection.sparse === null) return Array.from({ length: neurons }, (_, neuron) => [projection.target, neuron]);
  const reader = rowReader(projection);
  reader.read(source);
  return Array.from(reader.targets.subarray(reader.first, reader.first + reader.length), (neuron) => [projection.target, neuron]);
}

test.skipIf(absent)(
  `kernels stored once, pruned and dense layers of random cores equal the simulator's and the naive chip's: spikes, scores, waves, counters${skipped}`,
  () => {
    const cases = SEEDS.flatMap((seed) => rowCase(seed) ?? []);
    const { seen, compared, found } = studyOf(cases, "convolution cores");
    expect(found).toEqual([]);
    seen.expectEach([...MET, ...ALSO]);
    expect(seen.of("kernel")).toBe(SEEDS.length);
    expect(compared.spikes).toBeGreaterThan(10 * SEEDS.length);
    expect(ROW_CATEGORIES).toEqual(expect.arrayContaining([...MET, ...ALSO]));
  },
  600_000,
);

test.skipIf(absent)(`so does one whose soma waits for scattered sums to be written${skipped}`, { tags: ["long"], timeout: 300_000 }, () => {
  const one = rowCase(CROWDED);
  expect(one?.differences).toEqual([]);
  expect(one?.met).toEqual(expect.arrayContaining(["ports=1rw", "state banks=1", "synapse unit waits for a bank"]));
});

test.skipIf(absent)(
  `neurons of their own, outputs that do not spike and leaks by shift equal theirs, with and without kernels${skipped}`,
  { tags: ["long"], timeout: 600_000 },
  () => {
    const { seen, found } = studyOf(
      Array.from({ length: 40 }, (_, i) => i + 1).flatMap((seed) => rowCase(seed, true) ?? []),
      "varied cores",
    );
    expect(found).toEqual([]);
    seen.expectEach(VARIED_CATEGORIES);
  },
);

test.skipIf(absent)(`a core with two slices of one population equals theirs${skipped}`, { tags: ["long"] }, () => {
  const one = severalRowCase(TWICE_SMALL);
  expect(one?.differences).toEqual([]);
  expect(one?.met).toEqual(expect.arrayContaining(["two slices of a population on a core"]));
});

test.skipIf(versionOf("verilator") === null)(
  "Verilator, whose words beyond a memory's end are not unknown, sees a route beyond its table, too",
  { tags: ["long"], timeout: 300_000 },
  () => {
    const point = severalRows(TWICE);
    if (point === null) throw new Error("the network does not fit");
    // 5 rows of 8 that 3 bits name
    const beyond = (name: string, text: string): string =>
      name === "chip.sv" ? text.replaceAll(/(\.ROUTE_PLACES\(.*'d)0\} \}\)/g, "$15} })") : text;
    expect(runCore(point, "verilator").verdict.differences).toEqual([]);
    expect(runCore(point, "verilator", libraryFolder(), beyond).verdict.differences).not.toEqual([]);
  },
);

test.skipIf(absent)(
  `the same cut over several cores, each with the kernel, equal theirs${skipped}`,
  { tags: ["long"], timeout: 600_000 },
  () => {
    const { seen, found, run } = studyOf(
      SEVERAL.flatMap((seed) => severalRowCase(seed) ?? []),
      "chips of convolution cores",
    );
    expect(found).toEqual([]);
    seen.expectEach(["channel cut between cores", "halo over a cut in a channel", "flits", "shared rows"]);
    seen.expectEach(["words hold more items than lanes are built for"]);
    expect(run).toBe(SEVERAL.length);
  },
);
