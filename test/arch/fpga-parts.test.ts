/**
 * Routers, address generators and memories on an FPGA, held to synthesised parts (docs/logs/fpga-parts.json) and cores
 * (docs/logs/fpga-cores.json).
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FPGA_DEVICES, type FpgaDevice } from "../../arch/fpga/devices.js";
import { fpgaLaws } from "../../arch/fpga/fpga-laws.js";
import { routerBeyond, routerErrors, routerResources } from "../../arch/fpga/router-resources.js";
import { BUILT_NEEDS, type CoreNeeds, fpgaUse, patchDocument, readArch } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";
import { cellUse } from "../../scripts/fpga/cells.js";
import type { PartRow } from "../../scripts/fpga/parts.js";
import type { FpgaRow } from "../../scripts/fpga/row.js";
import { seen } from "../../scripts/fpga/seen.js";
import { modelledGenerator } from "../../scripts/rtl-gates/generator-module.js";

const logged = <T>(file: string): readonly T[] => JSON.parse(readFileSync(join(packageRoot(), "docs/logs", file), "utf8")) as readonly T[];
const parts = logged<PartRow>("fpga-parts.json");
const routers = parts.flatMap((row) => (row.part === "router" ? [row] : []));
const generators = parts.flatMap((row) => (row.part === "generator" ? [row] : []));
const TAIL = 1.645;

const nocOf = ({ size: { vcs, depth, flitBits, hasTrees } }: (typeof routers)[number]) => ({
  virtualChannels: vcs,
  vcBufferFlits: depth,
  flitWidthBits: flitBits,
  multicast: hasTrees ? ("tree" as const) : ("unicast" as const),
});

describe("routers", () => {
  test.each(["ecp5-85", "xczu7ev"] as const)(
    "each synthesised router lies within the 90 %% interval of its tables and flip-flops: %s",
    (name) => {
      const device: FpgaDevice = FPGA_DEVICES[name];
      const { family } = device;
      let compared = 0;
      for (const row of routers) {
        const cells = family === "ecp5" ? row.ecp5 : row.ultrascale;
        if (cells === undefined) continue;
        const real = cellUse(cells, family);
        const law = routerResources(row.size.ports, nocOf(row), device);
        const errors = routerErrors(row.size.ports, nocOf(row), family);
        const luts = family === "ecp5" ? Number(row.packed) : real.luts;
        expect(Math.abs(Math.log(luts / law.luts)), `${row.name}: ${luts} / ${law.luts}`).toBeLessThan(TAIL * errors.luts);
        expect(Math.abs(Math.log(real.flipFlops / law.flipFlops)), row.name).toBeLessThan(TAIL * errors.flipFlops);
        compared++;
      }
      expect(compared).toBeGreaterThan(family === "ecp5" ? 10 : 1);
    },
  );

  test("more ports, channels or bits take more tables, so do trees, and routers beyond the synthesised ones err more", () => {
    type Noc = Parameters<typeof routerResources>[1];
    const noc: Noc = { virtualChannels: 2, vcBufferFlits: 4, flitWidthBits: 32, multicast: "unicast" };
    const of = (ports: number, values: Partial<Noc> = {}) => routerResources(ports, { ...noc, ...values }, FPGA_DEVICES["ecp5-85"]).luts;
    expect(of(5)).toBeGreaterThan(of(3));
    expect(of(5, { virtualChannels: 4 })).toBeGreaterThan(2 * of(5));
    expect(of(5, { flitWidthBits: 64 })).toBeGreaterThan(of(5));
    expect(of(5, { multicast: "tree" })).toBeGreaterThan(1.3 * of(5));
    const [near, far] = [2, 16].map((virtualChannels) => routerErrors(5, { ...noc, virtualChannels }, "ecp5").luts);
    expect(near).toBe(fpgaLaws("ecp5").router.sigma.luts);
    expect(far).toBeGreaterThan(1.5 * near);
  });
});

describe("beyond the synthesised routers", () => {
  type Noc = Parameters<typeof routerErrors>[1];
  const noc: Noc = { virtualChannels: 1, vcBufferFlits: 4, flitWidthBits: 32, multicast: "unicast" };

  test("no synthesised router is", () => {
    for (const row of routers) expect(routerBeyond(row.size.ports, nocOf(row), "ecp5"), row.name).toBeNull();
  });

  test.each([
    ["ports", [5, 8, 16], {}],
    ["ports", [3, 2], { virtualChannels: [2, 2] }],
    ["buffers", [4, 3, 2], {}],
    ["buffers", [5, 5, 5], { virtualChannels: [4, 8, 16] }],
    ["flitBits", [5, 5, 5], { flitWidthBits: [64, 128, 1024] }],
    ["flitBits", [5, 5, 5], { flitWidthBits: [16, 8, 4] }],
    ["bufferFlits", [5, 5, 5], { vcBufferFlits: [8, 64, 256] }],
    ["bufferFlits", [5, 5], { vcBufferFlits: [2, 1] }],
  ] as const)("the error grows with the distance in %s %j %j, which is named", (size, ports, values) => {
    const at = (k: number): Noc => ({ ...noc, ...Object.fromEntries(Object.entries(values).map(([key, steps]) => [key, steps[k]])) });
    expect(routerBeyond(ports[0], at(0), "ecp5")).toBeNull();
    const { sigma, growth } = fpgaLaws("ecp5").router;
    for (const kind of ["luts", "flipFlops"] as const) {
      let before = sigma[kind];
      expect(routerErrors(ports[0], at(0), "ecp5")[kind]).toBe(before);
      for (const [k, port] of ports.entries()) {
        if (k === 0) continue;
        const beyond = routerBeyond(port, at(k), "ecp5");
        expect(beyond).toMatchObject({ size });
        const now = routerErrors(port, at(k), "ecp5")[kind];
        expect(now).toBeGreaterThan(before);
        expect(now).toBeCloseTo(Math.hypot(sigma[kind], growth * Math.log(beyond?.times ?? Number.NaN)), 12);
        before = now;
      }
    }
  });
});

describe("rows that are not dense", () => {
  const { chip, precision } = patchDocument(readArch(join(packageRoot(), "arch/examples/edge.yaml")), {
    ...{ "chip.fpga": "ecp5-85", "chip.clock_mhz": 10, "noc.width": 1, "noc.height": 1 },
    ...{ "tile.core.lanes": 8, "tile.core.synapse_memory.word_bits": 128 },
  });
  const used = (needs: Partial<CoreNeeds>) => {
    const use = fpgaUse(chip, precision, { ...BUILT_NEEDS, ...needs });
    if (use === null) throw new Error("no FPGA");
    return use;
  };
  const generator = { targets: 512, taps: 0, rows: [{ into: "p", weights: 1, numberBits: 9, runBits: 0, items: 72 }] };

  test("rows that name their targets take more tables and flip-flops than dense ones, and err more; bitmaps more than those", () => {
    const [dense, named, mapped] = [used({}), used({ generator }), used({ generator, bitmapTargets: 512 })];
    expect(dense.parts.map(({ part }) => part)).toEqual(["core"]);
    expect(named.parts.map(({ part }) => part)).toEqual(["core", "address generator"]);
    expect(mapped.parts.map(({ part }) => part)).toEqual(["core", "address generator", "decoder of rows"]);
    expect(named.total.luts).toBeGreaterThan(dense.total.luts + 2000);
    expect(mapped.total.luts).toBeGreaterThan(named.total.luts + 500);
    expect(named.total.flipFlops).toBeGreaterThan(dense.total.flipFlops);
    expect(named.errors.luts.map(({ kind }) => kind)).toEqual(["tables of cores", "tables of address generators"]);
    expect(mapped.errors.luts).toHaveLength(3);
  });

  test("each synthesised generator lies within the 90 % interval of its tables", () => {
    const { lutsPerBit, flipFlopsPerBit, sigma } = fpgaLaws("ecp5").generator;
    expect(generators.length).toBeGreaterThan(5);
    for (const { name, size, ecp5 } of generators) {
      const [{ adderBits, heldBits }, real] = [modelledGenerator(size), cellUse(ecp5, "ecp5")];
      expect(Math.abs(Math.log(real.luts / (lutsPerBit * adderBits))), name).toBeLessThan(TAIL * sigma.luts);
      expect(Math.abs(Math.log(real.flipFlops / (flipFlopsPerBit * heldBits))), name).toBeLessThan(TAIL * sigma.flipFlops);
    }
  });
});

describe("cores", () => {
  test("the tables that the law is fitted to are without those of every memory that has a rule of its own", async () => {
    const device = FPGA_DEVICES["ecp5-85"];
    const names = ["lif, 16 lanes, 4/10/16", "alif, 4 lanes, 4/12/16", "lif, 1 lane, 4/10/16"];
    const rows = await Promise.all(
      logged<FpgaRow>("fpga-cores.json")
        .filter(({ name }) => names.includes(name))
        .map(seen),
    );
    const inMemories = new Map(rows.map((row) => [row.name, row.blocks(device).luts]));
    // 6 tables per memory of 16 x 4: the state memory of 2 banks, and the queue
    expect(inMemories.get("lif, 16 lanes, 4/10/16")).toBeGreaterThan(3072);
    expect(inMemories.get("alif, 4 lanes, 4/12/16")).toBeGreaterThan(960);
    expect(inMemories.get("lif, 1 lane, 4/10/16")).toBeLessThan(60);
    for (const row of rows) expect(row.blocks(device).luts, row.name).toBeLessThanOrEqual(6 * row.distributed);
  });
});
