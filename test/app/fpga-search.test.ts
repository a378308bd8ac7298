/** A search asks for what its chips have. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { check } from "../../app/check.js";
import { open } from "../../app/open.js";
import { searchOf } from "../../app/study-parts.js";

const folder = mkdtempSync(join(tmpdir(), "fpga-search-"));
afterAll(() => rmSync(folder, { recursive: true }));

function asked(chip: string, objectives: string, constraints: string, prices = ""): Promise<unknown> {
  const file = join(folder, "a.yaml");
  writeFileSync(
    file,
    `version: 1\nextends: mesh-2x2\nchip: {${chip}}\n${prices}tile: {core: {lanes: {sweep: [1, 2]}}}\nsweep:\n  objectives: {${objectives}}\n  constraints: [${constraints}]\n`,
  );
  return searchOf(open(file), undefined);
}

test.each([
  [
    "energy of an FPGA",
    "fpga: ecp5-85",
    "energy_uj_per_inference: min, latency_us: min",
    "",
    /the search uses energy_uj_per_inference, .*FPGA is unknown/,
  ],
  ["a quantile of it", "fpga: ecp5-85", "energy_uj_per_inference@90: min", "", /the search uses energy_uj_per_inference/],
  ["power in a constraint", "fpga: ecp5-85", "latency_us: min", "'power_mw < 3'", /the search uses power_mw/],
  ["area of an FPGA", "fpga: xczu7ev", "area_mm2: min", "", /the search uses area_mm2, but an FPGA has none/],
  ["an FPGA among several", "fpga: {sweep: [ecp5-45, ecp5-85]}", "area_mm2: min", "", /the search uses area_mm2/],
  ["tables of silicon", "technology_nm: 22", "fpga_luts: min", "", /the search uses fpga_luts, but the chip is no FPGA/],
])("%s is refused by name, before anything runs", async (_, chip, objectives, constraints, message) => {
  await expect(asked(chip, objectives, constraints)).rejects.toThrow(message);
  await expect(check(open(join(folder, "a.yaml")))).rejects.toThrow(message);
});

test.each([
  ["fpga: ecp5-85", "latency_us: min, fpga_luts: min", "'fpga_utilisation_percent <= 80'", ""],
  ["technology_nm: 22", "energy_uj_per_inference: min, area_mm2: min", "", ""],
  ["fpga: ecp5-85", "energy_uj_per_inference: min", "", "prices: {synapse_memory_read_pj: {value: 3, source: a meter}}\n"],
])("what a chip has may be asked for: %s, %s", async (chip, objectives, constraints, prices) => {
  await expect(asked(chip, objectives, constraints, prices)).resolves.toBeDefined();
});

test("F2: a clock that the device does not stand is no point that fits", async () => {
  for (const [clock, code] of [
    [10, undefined],
    [100, "CLOCK_TOO_FAST"],
  ] as const) {
    await asked(`fpga: ecp5-85, clock_mhz: ${clock}`, "latency_us: min", "");
    const checked = await check(open(join(folder, "a.yaml")));
    expect(checked.kind === "board" ? checked.infeasible?.code : "coupled").toBe(code);
  }
});
