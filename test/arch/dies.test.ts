/** A network over several dies: which links leave a die, what they cost, and which descriptions are refused. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  areaOf,
  BUILT_NEEDS,
  type Chip,
  dieFlitCycles,
  dieHopWorth,
  dieLinkCount,
  dieLinksBetween,
  diePrices,
  linkCounts,
  linksOf,
  meanDieWay,
  nocTopology,
  parseArch,
  portPrices,
} from "../../arch/index.js";
import { InputError } from "../../base/errors.js";
import { dieFlow } from "../../sim/expect/die-flow.js";

const described = (noc: string, more = "") => parseArch(`version: 1\nchip: { clock_mhz: 200 }\nnoc: ${noc}\n${more}`, "d.yaml").experiment;
const chipOf = (noc: string, more = ""): Chip => described(noc, more).chip;

describe("links between dies", () => {
  test("mesh of C x R dies over w x h tiles: 2 ((C - 1) h + (R - 1) w) directed links leave a die; a torus has those around it, too; a ring one per die", () => {
    for (const [columns, rows] of [
      [1, 1],
      [2, 1],
      [3, 2],
      [6, 4],
    ]) {
      const dies = `dies: { columns: ${columns}, rows: ${rows} }`;
      const mesh = chipOf(`{ width: 6, height: 4, ${dies} }`);
      const links = 2 * ((columns - 1) * 4 + (rows - 1) * 6);
      expect(dieLinkCount(mesh)).toBe(links);
      expect(linkCounts(mesh).get(1) ?? 0).toBe(2 * (5 * 4 + 3 * 6) - links);
      const around = (dies: number, others: number): number => (dies > 1 ? others : 0);
      const torus = chipOf(`{ topology: torus, width: 6, height: 4, ${dies} }`);
      expect(dieLinkCount(torus)).toBe(links + 2 * (around(columns, 4) + around(rows, 6)));
    }
    expect(dieLinkCount(chipOf("{ topology: ring, width: 6, height: 4, dies: { columns: 3 } }"))).toBe(6);
  });

  test("one die changes nothing: all links, areas and prices are as without the key", () => {
    const [without, one] = [described("{ width: 4, height: 2 }"), described("{ width: 4, height: 2, dies: {} }")];
    expect(linksOf(one.chip)).toEqual(linksOf(without.chip));
    expect(areaOf(one.chip, one.precision, BUILT_NEEDS)).toEqual(areaOf(without.chip, without.precision, BUILT_NEEDS));
    expect([diePrices(one.chip), dieFlow(one.chip)]).toEqual([null, null]);
  });

  test.each([
    "{ width: 6, height: 4, dies: { columns: 3, rows: 2 } }",
    "{ topology: torus, width: 6, height: 4, dies: { columns: 3, rows: 2 } }",
    "{ topology: ring, width: 4, height: 3, dies: { columns: 4 } }",
    "{ topology: flattened-butterfly, width: 4, height: 4, dies: { columns: 2, rows: 4 } }",
  ])("%s: the mean way has as many links between dies as all pairs have, and the busiest of them its share", (noc) => {
    const chip = chipOf(noc);
    const n = chip.cores.length;
    let sum = 0;
    for (let a = 0; a < n; a++) for (let b = 0; b < n; b++) sum += dieLinksBetween(chip.noc, a, b);
    const mean = meanDieWay(nocTopology(chip.noc), chip.noc, chip.noc.dies, n, 1);
    expect(mean.links).toBeCloseTo(sum / (n * n), 12);
    // no link carries less than an even share of them
    expect(mean.busiestShare).toBeGreaterThanOrEqual(mean.links / dieLinkCount(chip) - 1e-12);
    expect(mean.busiestShare).toBeLessThanOrEqual(1);
  });

  test("two columns of dies: half of all packets cross, a quarter each way, over as many links as there are rows", () => {
    const chip = chipOf("{ width: 4, height: 4, dies: { columns: 2 } }");
    expect(meanDieWay(nocTopology(chip.noc), chip.noc, chip.noc.dies, 16, 1)).toEqual({ links: 0.5, busiestShare: 1 / 16 });
  });
});

describe("times and prices", () => {
  test("a flit takes its bits over the bandwidth, in whole cycles of the chip's clock; never less than one", () => {
    for (const [gbitS, cycles] of [
      [0.1, 64],
      [1, 7],
      [6.4, 1],
      [1000, 1],
    ]) {
      const { noc } = chipOf(`{ dies: { columns: 2, bandwidth_gbit_s: ${gbitS}, latency_ns: 12 } }`);
      expect(noc.dies).toMatchObject({ latencyCycles: 3 });
      expect(dieFlitCycles(noc.dies!, noc)).toBe(cycles);
    }
  });

  test("energy and pads of one measured link, side by side as the bandwidth needs: 19.3 + 3.57 mA, 1.8 V, 1.1424 Gbit/s, 0.14 mm2", () => {
    const at = (gbitS: number) => diePrices(chipOf(`{ width: 4, dies: { columns: 2, bandwidth_gbit_s: ${gbitS} } }`))!;
    expect(at(1).die_link_bit_pj.value).toBeCloseTo((1.8 * (19.3 + 3.57)) / 1.1424, 9);
    expect([1, 1.1424, 1.15, 11.424, 11.5].map((gbitS) => at(gbitS).die_link_area_mm2.value / 0.14)).toEqual(
      [1, 1, 2, 10, 11].map((lanes) => expect.closeTo(lanes, 9)),
    );
    const port = (gbitS: number) => portPrices(chipOf("{ width: 4 }", `inputs: { at: port, port: { bandwidth_gbit_s: ${gbitS} } }\n`))!;
    for (const gbitS of [0.01, 1.14, 1.15, 100, 100_000]) {
      expect(port(gbitS).port_link_area_mm2).toEqual(at(gbitS).die_link_area_mm2);
      expect(port(gbitS).port_bit_pj).toEqual(at(gbitS).die_link_bit_pj);
    }
    expect(port(100).port_link_area_mm2.value).toBeCloseTo(88 * 0.14, 9);
    const { chip, precision } = described("{ width: 4, dies: { columns: 2 } }");
    const row = areaOf(chip, precision, BUILT_NEEDS).rows.find(({ component }) => component === "die link area");
    expect(row?.areaMm2).toBeCloseTo(0.14 * 2 * 2, 9);
  });

  test("prices of the description replace all three, by number and by expression; no source gives pads at rest, so that they are unknown without", () => {
    const prices = `prices:
  die_link_bit_pj: { value: "2 * bits + technology_nm / 28", source: mine }
  die_link_area_mm2: { value: "0.01 * word_bits * gbit_s", source: mine }
  die_link_leakage_mw: { value: 0.5, source: mine }
`;
    const noc = "{ dies: { columns: 2, bandwidth_gbit_s: 2 } }";
    const own = diePrices(chipOf(noc, prices))!;
    expect(own.die_link_bit_pj.value).toBeCloseTo(3, 12);
    expect(own.die_link_area_mm2.value).toBeCloseTo(0.64, 12);
    expect(own.die_link_leakage_mw?.value).toBe(0.5);
    expect(diePrices(chipOf(noc))!.die_link_leakage_mw).toBeNull();
  });

  test("flow: bandwidth binds where buffers cover the round trip, credits where they do not, and the buffers that it names cover it", () => {
    const flow = (noc: string) => dieFlow(chipOf(`{ dies: { columns: 2, bandwidth_gbit_s: 6.4, latency_ns: 100 }, ${noc} }`))!;
    const short = flow("virtual_channels: 1, vc_buffer_flits: 4");
    expect(short.boundBy).toBe("credits");
    expect(short.flitsPerCycle).toBeCloseTo(4 / short.roundTripCycles, 12);
    // switch 1, flit 1, wire 20, then head (1 + 1) / 1 flit, back 20, 1, credit 1
    expect(short.roundTripCycles).toBe(1 + 1 + 20 + 2 + 20 + 1 + 1);
    expect(short.coveringFlits).toBeNull();
    const [few, most] = [flow("virtual_channels: 4"), Math.ceil(short.roundTripCycles / 4)];
    expect([few.boundBy, few.coveringFlits]).toEqual(["credits", most]);
    const covered = flow(`virtual_channels: 4, vc_buffer_flits: ${most}`);
    expect(covered).toMatchObject({ boundBy: "bandwidth", flitsPerCycle: 1 });
    expect(flow(`virtual_channels: 4, vc_buffer_flits: ${most - 1}`).boundBy).toBe("credits");
    // half of the channels serve a link of a torus
    for (const topology of ["torus, width: 4", "ring, width: 4"])
      for (const [buffers, boundBy] of [
        [most, "bandwidth"],
        [most - 1, "credits"],
      ] as const)
        expect(flow(`topology: ${topology}, virtual_channels: 8, vc_buffer_flits: ${buffers}`), topology).toMatchObject({ boundBy });
  });
});

describe("what is refused, and where", () => {
  test.each([
    ["{ topology: crossbar, dies: { columns: 2 } }", "noc.dies", "a crossbar has no rows and columns"],
    ["{ topology: mesh-tree, dies: { columns: 2 } }", "noc.dies", "a mesh-tree has no rows and columns"],
    ["{ width: 4, height: 2, dies: { columns: 3 } }", "noc.dies.columns", "set it to 1, 2, 4"],
    ["{ width: 4, height: 2, dies: { rows: 4 } }", "noc.dies.rows", "set it to 1, 2"],
    ["{ topology: ring, width: 4, height: 2, dies: { rows: 2 } }", "noc.dies.rows", "set it to 1"],
    ["{ dies: { columns: 2, bandwidth_gbit_s: 0.001 } }", "noc.dies.bandwidth_gbit_s", "takes 6400 cycles at 200 MHz"],
    ["{ dies: { columns: 2, latency_ns: 50000 } }", "noc.dies.latency_ns", "set it to 20480 or less"],
    ["{ dies: { columns: 2, bandwidth: 3 } }", "noc.dies.bandwidth", "bandwidth_gbit_s"],
    ["{ dies: 2 }", "noc.dies", "expected a mapping of keys, got 2"],
  ])("%s: %s", (noc, path, words) => {
    const run = () => described(noc);
    expect(run).toThrow(InputError);
    try {
      run();
    } catch (error) {
      const { problems } = error as InputError;
      const problem = problems.find((one) => one.path === path);
      expect(problem, JSON.stringify(problems)).toBeDefined();
      expect(problem?.line).toBe(3);
      expect(`${problem?.message} ${problem?.fix}`).toContain(words);
    }
  });

  test("what the refused bandwidth and latency name is taken", () => {
    expect(dieFlitCycles(chipOf("{ dies: { columns: 2, bandwidth_gbit_s: 0.002 } }").noc.dies!, { flitWidthBits: 32 })).toBe(3200);
    expect(chipOf("{ dies: { columns: 2, latency_ns: 20480 } }").noc.dies?.latencyCycles).toBe(4096);
  });
});

test("a hop to another die is worth what docs/timing.md says, by both bases", () => {
  const worth = (basis: string): string => {
    const more = `extends: mesh-4x4\nprices: { basis: ${basis} }`;
    const noc = "{ width: 4, height: 4, flit_width_bits: 32, dies: { columns: 2 } }";
    const text = `version: 1\nchip: { technology_nm: 22, voltage_v: 0.8, clock_mhz: 200 }\nnoc: ${noc}\n${more}`;
    return dieHopWorth(parseArch(text, "d.yaml").experiment.chip).toFixed(0);
  };
  const page = readFileSync("docs/timing.md", "utf8").replaceAll(/\s+/g, " ");
  expect(page).toContain(
    `; ${worth("silicon")} on \`mesh-4x4\` at 22 nm, 0.8 V, 200 MHz, flits of 32 bits and the default link, ${worth("library")} by`,
  );
});
