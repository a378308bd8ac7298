/** The program's commands for other people's chips: conform, published, coupled, import sanafe. */
// @module-tag slow
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../base/package-root.js";
import { type Ended, runHere } from "./in-process.js";
import { isBuilt } from "./small-sweep.js";

const folder = mkdtempSync(join(tmpdir(), "snn-dse-models-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const cases = join(packageRoot(), "test", "conformance");

const run = (...words: readonly string[]): Promise<Ended> => runHere(folder, ...words);

const ARCH = `
architecture:
  name: small
  attributes: {width: 1, height: 1, link_buffer_size: 2, tolopogy: mesh}
  tile:
    name: t
    attributes: {energy_north_hop: 0, latency_north_hop: 0, energy_east_hop: 0, latency_east_hop: 0, energy_south_hop: 0, latency_south_hop: 0, energy_west_hop: 0, latency_west_hop: 0}
    core:
      name: c
      attributes: {buffer_position: soma, max_neurons_supported: 4}
      axon_in: {name: i, attributes: {energy_message_in: 1.0e-12, latency_message_in: 1.0e-9}}
      synapse: {name: s, attributes: {model: current_based, energy_process_spike: 2.0e-12, latency_process_spike: 1.0e-9}}
      dendrite: {name: d, attributes: {model: accumulator, energy_update: 0, latency_update: 0}}
      soma: {name: l, attributes: {model: leaky_integrate_fire, energy_access_neuron: 0, latency_access_neuron: 0, energy_update_neuron: 0, latency_update_neuron: 0, energy_spike_out: 4.0e-12, latency_spike_out: 0}}
      axon_out: {name: o, attributes: {energy_message_out: 8.0e-12, latency_message_out: 1.0e-9}}
`;
const NET = "g 2 threshold=0.5\nn 0.0 bias=1\ne 0.0->0.1 w=1\n& 0.0..1@0.0\n";

describe.skipIf(!isBuilt)("the program", () => {
  test("conform says OK a case and exits 0, says DIFF with both rows and exits 1, and says ERROR for a broken case and exits 2", async () => {
    const small = join(cases, "snndse_fc");
    const good = await run("conform", small);
    expect(good.code).toBe(0);
    expect(good.out).toMatch(/^OK +cases\/fc_chunks/m);
    expect(good.out).toContain("3/3 identical");

    cpSync(join(small, "cases", "fc_small"), join(folder, "odd"), { recursive: true });
    const trace = join(folder, "odd", "trace.csv");
    writeFileSync(trace, readFileSync(trace, "utf8").replace("82,ITER,SPK_ITER", "83,ITER,SPK_ITER"));
    const odd = await run("conform", "odd");
    expect(odd.code).toBe(1);
    expect(odd.out).toMatch(/^DIFF .*trace\.csv, row \d+\n +expected 83,ITER,SPK_ITER,0,0\n +got +82,ITER,SPK_ITER,0,0/m);
    expect(odd.out).toContain("0/1 identical");

    writeFileSync(join(folder, "odd", "spikes.csv"), "time_step,neuron\n0,4000\n");
    const broken = await run("conform", "odd", "--json");
    expect(broken.code).toBe(2);
    expect(JSON.parse(broken.out)).toMatchObject({ identical: 0, cases: 1 });
    expect((await run("conform", tmpdir().concat("/none-such"))).code).toBe(2);
  });

  test("published prints model, published value, error and basis, and exits 0 while all are within tolerance", async () => {
    const all = await run("published", "odin");
    expect(all.code).toBe(0);
    expect(all.out).toMatch(/ODIN .* 477 .* identity +ok/);
    expect((await run("published", "odni")).code).toBe(2);
  });

  test("coupled runs all combinations of varied parameters", { tags: ["long"] }, async () => {
    const table = await run("coupled", "snn-dse", "--vary", "lanes=2,4", "--vary", "chunk_bits=50,100", "--events", "3", "--json");
    expect(table.code).toBe(0);
    const points = JSON.parse(table.out) as { values: { lanes: number; chunk_bits: number }; metrics: { done_cycle: number } }[];
    expect(points.map(({ values }) => [values.lanes, values.chunk_bits])).toEqual([
      [2, 50],
      [2, 100],
      [4, 50],
      [4, 100],
    ]);
    expect((await run("coupled", "snn-dse", "--set", "lane=2")).err).toContain("did you mean lanes");
    expect((await run("coupled", "snn-dse", "--density", "2")).code).toBe(2);
  });

  test("import sanafe prints one JSON object, writes spikes, and warns of what it does not understand", async () => {
    writeFileSync(join(folder, "arch.yaml"), ARCH);
    writeFileSync(join(folder, "net.net"), NET);
    const ended = await run("import", "sanafe", "arch.yaml", "net.net", "--steps", "3", "--json", "--spikes", "spikes.csv");
    expect(ended.code).toBe(0);
    expect(ended.err).toContain("tolopogy is not understood");
    const { steps, totals } = JSON.parse(ended.out) as {
      steps: { fired: number; energy_j: { total: number } }[];
      totals: { packets: number; energy_j: { network: number } };
    };
    // Neuron 0 fires every step, neuron 1 from the second: 1, 2, 2 spikes; one packet per step of neuron 0.
    expect(steps.map((step) => step.fired)).toEqual([1, 2, 2]);
    expect(totals.packets).toBe(3);
    expect(totals.energy_j.network).toBeCloseTo(3 * 9e-12, 20);
    expect(readFileSync(join(folder, "spikes.csv"), "utf8")).toBe("neuron,timestep\n0.0,1\n0.0,2\n0.1,2\n0.0,3\n0.1,3\n");
    expect((await run("import", "sanafe", "arch.yaml", "net.net", "--spikes", "x.csv")).code).toBe(2);
    const over = await run("import", "sanafe", "arch.yaml", "net.net", "--steps", "1", "--spikes", "./net.net");
    expect(over).toMatchObject({ code: 2, err: "error: --spikes: is 'net.net', which is also an input\n    give another file\n" });
    expect((await run("import", "sanafe", "none.yaml", "net.net")).code).toBe(2);
    const wrong = await run("import", "sanafe", "arch.yaml", "net.net", "--steps", "1", "--time", "simple,fast");
    expect([wrong.code, wrong.err]).toEqual([
      2,
      expect.stringContaining("--time: got 'fast', expected none or some of simple,detailed,flit"),
    ]);
    const beside = await run("import", "sanafe", "arch.yaml", "net.net", "--steps", "1", "--time", "none,simple");
    expect(beside.err).toContain("--time: none stands alone, expected none or some of simple,detailed,flit");
    const times = async (models: string): Promise<string[]> => {
      const { steps: all } = JSON.parse(
        (await run("import", "sanafe", "arch.yaml", "net.net", "--steps", "1", "--json", "--time", models)).out,
      ) as {
        steps: { time_s: object }[];
      };
      return Object.keys(all[0].time_s);
    };
    expect([await times("none"), await times("detailed"), await times("flit,simple")]).toEqual([[], ["detailed"], ["simple", "flit"]]);
    const { out } = await run("import", "sanafe", "arch.yaml", "net.net");
    expect(out).toContain("2 neurons, 1 synapses");
    expect(out).toMatch(/^0 +2 +\S+ \(leaky_integrate_fire\).*accumulator.* 0\.0/m);
    const report = JSON.parse((await run("import", "sanafe", "arch.yaml", "net.net", "--json")).out) as {
      groups: { neurons: number }[];
      warnings: string[];
    };
    expect([report.groups.map((group) => group.neurons), report.warnings.length]).toEqual([[2], 1]);
  });

  test("one chip and network described for SANA-FE and for this program: every count and every joule is the same", async () => {
    const folderOf = (file: string): string => join(packageRoot(), "arch/examples/sanafe", file);
    const there = await run("import", "sanafe", folderOf("quad.sanafe.yaml"), folderOf("quad-net.sanafe.yaml"), "--steps", "40", "--json");
    const here = await run("sim", folderOf("quad-prices.yaml"), "--json");
    expect([there.code, here.code, there.err]).toEqual([0, 0, ""]);
    const { totals } = JSON.parse(there.out) as {
      totals: { fired: number; synaptic_events: number; packets: number; hops: number; energy_j: { [unit: string]: number } };
    };
    const { metrics, breakdown } = JSON.parse(here.out) as {
      metrics: { [name: string]: number };
      breakdown: { component: string; count: number; energyPj: number | null }[];
    };
    const row = (component: string) => breakdown.find((one) => one.component === component);
    const counts = ["synaptic additions", "input queue pushes", "link flits"].map((component) => row(component)?.count);
    expect([metrics.spikes_fired, ...counts]).toEqual([totals.fired, totals.synaptic_events, totals.packets, totals.hops]);
    expect(totals.hops).toBeGreaterThan(100);
    const picojoules = (unit: string): number => totals.energy_j[unit] * 1e12;
    expect(row("synaptic additions")?.energyPj).toBeCloseTo(picojoules("synapse"), 6);
    expect(row("requantisations")?.energyPj).toBeCloseTo(picojoules("soma"), 6);
    expect(metrics.energy_uj_per_inference * 1e6).toBeCloseTo(picojoules("total"), 6);
  });
});
