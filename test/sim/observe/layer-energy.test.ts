/**
 * Energy by layer: rows sum to the total of the components, and a layer alone on its cores pays all costs of these
 * cores.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Chip } from "../../../arch/index.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { CORE_LINES } from "../../../sim/core-lines.js";
import { coreSum } from "../../../sim/counters.js";
import { price } from "../../../sim/energy.js";
import { splitFanIn } from "../../../sim/mapping/fan-in.js";
import { energyByLayer, SHARED_LAYER } from "../../../sim/observe/layer-energy.js";
import { cases as many } from "../../cases.js";
import { precision } from "../board/fixtures.js";
import { allCases, cases, onTick, onTwoDies, place, plainCases, withPort } from "../board/random-chips.js";

const GROUPS = ["memory", "datapath", "queue", "noc", "clock", "leakage"] as const;
const idles = fc.constantFrom("clocked" as const, "clock-gated" as const, "power-gated" as const);

test("sums by layer equal sums by component in every group, finite and not negative, on random chips in every idle mode", () => {
  // prices of the user's, also of parts that a chip does not have
  const own = Object.fromEntries(CORE_LINES.map(({ price: name }, i) => [name, { value: 1 + i, source: "test" }]));
  let unbuffered = 0;
  fc.assert(
    fc.property(
      fc.oneof(cases, cases.map(withPort)),
      idles,
      fc.constantFrom(null, 700),
      fc.constantFrom("sram" as const, "latches" as const),
      fc.boolean(),
      (c, idle, entries, kind, isOwn) => {
        const cores = c.chip.cores.map((core) => ({
          ...core,
          axonEntries: entries,
          routeEntries: entries,
          stateMemory: { ...core.stateMemory, kind },
        }));
        const chip: Chip = { ...c.chip, cores, technology: { ...c.chip.technology, idle }, ...(isOwn ? { priceOverrides: own } : {}) };
        const placement = place({ ...c, chip });
        const run = runTiming(chip, placement, precision, c.trace);
        const { total } = run;
        if (isOwn && (chip.spill?.prefetchBits ?? 0) === 0 && coreSum(total, "dram_bits") > 0) unbuffered++;
        const { rows, totalPj: all } = price(chip, precision, c.topology, total);
        const totalPj = Number(all);
        const layers = energyByLayer(chip, placement, precision, c.trace, run);
        expect(layers.map((layer) => layer.layer)).toEqual([...c.topology.populations.map(({ name }) => name), SHARED_LAYER]);
        for (const group of GROUPS) {
          const byComponent = rows.reduce((sum, row) => sum + (row.group === group ? (row.energyPj ?? 0) : 0), 0);
          const byLayer = layers.reduce((sum, layer) => sum + layer[`${group}Pj`], 0);
          expect(Math.abs(byLayer - byComponent), group).toBeLessThanOrEqual(1e-9 * (1 + byComponent));
          for (const layer of layers) expect(layer[`${group}Pj`] >= 0 && Number.isFinite(layer[`${group}Pj`]), group).toBe(true);
        }
        expect(Math.abs(layers.reduce((sum, layer) => sum + layer.totalPj, 0) - totalPj)).toBeLessThanOrEqual(1e-9 * (1 + totalPj));
      },
    ),
    { seed: 20_250_107, numRuns: many(12) },
  );
  expect(unbuffered, "own price of a prefetch buffer that a chip with DRAM lacks").toBeGreaterThan(0);
});

test("if fan-in is split, rows sum to the result's total, whose prices are those of the network as trained", () => {
  let wider = 0;
  fc.assert(
    fc.property(cases, fc.integer({ min: 1, max: 2 }), fc.integer({ min: 2, max: 3 }), (c, population, parts) => {
      const chip = { ...c.chip, noc: { ...c.chip.noc, vcBufferFlits: 16 } };
      const placement = place({ ...c, chip, topology: splitFanIn(c.topology, precision, population, parts) });
      const run = runTiming(chip, placement, precision, c.trace);
      const { total } = run;
      const totalPj = Number(price(chip, precision, c.topology, total).totalPj);
      const layers = energyByLayer(chip, placement, precision, c.trace, run);
      expect(layers.length).toBe(placement.topology.populations.length + 1);
      expect(Math.abs(layers.reduce((sum, layer) => sum + layer.totalPj, 0) - totalPj)).toBeLessThanOrEqual(1e-9 * (1 + totalPj));
      wider += price(chip, precision, placement.topology, total).totalPj === totalPj ? 0 : 1;
    }),
    { seed: 20_251_128, numRuns: many(8) },
  );
  expect(wider, "cases in which the helpers' packets would move a price").toBeGreaterThan(many(7));
});

test("if messages are lost at full queues or at ticks, there are no rows; if none is, they sum to the total", { tags: ["long"] }, () => {
  const drawn = { lost: 0, none: 0 };
  const ways = fc.constantFrom("queue" as const, "tick" as const);
  fc.assert(
    fc.property(plainCases, ways, fc.constantFrom(20, 60, 400), (c, way, periodCycles) => {
      const cores = c.chip.cores.map((core) => ({ ...core, inputQueue: { depth: 2 }, intake: { ...core.intake, full: "drop" as const } }));
      const dropping =
        way === "queue" ? { ...c, chip: { ...c.chip, cores } } : onTick(c, { periodCycles, overrun: "drop", spreadCycles: 0 });
      const placement = place(dropping);
      const run = runTiming(dropping.chip, placement, precision, c.trace);
      const layers = energyByLayer(dropping.chip, placement, precision, c.trace, run);
      if (run.droppedMessages.some((lost) => lost > 0)) {
        drawn.lost++;
        expect(layers).toEqual([]);
        return;
      }
      drawn.none++;
      const totalPj = Number(price(dropping.chip, precision, c.topology, run.total).totalPj);
      expect(Math.abs(layers.reduce((sum, layer) => sum + layer.totalPj, 0) - totalPj)).toBeLessThanOrEqual(1e-9 * (1 + totalPj));
    }),
    { seed: 20_261_130, numRuns: many(12) },
  );
  expect(Math.min(drawn.lost, drawn.none), JSON.stringify(drawn)).toBeGreaterThan(0);
});

test("if ticks are overrun, rows sum to the total, or there are none; there are some wherever all neurons are updated", () => {
  const drawn = { "summed, dense": 0, "summed, touched": 0, "none, touched": 0 };
  const overruns = fc.constantFrom("late" as const, "drop" as const);
  fc.assert(
    fc.property(fc.oneof(plainCases, allCases), overruns, fc.constantFrom(5, 20, 60, 400), (c, overrun, periodCycles) => {
      const ticking = onTick(c, { periodCycles, overrun, spreadCycles: 0 });
      const placement = place(ticking);
      const run = runTiming(ticking.chip, placement, precision, c.trace);
      if (run.droppedMessages.some((lost) => lost > 0)) return;
      const layers = energyByLayer(ticking.chip, placement, precision, c.trace, run);
      const isDense = ticking.chip.cores[0].neuronUpdate.policy === "dense";
      if (layers.length === 0) {
        expect(isDense).toBe(false);
        drawn["none, touched"]++;
        return;
      }
      drawn[isDense ? "summed, dense" : "summed, touched"]++;
      const totalPj = Number(price(ticking.chip, precision, c.topology, run.total).totalPj);
      expect(Math.abs(layers.reduce((sum, layer) => sum + layer.totalPj, 0) - totalPj)).toBeLessThanOrEqual(1e-9 * (1 + totalPj));
    }),
    { seed: 20_261_201, numRuns: many(12) },
  );
  expect(Math.min(...Object.values(drawn)), JSON.stringify(drawn)).toBeGreaterThan(0);
});

test("a layer whose spikes stay on its die pays nothing for links between dies; the others pay their bits", () => {
  const drawn = { at_home: 0, abroad: 0 };
  fc.assert(
    fc.property(fc.oneof(cases, cases.map(withPort)), (c) => {
      const apart = onTwoDies(c);
      if (apart === null) return;
      const { chip } = apart;
      const placement = place(apart);
      const run = runTiming(chip, placement, precision, c.trace);
      const priced = (value: number): Chip => ({
        ...chip,
        priceOverrides: { die_link_bit_pj: { value, source: "test" } } as Chip["priceOverrides"],
      });
      const [free, dear] = [0, 1000].map((value) => energyByLayer(priced(value), placement, precision, c.trace, run));
      const paid = free.map(({ nocPj }, layer) => dear[layer].nocPj - nocPj);
      const bits = price(chip, precision, c.topology, run.total).rows.find(({ component }) => component === "die link bits")?.count ?? 0;
      expect(Math.abs(paid.reduce((sum, pj) => sum + pj, 0) - 1000 * bits)).toBeLessThanOrEqual(1e-6 * (1 + 1000 * bits));
      const { coresPerTile, noc, port } = chip;
      const dieOf = (tile: number): number => Math.floor((2 * (tile % noc.width)) / noc.width);
      const tileOf = coresPerTile.flatMap((cores, tile) => new Array<number>(cores).fill(tile));
      const diesOf = (population: number): number[] => {
        const held = placement.slices.filter((slice) => slice.population === population);
        return held.length > 0 ? held.map(({ core }) => dieOf(tileOf[core])) : [dieOf(port?.tile ?? 0)];
      };
      for (const [population, { name }] of c.topology.populations.entries()) {
        const targets = c.topology.projections.filter(({ source }) => source === population).map(({ target }) => target);
        const isAbroad = new Set([population, ...targets].flatMap(diesOf)).size > 1;
        if (!isAbroad) expect(paid[population], name).toBe(0);
        drawn[isAbroad ? "abroad" : "at_home"] += bits > 0 ? 1 : 0;
      }
    }),
    { seed: 20_261_130, numRuns: many(18) },
  );
  expect(Math.min(...Object.values(drawn)), JSON.stringify(drawn)).toBeGreaterThan(0);
});
