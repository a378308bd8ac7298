/**
 * FPGA as a technology: shapes of blocks against closed forms, the laws against synthesised cores, what does not fit,
 * what is unknown.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { dspsFor } from "../../arch/fpga/core-resources.js";
import { FPGA_DEVICES, FPGA_NAMES, type FpgaDevice } from "../../arch/fpga/devices.js";
import { errorsIn } from "../../arch/fpga/fpga-errors.js";
import { fpgaLaws } from "../../arch/fpga/fpga-laws.js";
import { type MemoryNeed, memoryBlocks } from "../../arch/fpga/memory-blocks.js";
import { BUILT_NEEDS, checkClock, checkFpga, type Experiment, fpgaUse, patchDocument, readArch } from "../../arch/index.js";
import { type InfeasibleError, InputError } from "../../base/errors.js";
import { packageRoot } from "../../base/package-root.js";
import type { MemoryRow } from "../../scripts/fpga/row.js";

const ecp5: FpgaDevice = FPGA_DEVICES["ecp5-45"];
const described = readArch(join(packageRoot(), "arch/examples/edge.yaml"));
const on = (values: { readonly [path: string]: number | string }): Experiment =>
  patchDocument(described, { "chip.fpga": "ecp5-85", "chip.clock_mhz": 10, "noc.width": 1, "noc.height": 1, ...values });
const resourcesOf = ({ chip, precision }: Experiment) => {
  const use = fpgaUse(chip, precision, BUILT_NEEDS);
  if (use === null) throw new Error("no FPGA");
  return use;
};

/** Standard deviation of the sum of a resource's errors. */
const sigmaOf = ({ errors }: ReturnType<typeof resourcesOf>, kind: "luts" | "flipFlops"): number =>
  Math.hypot(...errors[kind].map(({ up }) => up));

describe("beyond the synthesised cores", () => {
  const beyond = (lanes: number, units: number, wordBits: number) =>
    resourcesOf(
      on({
        ...{ "tile.core.lanes": lanes, "tile.core.neuron_update.units": units, "tile.core.state_memory.word_bits": wordBits },
        ...{ "precision.weight_bits": 4, "precision.state_bits": 10, "precision.state_fraction_bits": 4, "precision.accumulator_bits": 16 },
      }),
    ).beyond;

  test("a core like a synthesised one is within the fit", () => {
    expect(beyond(1, 1, 32)).toBeNull();
    expect(beyond(32, 1, 256)).toBeNull();
  });

  test("the error grows by the logarithm of the distance, and not within the fit", () => {
    const sigma = (lanes: number, units: number, wordBits: number): number => {
      const values = { "tile.core.lanes": lanes, "tile.core.neuron_update.units": units, "tile.core.state_memory.word_bits": wordBits };
      return sigmaOf(resourcesOf(on(values)), "luts");
    };
    const { lutSigma, lutGrowth } = fpgaLaws("ecp5");
    expect(sigma(1, 1, 32)).toBeCloseTo(lutSigma, 12);
    expect(sigma(32, 4, 256)).toBeCloseTo(lutSigma, 12);
    const grown = (squared: number): number => Math.sqrt(squared ** 2 - lutSigma ** 2) / lutGrowth;
    const [some, many] = [grown(sigma(64, 64, 512)), grown(sigma(128, 128, 1024))];
    expect(some).toBeGreaterThan(1);
    expect(many - some).toBeCloseTo(Math.log(2), 6);
  });

  test("a larger one is told the part that goes furthest, and how far: twice the update units go twice as far", () => {
    expect(beyond(64, 1, 512)).toMatchObject({ part: "placeBits" });
    const [some, many] = [beyond(16, 32, 128), beyond(32, 64, 256)];
    expect([some?.part, many?.part]).toEqual(["unitBits", "unitBits"]);
    expect(some?.times).toBeGreaterThan(2);
    expect((many?.times ?? 0) / (some?.times ?? 1)).toBeCloseTo(2, 9);
  });
});

describe("block RAMs", () => {
  const rows = JSON.parse(readFileSync(join(packageRoot(), "docs/logs/fpga-memories.json"), "utf8")) as readonly MemoryRow[];
  const deviceOf = (family: MemoryRow["family"]): FpgaDevice =>
    Object.values(FPGA_DEVICES).find((one) => one.family === family) as FpgaDevice;
  const clocked = (words: number, wordBits: number, maskBits: number | null = null): MemoryNeed => ({
    ...{ words, wordBits, maskBits, kind: "written" },
  });

  test.each([
    ["512 words of 36 bits", 512, 36, null, 1],
    ["513 words of 36 bits", 513, 36, null, 2],
    ["512 words of 37 bits", 512, 37, null, 2],
    ["1024 words of 18 bits", 1024, 18, null, 1],
    ["2048 words of 9 bits", 2048, 9, null, 1],
    ["4096 words of 4 bits", 4096, 4, null, 1],
    ["16384 words of 1 bit", 16_384, 1, null, 1],
    ["16385 words of 1 bit", 16_385, 1, null, 2],
    ["words of 32 bits with parts of 8: four enables of one block", 406, 32, 8, 1],
    ["words of 32 bits with parts of 2: sixteen enables, four per block", 276, 32, 2, 4],
    ["words of 64 bits with parts of 2", 118, 64, 2, 8],
  ])("%s", (_, words, wordBits, maskBits, blockRams) => {
    expect(memoryBlocks(clocked(words, wordBits, maskBits), ecp5)).toEqual({ blockRams, luts: 0 });
  });

  test("the rule takes the blocks and tables that Yosys takes for the emitted memory and queue, of both families", () => {
    for (const { family, ...need } of rows.filter(({ kind }) => kind === "written")) {
      const { words, wordBits, maskBits, blockRams, luts } = need;
      expect(memoryBlocks(need, deviceOf(family)), `${family}: ${words} x ${wordBits}/${maskBits}`).toEqual({ blockRams, luts });
    }
    const inBlocks = rows.filter(({ blockRams }) => blockRams > 0).length;
    expect(Math.min(inBlocks, rows.length - inBlocks)).toBeGreaterThan(20);
  });

  test("constants take the block RAMs that Yosys takes, none if read at once, and its tables while a slice joins them; deeper ones within a quarter", () => {
    let joined = 0;
    let deep = 0;
    let inBlocks = 0;
    for (const { family, ...need } of rows.filter(({ kind }) => kind !== "written")) {
      const device = deviceOf(family);
      const { blockRams, luts } = memoryBlocks(need, device);
      const shape = `${family}: ${need.words} x ${need.wordBits}`;
      expect(blockRams, shape).toBe(need.blockRams);
      if (blockRams > 0) {
        expect([need.kind, luts], shape).toEqual(["constant", 0]);
        inBlocks++;
        continue;
      }
      if (need.words < 16) expect(luts, shape).toBeGreaterThanOrEqual(need.luts);
      else if (need.words > device.constants.joinedWords) {
        expect(Math.max(luts / need.luts, need.luts / luts), shape).toBeLessThan(1.25);
        deep++;
      } else {
        expect(luts, shape).toBe(need.luts);
        joined++;
      }
    }
    expect([joined, deep, inBlocks]).toEqual([44, 21, 9]);
  });

  test("a core's axon table and route table are logic, also large ones, and a gate's table where no register lies behind it", () => {
    const { noc, cores } = on({}).chip;
    const [{ synapseMemory }] = cores;
    const sizes = { "tile.core.axon_table.entries": 128, "tile.core.route_table.entries": 100 };
    const [without, tables] = [resourcesOf(on({})), resourcesOf(on(sizes))];
    // two addresses of a memory of fewer than 2^bits words
    const addressBits = Math.floor(synapseMemory.sizeBits / synapseMemory.wordBits).toString(2).length;
    expect(tables.total.luts - without.total.luts).toBe(8 * (2 * addressBits + noc.headerBits));
    expect(tables.memories).toEqual(without.memories);
    const large = { "precision.lut_bits": 10 };
    const deep = resourcesOf(on(large));
    const shallow = resourcesOf(on({ ...large, "tile.core.neuron_update.pipeline_depth_cycles": 2 }));
    expect(deep.memories.map(({ memory }) => memory)).toContain("tables");
    expect(shallow.memories.map(({ memory }) => memory)).not.toContain("tables");
  });

  test("what a memory is made of on silicon does not matter: one module is emitted for all kinds", () => {
    const small = { "tile.core.state_memory.size_kib": 3, "tile.core.synapse_memory.size_kib": 4 };
    const { total } = resourcesOf(on(small));
    for (const kind of ["registers", "latches"])
      for (const memory of ["state_memory", "synapse_memory", "parameter_memory", "input_queue", "output_queue"])
        expect(resourcesOf(on({ ...small, [`tile.core.${memory}.kind`]: kind })).total, `${memory} of ${kind}`).toEqual(total);
  });

  test("a small memory lies in tables: 16 words of 22 bits in six cells of six tables", () => {
    expect(memoryBlocks(clocked(16, 22), ecp5)).toEqual({ blockRams: 0, luts: 36 });
    expect(memoryBlocks(clocked(0, 22), ecp5)).toEqual({ blockRams: 0, luts: 0 });
  });

  test("an UltraScale+ takes the tables that Yosys chose: banks of 118 x 64 with parts of 2, of 89 x 48 with parts of 4, in slices of eight", () => {
    const wide: FpgaDevice = FPGA_DEVICES.xczu7ev;
    expect(memoryBlocks(clocked(118, 64, 2), wide)).toEqual({ blockRams: 0, luts: 64 * 8 });
    expect(memoryBlocks(clocked(89, 48, 4), wide)).toEqual({ blockRams: 0, luts: 36 * 8 });
    expect(memoryBlocks(clocked(248, 64, 4), wide)).toEqual({ blockRams: 4, luts: 0 });
    expect(memoryBlocks(clocked(4, 23), wide)).toEqual({ blockRams: 0, luts: 2 * 8 });
  });

  test("no shape takes fewer blocks than the memory has bits, and no more than words and bits rounded up alone", () => {
    for (const words of [100, 700, 5000, 40_000])
      for (const wordBits of [3, 8, 17, 32, 33, 64, 250]) {
        const { blockRams } = memoryBlocks(clocked(words, wordBits), ecp5);
        if (blockRams === 0) continue;
        expect(blockRams).toBeGreaterThanOrEqual((words * wordBits) / 18_432);
        expect(blockRams).toBeLessThanOrEqual(Math.ceil(words / 512) * Math.ceil(wordBits / 36));
      }
  });
});

test("a product takes as many multipliers as its operands have slices, the wider side where it takes fewer", () => {
  expect([dspsFor(8, 8, ecp5), dspsFor(24, 17, ecp5), dspsFor(17, 24, ecp5), dspsFor(36, 36, ecp5)]).toEqual([1, 2, 2, 4]);
  const wide: FpgaDevice = FPGA_DEVICES.xczu7ev;
  expect([dspsFor(24, 17, wide), dspsFor(17, 24, wide), dspsFor(28, 17, wide)]).toEqual([1, 1, 2]);
});

interface Logged {
  readonly name: string;
  readonly use: string;
  readonly luts: number;
}
const logged = JSON.parse(readFileSync(join(packageRoot(), "docs/logs/fpga-cores.json"), "utf8")) as readonly Logged[];

test("the laws stand on at least seven synthesised cores, and were checked on at least three others", () => {
  const text = readFileSync(join(packageRoot(), "docs/logs/fpga-laws.txt"), "utf8");
  const of = (use: string): readonly Logged[] => logged.filter((row) => row.use === use);
  expect(of("fit").length).toBeGreaterThanOrEqual(7);
  expect(of("check").length).toBeGreaterThanOrEqual(3);
  for (const { name, luts } of logged) expect(text).toMatch(new RegExp(`^${name.replaceAll(/[/,]/g, "\\$&")} +LUT \\d+ / ${luts} = `, "m"));
  const ratios = [...text.matchAll(/LUT \d+ \/ \d+ = ([\d.]+)/g)].map(([, ratio]) => Number(ratio));
  for (const ratio of ratios) {
    expect(ratio).toBeGreaterThan(0.65);
    expect(ratio).toBeLessThan(1.4);
  }
  expect(Number(/rank correlation of LUT: .*; ([\d.]+) over all/.exec(text)?.[1])).toBeGreaterThanOrEqual(0.85);
  for (const { family } of Object.values(FPGA_DEVICES)) {
    expect(fpgaLaws(family).lutSigma).toBeGreaterThan(0);
    expect(fpgaLaws(family).lutSigma).toBeLessThan(0.35);
  }
});

test("on a family without laws of its own, a law's error and that of the ratio of families are those of the family together: 3, 4, 5", () => {
  const total = { luts: 100, flipFlops: 200, blockRams: 0, dsps: 0 };
  const errorsOn = (family: string) => (family === "ecp5" ? { luts: 0.3, flipFlops: 0.2 } : { luts: 0.5, flipFlops: 0.1 });
  const rest = { kind: "core", part: "core", count: 1, errorsOn, shape: null } as const;
  const parts = [
    { ...rest, ...total, luts: 40, flipFlops: 200 },
    { ...rest, ...total, luts: 60, flipFlops: 0 },
  ];
  const { luts, flipFlops } = errorsIn(parts, total, "ultrascale-plus", fpgaLaws("ultrascale-plus"));
  expect(luts.map(({ name, up }) => [name, Math.round(1e12 * up) / 1e12])).toEqual([
    ["tables of cores", 0.3],
    ["ultrascale-plus over ecp5, tables of cores", 0.4],
  ]);
  expect(flipFlops.map(({ name, down }) => [name, down])).toEqual([["flip-flops of cores", 0.2]]);
});

describe("a chip on an FPGA", () => {
  test("resources are sums of its parts, and grow with lanes, units, widths and cores", () => {
    const small = resourcesOf(on({}));
    for (const kind of ["luts", "flipFlops", "blockRams", "dsps"] as const)
      expect(small.parts.reduce((sum, part) => sum + part[kind], 0)).toBe(small.total[kind]);
    const more = (values: { readonly [path: string]: number | string }) => resourcesOf(on(values)).total;
    expect(more({ "tile.core.lanes": 4, "tile.core.synapse_memory.word_bits": 64 }).dsps).toBeGreaterThan(small.total.dsps);
    expect(more({ "tile.core.neuron_update.units": 2 }).luts).toBeGreaterThan(small.total.luts);
    expect(more({ "tile.core.state_memory.word_bits": 128 }).flipFlops).toBeGreaterThan(small.total.flipFlops);
    const four = resourcesOf(on({ "noc.width": 2, "noc.height": 2, "tile.core.synapse_memory.size_kib": 32 }));
    expect(four.parts.map(({ part }) => part)).toEqual(["core", "router of 3 ports", "link"]);
    expect(four.parts[0].count).toBe(4);
    expect(sigmaOf(four, "luts")).toBeGreaterThan(0);
  });

  test("block RAMs by memory add up to all of them, and the clock's limit is the clock that is just possible", () => {
    const names = new Set<string>();
    for (const values of [
      { "noc.width": 1 },
      { "noc.width": 2, "noc.vc_buffer_flits": 600, "tile.core.input_queue.depth": 4000, "tile.core.output_queue.depth": 4000 },
      { "inputs.at": "port", "inputs.port.queue.depth": 5000 },
    ]) {
      const { memories, total, clock } = resourcesOf(on(values));
      expect(memories.reduce((sum, { blockRams }) => sum + blockRams, 0)).toBe(total.blockRams);
      for (const { memory, blockRams } of memories) names.add(blockRams > 0 ? memory : "");
      const at = (mhz: number) => on({ ...values, "chip.clock_mhz": mhz });
      const [possible, above] = [at(clock.mhz * 0.999), at(clock.mhz * 1.001)];
      expect(() => checkClock(possible.chip, possible.precision, BUILT_NEEDS)).not.toThrow();
      expect(() => checkClock(above.chip, above.precision, BUILT_NEEDS)).toThrow(/CLOCK_TOO_FAST/);
      expect([clock.low, clock.high].map((bound) => Math.sign((bound ?? Number.NaN) - clock.mhz))).toEqual([-1, 1]);
    }
    expect([...names]).toEqual(
      expect.arrayContaining(["weights", "states and sums", "input queues", "output queues", "router buffers", "port queue"]),
    );
    expect(resourcesOf(on({ "chip.fpga": "xczu7ev" })).clock).toMatchObject({ low: null, high: null });
  });

  test("stages of routers, links and credits, and late messages, count in flip-flops, and two cores have six links", () => {
    const of = (values: { readonly [path: string]: number }) => resourcesOf(on({ "noc.width": 2, "noc.height": 1, ...values }));
    const { total, parts } = of({});
    // each router has a link to the other one, one to its core and one from it
    expect(parts.find(({ part }) => part === "link")).toMatchObject({ count: 6, luts: 0 });
    const more = (values: { readonly [path: string]: number }): number => of(values).total.flipFlops - total.flipFlops;
    expect(more({ "noc.link_cycles": 5 })).toBe(2 * more({ "noc.link_cycles": 3 }));
    expect(more({ "noc.link_cycles": 3 })).toBeGreaterThan(2 * 2 * 16);
    expect(more({ "noc.switch_traversal_delay_cycles": 2 })).toBeGreaterThan(4 * 16);
    // a bit that tells of a credit, and one of its VC, on four links
    expect(more({ "noc.credit_delay_cycles": 5 }) - more({ "noc.credit_delay_cycles": 3 })).toBe(2 * 4 * 2);
    expect(more({ "tile.core.input_queue.visibility_cycles": 4 })).toBe(2 * 2 * 3);
  });

  test("a port is counted: the router and the output queue that a lone core gets with it, and its own queue by depth", () => {
    const alone = resourcesOf(on({}));
    const ported = resourcesOf(on({ "inputs.at": "port" }));
    expect(ported.parts.map(({ part }) => part)).toEqual(["core", "router of 2 ports", "link", "port"]);
    expect(ported.parts[0].luts + ported.parts[0].blockRams).toBeGreaterThan(alone.parts[0].luts + alone.parts[0].blockRams);
    const queue = (depth: number, values: { readonly [path: string]: number }) =>
      resourcesOf(on({ "inputs.at": "port", "inputs.port.queue.depth": depth, ...values })).parts.find(({ part }) => part === "port");
    for (const cores of [1, 2]) {
      const [shallow, deep] = [queue(2000, { "noc.width": cores }), queue(4000, { "noc.width": cores })];
      expect(shallow?.blockRams).toBeGreaterThan(1);
      expect(deep?.blockRams).toBe(2 * (shallow?.blockRams ?? 0));
    }
    const depthOf = (depth: number) =>
      resourcesOf(
        on({ "chip.fpga": "ecp5-45", "inputs.at": "port", "inputs.port.queue.depth": depth, "tile.core.synapse_memory.size_kib": 128 }),
      );
    expect(() => checkFpga(depthOf(60_000))).toThrow(/FPGA_BLOCK_RAMS_FULL/);
    expect(() => checkFpga(depthOf(16))).not.toThrow();
  });

  test("a larger device holds what a smaller one does not; need and have are named", () => {
    const values = { "tile.core.synapse_memory.size_kib": 256 };
    const short = resourcesOf(on({ ...values, "chip.fpga": "ecp5-45" }));
    expect(() => checkFpga(short)).toThrow(/FPGA_BLOCK_RAMS_FULL: LFE5U-45F, block RAMs of 18 kbit needs 1\d\d, has 108/);
    expect(() => checkFpga(resourcesOf(on(values)))).not.toThrow();
    const wide = resourcesOf(on({ "tile.core.neuron_update.units": 32, "tile.core.state_memory.word_bits": 256 }));
    let thrown: unknown = null;
    try {
      checkFpga(wide);
    } catch (error) {
      thrown = error;
    }
    expect((thrown as InfeasibleError).code).toBe("FPGA_LUTS_FULL");
    expect(Number((thrown as InfeasibleError).need)).toBe(wide.total.luts);
  });

  test("what an error of tables, flip-flops or multipliers names lowers their number when it is typed", () => {
    const wide = {
      ...{ "tile.core.neuron_update.units": 32, "tile.core.state_memory.word_bits": 256, "tile.core.state_memory.banks": 2 },
      ...{ "tile.core.lanes": 16, "tile.core.synapse_memory.word_bits": 256 },
    };
    const { device, total } = resourcesOf(on(wide));
    for (const kind of ["luts", "flipFlops", "dsps"] as const) {
      let fix = "";
      try {
        checkFpga({ ...resourcesOf(on(wide)), device: { ...device, luts: 1e9, flipFlops: 1e9, blockRams: 1e9, dsps: 1e9, [kind]: 1 } });
      } catch (error) {
        ({ fix } = error as InfeasibleError);
      }
      const keys = Object.entries(wide).filter(([key]) => fix.includes(key.replace("tile.core.", "")));
      expect(keys.length, fix).toBeGreaterThan(1);
      for (const [key, value] of keys) {
        const others = key.endsWith("word_bits") ? [64, 128, 512, 1024] : [value / 2];
        const least = Math.min(...others.map((other) => resourcesOf(on({ ...wide, [key]: other })).total[kind]));
        expect(least, `${kind}: ${key} in ${fix}`).toBeLessThan(total[kind]);
      }
    }
  });

  test("a larger device is named if it holds the chip, and only then", () => {
    const seen = { holds: 0, lacks: 0 };
    for (const lanes of [4, 8, 16, 32]) {
      for (const cores of [1, 2, 3, 4, 5, 6, 8]) {
        const values = { "noc.width": cores, "noc.height": 1, "tile.core.lanes": lanes, "tile.core.synapse_memory.size_kib": 16 };
        const fixOf = (fpga: string): string | null => {
          try {
            checkFpga(resourcesOf(on({ ...values, "chip.fpga": fpga })));
            return null;
          } catch (error) {
            return (error as InfeasibleError).fix;
          }
        };
        const [small, large] = [fixOf("ecp5-45"), fixOf("ecp5-85")];
        expect(large ?? "").not.toContain("chip.fpga");
        if (small === null) continue;
        expect(small.includes("or set chip.fpga: ecp5-85"), small).toBe(large === null);
        seen[large === null ? "holds" : "lacks"]++;
      }
    }
    expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(0);
  });

  test("its clock is that of the device's logic, not of a process", () => {
    const { chip, precision } = on({ "chip.clock_mhz": 1000 });
    expect(() => checkClock(chip, precision, BUILT_NEEDS)).toThrow(/CLOCK_TOO_FAST: .* on LFE5U-85F/);
    const slow = on({ "chip.clock_mhz": 5, "chip.voltage_v": 0.5 });
    expect(() => checkClock(slow.chip, slow.precision, BUILT_NEEDS)).not.toThrow();
  });

  test("every device by name; another name is refused with those that there are", () => {
    for (const name of FPGA_NAMES) expect(resourcesOf(on({ "chip.fpga": name })).name).toBe(name);
    expect(() => on({ "chip.fpga": "ecp5-12" })).toThrow(InputError);
  });

  test("a buffer for rows from DRAM is refused, because its resources are not counted; DRAM without one is not", () => {
    expect(() => on({ "spill.to": "dram", "spill.prefetch_bits": 512 })).toThrow(
      /spill\.prefetch_bits: is given, but so is chip\.fpga: ecp5-85, for which its resources are not counted/,
    );
    expect(() => on({ "spill.to": "dram" })).not.toThrow();
  });

  test("a corner of silicon beside a device is refused, as it would change nothing", () => {
    expect(() => on({ "chip.corner": "slow" })).toThrow(
      /chip\.corner: is given, but clocks of chip\.fpga: ecp5-85 come from synthesis at one corner/,
    );
  });
});
