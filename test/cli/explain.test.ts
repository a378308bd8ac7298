/** Sentences about a run: which unit finishes last in each step, where the cycles go, and the bottleneck. */
import { expect, test } from "vitest";
import { open, openChip } from "../../app/open.js";
import { simulate } from "../../app/simulate.js";
import { type Experiment, PRICE_NAMES } from "../../arch/index.js";
import { createRng } from "../../base/rng.js";
import { energyLines, explanationOf, simulatedGains } from "../../cli/format/explanation.js";
import { resultLines } from "../../cli/format/result.js";
import { explanationLines } from "../../cli/format/simulation.js";
import type { Explanation } from "../../sim/observe/index.js";
import { usualAndLong } from "../usual.js";

const PLAIN = { colour: false, unicode: false } as const;
const wave = (utterance: number, at: number, core: number | null, unit: "soma" | "synapse") => ({
  ...{ utterance, wave: at, cycles: 10, core, unit },
});
const explanation: Explanation = {
  lostShare: 0,
  waves: [
    wave(0, 0, 1, "soma"),
    wave(0, 1, 2, "synapse"),
    wave(0, 2, 2, "synapse"),
    wave(0, 3, 2, "soma"),
    wave(0, 4, null, "soma"),
    wave(1, 0, 5, "soma"),
  ],
  critical: [
    { core: 2, unit: "synapse", waves: 2 },
    { core: 1, unit: "soma", waves: 1 },
  ],
  cores: [
    {
      core: 2,
      shares: [
        { counter: "soma_idle_cycles", share: 0.9 },
        { counter: "synapse_idle_cycles", share: 0.5 },
        { counter: "synapse_stall_dram_cycles", share: 0.3 },
        { counter: "synapse_busy_cycles", share: 0.2 },
        { counter: "soma_busy_cycles", share: 0.1 },
        { counter: "synapse_stall_state_cycles", share: 0 },
      ],
      group: { lanes: 4, weights: 8, sums: 4, row: 128 },
    },
  ],
  port: null,
  bottleneck: { core: 2, resource: "the DRAM channel", share: 0.3, leastIdle: 0.5 },
  barrierShare: 0.1,
  gains: [],
  next: [],
};

test("each step of the first utterance names the unit that finishes last; equal successive steps are joined", () => {
  expect(simulatedGains(explanation)).toContain(
    "steps: the last to finish in the first utterance: 0 core 1's neuron update, 1-2 core 2's accumulate unit, 3 core 2's neuron update, 4 no core.",
  );
});

test("cycles are listed by unit, largest first, of the core that finishes last and that of the bottleneck", () => {
  const lines = simulatedGains(explanation);
  expect(lines).toContain("cycles: core 2's accumulate unit has no spikes 50.0 %, waits for DRAM 30.0 %, accumulates 20.0 %;");
  expect(lines).toContain("        its neuron update has nothing to do 90.0 %, updates 10.0 %.");
  expect(lines).toContain("bottleneck: core 2, the DRAM channel: 30.0 % of the cycles.");
  const shares = [{ counter: "soma_busy_cycles", share: 0.6 } as const, { counter: "synapse_busy_cycles", share: 0.1 } as const];
  const busier = simulatedGains({
    ...explanation,
    cores: [...explanation.cores, { core: 7, shares, group: null }],
    bottleneck: { core: 7, resource: "its update units", share: 0.6, leastIdle: 0.4 },
  });
  expect(busier.join("\n")).toContain(
    "        core 7's accumulate unit accumulates 10.0 %;\n        its neuron update updates 60.0 %.\nbottleneck: core 7, its update units: 60.0 % of the cycles.",
  );
  const shared = { core: null, resource: "the network on chip", share: 0.77, leastIdle: 0.633 };
  expect(simulatedGains({ ...explanation, bottleneck: shared })).toContain(
    "bottleneck: the network on chip: 77.0 % of the cycles; every unit idles in 63.3 % or more.",
  );
});

test("long lists are cut with their length, and a run without work says nothing of steps or cycles", () => {
  const waves = Array.from({ length: 30 }, (_, at) => wave(0, at, at % 2, "soma"));
  expect(simulatedGains({ ...explanation, waves }).find((line) => line.startsWith("steps:"))).toMatch(
    /11 core 1's neuron update, and 18 more\.$/,
  );
  const none = simulatedGains({ ...explanation, waves: [], critical: [], bottleneck: null });
  expect(none.filter((line) => /^(steps|cycles|bottleneck)/.test(line))).toEqual([]);
});

test("the lines of energy and the rest sum to the total for any breakdown", () => {
  const rng = createRng(1, "energy lines");
  const drew = { small: 0, none: 0, rest: 0 };
  for (let round = 0; round < 200; round++) {
    const energies = Array.from({ length: rng.int(1, 30) }, () => (rng.float() < 0.2 ? 0 : rng.float() ** 6));
    const totalPj = energies.reduce((sum, energy) => sum + energy, 0);
    if (totalPj === 0) continue;
    const components = energies.map((energy, i) => ({ name: `line ${i}`, share: energy / totalPj })).sort((a, b) => b.share - a.share);
    const text = energyLines(components, totalPj).join(" ");
    const told = [...text.matchAll(/([\d.]+) %/g)].map((match) => Number(match[1]));
    expect(Math.abs(told.reduce((sum, share) => sum + share, 0) - 100), text).toBeLessThanOrEqual(0.05 * told.length + 1e-9);
    const count = Number(/(\d+) smaller lines/.exec(text)?.[1] ?? 0);
    expect(told.length + Math.max(0, count - 1)).toBe(energies.filter((energy) => energy > 0).length);
    if (count > 1) drew.small++;
    if (!text.includes("the rest")) drew.none++;
    else drew.rest++;
  }
  expect(drew.small).toBeGreaterThan(20);
  expect(drew.none).toBeGreaterThan(3);
  expect(drew.rest).toBeGreaterThan(50);
});

const CHIP = {
  "workload.samples": 2,
  "workload.timing_samples": 1,
  "mapping.max_neurons_per_core": 128,
  "tile.core.synapse_memory.word_bits": 64,
  "tile.core.state_memory.ports": "1rw",
};
for (const [some, options] of usualAndLong(
  [
    ["lanes alone", { "tile.core.lanes": 2 }, "lanes"],
    ["banks of the state memory", { "tile.core.lanes": 4, "tile.core.state_memory.banks": 1 }, "sums"],
    ["weights in a word", { "tile.core.lanes": 4, "tile.core.synapse_memory.word_bits": 16 }, "weights"],
  ] as const,
  ([what]) => what.startsWith("banks"),
))
  test.each(some)(
    "the least bound of the synapses at once is what a run is limited by, whatever else is doubled: %s",
    options,
    async (_, values, least) => {
      const description = openChip("mesh-2x2");
      const simulation = await simulate(description, { values: { ...CHIP, ...values }, explain: true });
      const lines = explanationLines(simulation);
      const bounds = lines.find((line) => line.includes("synapses at once: "))?.split(": ")[1];
      expect(bounds).toMatch(least === "sums" ? /^\d+ sums? / : least === "weights" ? /^\d+ weights? / : /^\d+ lanes?, /);
      expect(bounds).toMatch(/; the least decides\.$/);
      const wider = simulation.explanation?.gains.find(({ path }) => path === "tile.core.lanes");
      if (least === "lanes") expect(wider?.latencyRatio).toBeLessThan(0.95);
      else expect(wider?.latencyRatio).toBe(1);
    },
  );

test("the busy share and the waits named of the busiest core are all its cycles, and no line says what would help without a run", async () => {
  let named = 0;
  for (const values of [{}, { "tile.core.lanes": 2 }, { "noc.dies.columns": 2, "noc.dies.bandwidth_gbit_s": 0.5 }]) {
    const simulation = await simulate(openChip("mesh-2x2"), {
      values: { ...CHIP, "mapping.max_neurons_per_core": 48, ...values },
      explain: true,
    });
    const text = explanationLines(simulation);
    const at = text.findIndex((line) => line.startsWith("time: core"));
    const waits = text.find((line) => line.includes("in the others it "));
    if (waits !== undefined) {
      const shares = [text[at], waits].flatMap((line) => [...line.matchAll(/([\d.]+) %/g)].map((match) => Number(match[1])));
      expect(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 100)).toBeLessThanOrEqual(0.05 * shares.length + 0.06);
      named++;
      const cores = simulation.explanation?.cores.map((core) => ({
        ...core,
        shares: core.shares.map(({ counter, share }) => ({ counter, share: counter.includes("busy") ? share : share / 1e6 })),
      }));
      const busy = { ...simulation, explanation: { ...simulation.explanation, cores } } as typeof simulation;
      expect(explanationLines(busy).join("\n")).not.toMatch(/in the others it/);
    }
    expect(text.join(" ")).not.toMatch(/would help/);
  }
  expect(named).toBeGreaterThan(0);
});

test("prices of 0 are prices: such a chip simulates, no text has a number that is none, and gains of latency do not depend on prices", {
  tags: ["long"],
}, async () => {
  const free = (kind: RegExp) => {
    const prices = Object.fromEntries(PRICE_NAMES.filter((name) => kind.test(name)).map((name) => [name, { value: 0, source: "none" }]));
    return simulate(open({ version: 1, extends: "mesh-2x2", prices }), { values: CHIP, explain: true });
  };
  const latencies = ({ explanation }: Awaited<ReturnType<typeof free>>) =>
    new Map(explanation?.gains.map(({ path, to, latencyRatio }) => [`${path} ${to}`, latencyRatio]));
  const fasterIn = (lines: readonly string[]) => lines.filter((line) => /latency -/.test(line) && !/next 10/.test(line)).length;
  const priced = await free(/^none$/);
  expect(fasterIn(explanationLines(priced))).toBeGreaterThan(2);
  for (const [kind, energy, area] of [
    [/_area_mm2$/, false, true],
    [/(?<!_area_mm2)$/, true, false],
    [/./, true, true],
  ] as const) {
    const made = await free(kind);
    const { metrics } = made.result;
    expect([metrics.energy_uj_per_inference === 0, metrics.area_mm2 === 0], String(kind)).toEqual([energy, area]);
    expect(latencies(made)).toEqual(latencies(priced));
    const lines = explanationLines(made);
    expect(fasterIn(lines)).toBe(fasterIn(explanationLines(priced)));
    expect(lines.join("\n")).not.toMatch(/NaN|Infinity|(energy|area|memory|clock) -(?![\d.])|of 0 uJ/);
    expect(made.explanation?.next.map(({ goal }) => goal)).toEqual(energy ? ["latency"] : ["latency", "energy"]);
    const table = resultLines(PLAIN, made.result, null, made.layers, 10).join("\n");
    expect(table).not.toMatch(/NaN|Infinity|^total +0 +100/m);
  }
});

test("between inferences of a period a slower clock or gates spend less, not a faster chip, and the line says so", {
  tags: ["long"],
}, async () => {
  const spent = async (values: { readonly [path: string]: number | string }): Promise<readonly [number, string | undefined]> => {
    const few = { "workload.samples": 1, "workload.timing_samples": 1, "chip.idle": "clocked", "chip.clock_mhz": 100 };
    const { experiment, result } = await simulate(open("mesh-2x2"), { values: { ...few, ...values } });
    const lines = explanationOf(experiment as Experiment, result, explanation);
    return [result.metrics.energy_uj_per_inference ?? Number.NaN, lines.find((line) => line.includes("is leakage and clock"))];
  };
  const period = { "workload.period_ms": 1000 };
  const [usual, said] = await spent(period);
  expect(said).toMatch(
    /leakage and clock in the whole period of 1000 ms: a smaller chip, a lower clock or chip.idle: clock-gated spends less/,
  );
  expect((await spent({ ...period, "chip.clock_mhz": 50 }))[0]).toBeLessThan(usual);
  const [gated, next] = await spent({ ...period, "chip.idle": "clock-gated" });
  expect(gated).toBeLessThan(usual);
  expect(next).toMatch(/: a smaller chip or chip.idle: power-gated spends less/);
  expect((await spent({ ...period, "chip.idle": "power-gated" }))[0]).toBeLessThan(gated);
  expect((await spent({ "chip.clock_mhz": 1 }))[1]).toMatch(
    /leakage and clock, which grow with time: a faster or smaller chip spends less/,
  );
});

test("a coupled chip is explained by its core's time and its energy, each named whole", async () => {
  const values = { loop: "open", "workload.synthetic.events": 5, "workload.limit_cycles": 20_000 };
  const explained = await simulate(open("odin"), { values, explain: true });
  const lines = explanationLines(explained);
  const shares = lines.map((line) => Array.from(line.matchAll(/([\d.]+) ?%/g), ([, share]) => Number(share)));
  const sums = shares.map((some) => some.reduce((sum, share) => sum + share, 0));
  expect(sums[0]).toBeCloseTo(100, 0);
  expect(sums[1]).toBeCloseTo(100, 0);
  expect(shares[0].slice(0, 2).reduce((sum, share) => sum + share, 0)).toBeCloseTo(
    explained.result.metrics.core_utilisation_percent ?? -1,
    0,
  );
  expect(lines[2]).toBe("what a change would gain is not tried on coupled chips: search it with sweep");
  expect(explanationLines(await simulate(open("odin"), { values }))).toEqual([]);
});
