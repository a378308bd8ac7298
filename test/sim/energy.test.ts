/** Energy: counts times prices, by hand; idle modes; sums exact; every row with its source. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linkCosts } from "../../arch/dsent.js";
import {
  BUILT_NEEDS,
  type Chip,
  clockShares,
  coreNeedsOf,
  corePrices,
  linkPrices,
  parseArch,
  patchDocument,
  routerPorts,
  routerPrices,
  type Topology,
} from "../../arch/index.js";
import type { Json } from "../../base/hash.js";
import { RETENTION, unitCycles } from "../../sim/activity.js";
import {
  CORE_COUNTERS,
  type CoreCounter,
  type Counters,
  coreColumn,
  ROUTER_COUNTERS,
  type RouterCounter,
  routerColumn,
} from "../../sim/counters.js";
import { price } from "../../sim/energy.js";

const SEED = 20260107;
console.log(`energy.test seed ${SEED}`);
const base = parseArch("version: 1\nextends: mesh-2x2\n", "a.yaml");
const point = (values: { [path: string]: Json } = {}) => patchDocument(base, values);
const { precision } = base.experiment;
const topology: Topology = {
  populations: [
    {
      name: "p",
      neurons: 4,
      accumulators: 2,
      states: 2,
      depth: 0,
      payloadBits: 6,
      rests: true,
      update: { requantises: 1, multiplies: 1, additions: 1, lutReads: 1 },
    },
  ],
  projections: [],
};

const unit = coreNeedsOf(topology);

/** Counters of an idle chip, with some columns set. */
function counters(
  chip: Chip,
  cycles: number,
  core: { [column in CoreCounter]?: number } = {},
  router: { [column in RouterCounter]?: number } = {},
  utterances = 1,
): Counters {
  const ports = 4 + Math.max(...chip.coresPerTile);
  const cores = new Float64Array(chip.cores.length * CORE_COUNTERS.length);
  for (const [name, value] of Object.entries(core)) cores[coreColumn[name as CoreCounter]] = value;
  // as the engine counts one utterance
  const { synapse, soma } = unitCycles((name) => core[name] ?? 0);
  cores[coreColumn.active_cycles] = Math.min(cycles, synapse + soma);
  if (synapse + soma > 0) cores[coreColumn.resting_cycles] = cycles - cores[coreColumn.active_cycles];
  const routers = new Float64Array(chip.coresPerTile.length * ROUTER_COUNTERS.length);
  for (const [name, value] of Object.entries(router)) routers[routerColumn[name as RouterCounter]] = value;
  return {
    cycles,
    utterances,
    steps: 1,
    cores,
    routers,
    links: new Float64Array(chip.coresPerTile.length * ports),
    portsPerRouter: ports,
    packets: 0,
    flits: 0,
    flitHops: 0,
    barrierCycles: 0,
    port: null,
  };
}
const energyOf = (chip: Chip, counted: Counters, component: string): number | null =>
  price(chip, precision, topology, counted).rows.find((row) => row.component === component)?.energyPj ?? null;

describe("actions", () => {
  test("each counter of a core has its own price: 10 counts cost 10 prices, and nothing else changes", () => {
    const { chip } = point();
    const prices = corePrices(chip, chip.cores[0], precision, unit);
    const pairs: [CoreCounter, string, number][] = [
      ["synapse_reads", "synapse memory reads", prices.synapse_memory_read_pj.value],
      ["state_reads", "state memory reads", prices.state_memory_read_pj.value],
      ["state_writes", "state memory writes", prices.state_memory_write_pj.value],
      ["synaptic_macs", "synaptic multiply-accumulates", prices.synaptic_mac_pj.value],
      ["synaptic_adds", "synaptic additions", prices.synaptic_add_pj.value],
      ["element_multiplies", "element multiplications", prices.element_multiply_pj.value],
      ["element_adds", "element additions", prices.element_add_pj.value],
      ["lut_reads", "table reads", prices.lut_read_pj.value],
      ["input_queue_pushes", "input queue pushes", prices.input_queue_push_pj.value],
      ["input_queue_pops", "input queue pops", prices.input_queue_pop_pj.value],
      ["output_queue_pushes", "output queue pushes", prices.output_queue_push_pj.value],
      ["output_queue_pops", "output queue pops", prices.output_queue_pop_pj.value],
    ];
    const none = price(chip, precision, topology, counters(chip, 100));
    for (const [counter, component, pj] of pairs) {
      const some = price(chip, precision, topology, counters(chip, 100, { [counter]: 10 }));
      const row = some.rows.find((candidate) => candidate.component === component);
      expect(row?.count).toBe(10);
      expect(row?.unitEnergyPj).toBeCloseTo(pj, 12);
      expect(row?.energyPj).toBeCloseTo(10 * pj, 10);
      // words also pass wires; words written also pass a write queue
      const beside = {
        synapse_reads: prices.synapse_wire_pj.value,
        state_reads: prices.state_wire_pj.value,
        state_writes: prices.state_wire_pj.value + prices.write_queue_push_pj.value,
      };
      const more = beside[counter as "state_reads"] ?? 0;
      expect(Number(some.totalPj) - Number(none.totalPj)).toBeCloseTo(10 * (pj + more), 8);
    }
  });
  test("a requantisation is one of the multiplications and causes one of the additions: each is priced once", () => {
    const { chip } = point();
    const prices = corePrices(chip, chip.cores[0], precision, unit);
    const counted = counters(chip, 100, { requantisations: 4, element_multiplies: 10, element_adds: 9 });
    expect(energyOf(chip, counted, "requantisations")).toBeCloseTo(4 * prices.requantisation_pj.value, 12);
    expect(energyOf(chip, counted, "element multiplications")).toBeCloseTo(6 * prices.element_multiply_pj.value, 12);
    expect(energyOf(chip, counted, "element additions")).toBeCloseTo(5 * prices.element_add_pj.value, 12);
  });
  test("each counter of a router has its own price, and links count their four directions but not the local ports", () => {
    const { chip } = point();
    const prices = routerPrices(chip, routerPorts(chip)[0], 1);
    const pairs: [RouterCounter, string, number][] = [
      ["buffer_writes", "router buffer writes", prices.router_buffer_write_pj.value],
      ["buffer_reads", "router buffer reads", prices.router_buffer_read_pj.value],
      ["crossbar_flits", "router crossbars", prices.router_crossbar_pj.value],
      ["vc_allocations", "router VC allocations", prices.router_vc_allocation_pj.value],
      ["switch_allocations", "router switch allocations", prices.router_switch_allocation_pj.value],
    ];
    for (const [counter, component, pj] of pairs)
      expect(energyOf(chip, counters(chip, 100, {}, { [counter]: 10 }), component)).toBeCloseTo(10 * pj, 10);
    const sent = counters(chip, 100);
    sent.links.set([3, 0, 2, 0, 50]);
    expect(energyOf(chip, sent, "link flits")).toBeCloseTo(5 * linkPrices(chip, 1).link_flit_pj.value, 10);
  });
  test("a crossbar's flits cost a wire in and a wire out", () => {
    const { chip } = point({ "noc.topology": "crossbar" });
    const ports = chip.cores.length;
    const sent = { ...counters(chip, 100, {}, { buffer_writes: 7 }), portsPerRouter: 4 + ports, links: new Float64Array(4 + ports) };
    sent.links.set([5, 2], 4);
    const { value } = linkPrices(chip, 1).link_flit_pj;
    expect(energyOf(chip, sent, "link flits")).toBeCloseTo((7 + 7) * value, 10);
  });
  test("links of a tree of meshes cost their own wire: 3 flits up from a gateway, 5 down from the root, none for ports to cores", () => {
    const { chip } = point({
      "prices.basis": "library",
      "noc.topology": "mesh-tree",
      "noc.width": 1,
      "noc.height": 1,
      "noc.tree.arity": 2,
      "noc.tree.link_length_mm": 9,
    });
    const none = counters(chip, 0);
    const ports = none.portsPerRouter + 1;
    const links = new Float64Array(3 * ports);
    links[4] = 100; // tile 0 to its core
    links[5] = 3; // tile 0 up
    links[2 * ports + 1] = 5; // root down to tile 1
    const { rows } = price(chip, precision, topology, {
      ...none,
      routers: new Float64Array(3 * ROUTER_COUNTERS.length),
      links,
      portsPerRouter: ports,
    });
    const found = rows.find(({ component }) => component === "tree link flits");
    expect(found?.count).toBe(8);
    expect(found?.energyPj).toBeCloseTo(8 * linkCosts(chip.noc.flitWidthBits, 9, chip.technology).flitPj, 9);
    expect(rows.find(({ component }) => component === "link flits")).toBeUndefined();
    const still = price(chip, precision, topology, {
      ...none,
      routers: new Float64Array(3 * ROUTER_COUNTERS.length),
      cycles: 1000,
      links,
      portsPerRouter: ports,
    });
    const leak = still.rows.find(({ component }) => component === "tree link leakage");
    const ns = (1000 * 1000) / chip.technology.clockMhz;
    expect(leak?.energyPj).toBeCloseTo(4 * ns * linkCosts(chip.noc.flitWidthBits, 9, chip.technology).leakageMw, 6);
  });
  test("a mean over utterances is the sum divided by their number, row by row", () => {
    const { chip } = point();
    const one = price(chip, precision, topology, counters(chip, 400, { synapse_reads: 80 }, { buffer_writes: 8 }, 1));
    const four = price(chip, precision, topology, counters(chip, 400, { synapse_reads: 80 }, { buffer_writes: 8 }, 4));
    expect(four.totalPj).toBeCloseTo(Number(one.totalPj) / 4, 10);
  });
  test("a core of another size has its own price", () => {
    const mixed = parseArch("version: 1\nextends: mesh-2x2\ntile[0]: { core: { synapse_memory: { size_kib: 256 } } }\n", "m.yaml")
      .experiment.chip;
    const counted = counters(mixed, 100, { synapse_reads: 10 });
    counted.cores[CORE_COUNTERS.length + coreColumn.synapse_reads] = 10;
    const expected =
      10 *
      (corePrices(mixed, mixed.cores[0], precision, unit).synapse_memory_read_pj.value +
        corePrices(mixed, mixed.cores[1], precision, unit).synapse_memory_read_pj.value);
    expect(energyOf(mixed, counted, "synapse memory reads")).toBeCloseTo(expected, 10);
  });
});

describe("time", () => {
  test("leakage is power times time: twice the cycles or half the clock leak twice as much", () => {
    const { chip } = point({ "chip.idle": "clocked" });
    const leak = (c: Chip, cycles: number): number => energyOf(c, counters(c, cycles), "synapse memory leakage")!;
    const mw = corePrices(chip, chip.cores[0], precision, unit).synapse_memory_leakage_mw.value;
    expect(leak(chip, 1000)).toBeCloseTo(4 * mw * 1000 * (1000 / chip.technology.clockMhz), 8);
    expect(leak(chip, 2000)).toBeCloseTo(2 * leak(chip, 1000), 8);
    expect(leak(point({ "chip.clock_mhz": 50 }).chip, 1000)).toBeCloseTo(2 * leak(chip, 1000), 8);
  });
  test("clocked: every core's and router's clock runs in every cycle, with or without work", () => {
    const { chip } = point({ "chip.idle": "clocked" });
    const pj = corePrices(chip, chip.cores[0], precision, unit).core_clock_pj_per_cycle.value;
    expect(energyOf(chip, counters(chip, 1000), "core clock")).toBeCloseTo(4 * 1000 * pj, 8);
    expect(energyOf(chip, counters(chip, 1000), "router clock")).toBeCloseTo(
      4 * 1000 * routerPrices(chip, 3, 1).router_clock_pj_per_cycle.value,
      8,
    );
  });
  test("clock-gated: a unit's registers are clocked while it is busy or stalled, the tree while any unit is, a router while awake", () => {
    const { chip } = point({ "chip.idle": "clock-gated" });
    const shares = clockShares(chip.cores[0], precision, chip, unit);
    expect(shares.tree + shares.synapse + shares.soma).toBeCloseTo(1, 12);
    const pj = corePrices(chip, chip.cores[0], precision, unit).core_clock_pj_per_cycle.value;
    const counted = counters(
      chip,
      1000,
      {
        synapse_busy_cycles: 100,
        synapse_overhead_cycles: 20,
        synapse_stall_state_cycles: 5,
        synapse_stall_memory_cycles: 1,
        synapse_idle_cycles: 874,
        soma_busy_cycles: 50,
        soma_idle_cycles: 950,
      },
      { awake_cycles: 30 },
    );
    expect(energyOf(chip, counted, "core clock")).toBeCloseTo(pj * (126 * shares.synapse + 50 * shares.soma + 176 * shares.tree), 8);
    expect(energyOf(chip, counted, "router clock")).toBeCloseTo(30 * routerPrices(chip, 3, 1).router_clock_pj_per_cycle.value, 8);
    expect(energyOf(chip, counters(chip, 1000), "core clock")).toBe(0);
  });
  test("registers and latches of a memory are clocked with the core's tree, each in a row of its own; SRAM has none", () => {
    const kinds = { "tile.core.state_memory.kind": "registers", "tile.core.output_queue.kind": "latches" };
    const busy = { synapse_busy_cycles: 100, soma_busy_cycles: 50 };
    for (const [idle, cycles] of [
      ["clocked", 1000],
      ["clock-gated", 150],
    ] as const) {
      const { chip } = point({ ...kinds, "chip.idle": idle });
      const prices = corePrices(chip, chip.cores[0], precision, BUILT_NEEDS);
      const cores = idle === "clocked" ? chip.cores.length : 1; // the others were idle
      const counted = counters(chip, 1000, busy);
      expect(energyOf(chip, counted, "state memory clock")).toBeCloseTo(cores * cycles * prices.state_memory_clock_pj_per_cycle.value, 8);
      expect(energyOf(chip, counted, "queue clock")).toBeCloseTo(cores * cycles * prices.queue_clock_pj_per_cycle.value, 8);
      expect(energyOf(chip, counted, "synapse memory clock")).toBeNull();
    }
  });
  test("power-gated: logic leaks only while active, memories in use leak at the retention share, unused cores leak nothing", () => {
    const { chip } = point({ "chip.idle": "power-gated" });
    const prices = corePrices(chip, chip.cores[0], precision, unit);
    const counted = counters(
      chip,
      1000,
      { synapse_busy_cycles: 100, synapse_idle_cycles: 900, soma_idle_cycles: 1000 },
      { awake_cycles: 30 },
    );
    const ns = 1000 / chip.technology.clockMhz;
    expect(energyOf(chip, counted, "datapath leakage")).toBeCloseTo(prices.datapath_leakage_mw.value * 100 * ns, 10);
    expect(energyOf(chip, counted, "synapse memory leakage")).toBeCloseTo(
      prices.synapse_memory_leakage_mw.value * (100 + 900 * RETENTION) * ns,
      10,
    );
    expect(energyOf(chip, counted, "router leakage")).toBeCloseTo(routerPrices(chip, 3, 1).router_leakage_mw.value * 30 * ns, 10);
    expect(energyOf(chip, counters(chip, 1000), "synapse memory leakage")).toBe(0);
  });
  test("gating never costs more than the mode before it", () => {
    const total = (idle: string): number => {
      const { chip } = point({ "chip.idle": idle });
      const counted = counters(chip, 1000, { synapse_busy_cycles: 300, soma_busy_cycles: 900 }, { awake_cycles: 1000 });
      return Number(price(chip, precision, topology, counted).totalPj);
    };
    expect(total("clock-gated")).toBeLessThan(total("clocked"));
    expect(total("power-gated")).toBeLessThan(total("clock-gated"));
  });
});

describe("breakdown", () => {
  test("for random counters, rows add up to the total exactly, are finite and not negative, and each names its source", () => {
    const { chip } = point();
    fc.assert(
      fc.property(
        fc.array(fc.nat(1_000_000), { minLength: 100, maxLength: 100 }),
        fc.nat(1_000_000),
        fc.integer({ min: 1, max: 50 }),
        (values, cycles, utterances) => {
          const counted = counters(chip, cycles, {}, {}, utterances);
          for (let i = 0; i < counted.cores.length; i++) counted.cores[i] = values[i % values.length];
          for (let at = 0; at < counted.cores.length; at += CORE_COUNTERS.length) {
            const { requantisations, element_multiplies, element_adds } = coreColumn; // these are parts of the others
            counted.cores[at + requantisations] = Math.min(counted.cores[at + element_multiplies], counted.cores[at + element_adds]);
          }
          for (let i = 0; i < counted.routers.length; i++) counted.routers[i] = values[(i * 7) % values.length];
          const { rows, totalPj } = price(chip, precision, topology, counted);
          expect(rows.reduce((sum, row) => sum + (row.energyPj ?? 0), 0)).toBe(totalPj);
          for (const row of rows) {
            expect(row.source).not.toBe("");
            expect(Number.isFinite(row.energyPj) && (row.energyPj as number) >= 0).toBe(true);
          }
        },
      ),
      { seed: SEED, numRuns: 100 },
    );
  });
  test("an override changes only its row, names its own source, and reprices stored counters without a run", () => {
    const counted = counters(base.experiment.chip, 1000, { synapse_reads: 10, synaptic_macs: 5 });
    const { chip } = parseArch(
      "version: 1\nextends: mesh-2x2\nprices: { synapse_memory_read_pj: { value: 7, source: macro data sheet } }\n",
      "o.yaml",
    ).experiment;
    const before = price(base.experiment.chip, precision, topology, counted).rows;
    const after = price(chip, precision, topology, counted).rows;
    const changed = after.filter((row, i) => JSON.stringify(row) !== JSON.stringify(before[i]));
    expect(changed).toEqual([
      expect.objectContaining({ component: "synapse memory reads", energyPj: 70, unitEnergyPj: 7, source: "macro data sheet" }),
    ]);
  });
  test("an action without a price is null and not in the total, never 0", () => {
    const { chip } = point();
    const counted = { ...counters(chip, 1000), barrierCycles: 12 };
    const { rows, totalPj } = price(chip, precision, topology, counted);
    expect(rows.find((row) => row.component === "barrier wires")).toMatchObject({ count: 12, energyPj: null, unitEnergyPj: null });
    expect(totalPj).toBe(price(chip, precision, topology, counters(chip, 1000)).totalPj);
  });
  test("a chip of one tile has no link rows; a component that did nothing costs 0 and has no unit price", () => {
    const { chip } = patchDocument(parseArch("version: 1\nextends: edge-core\n", "e.yaml"), {});
    const { rows } = price(chip, precision, topology, counters(chip, 10));
    expect(rows.some((row) => row.component.startsWith("link"))).toBe(false);
    expect(rows.find((row) => row.component === "synapse memory reads")).toMatchObject({ count: 0, energyPj: 0, unitEnergyPj: null });
  });
});
