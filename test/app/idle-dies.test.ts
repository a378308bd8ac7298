/** Bandwidth and latency of links between dies that do not exist, and a DRAM whose bits cross none. */
import { expect, test } from "vitest";
import { check, open, simulate } from "../../app/index.js";

const warned = async (noc: object, sweep: object = {}): Promise<readonly string[]> => {
  const found = await check(open({ version: 1, extends: "mesh-2x2", network: { model: "mnist-rows-lif" }, noc, ...sweep }));
  return found.kind === "board" ? found.warnings.filter((line) => line.includes("one die")) : [];
};

test("a network on one die is told that its links between dies are none; one on two dies, and one without the key, are not", async () => {
  expect(await warned({ dies: { bandwidth_gbit_s: 1 } })).toEqual([
    "noc.dies is one die: its bandwidth and latency have no effect; set noc.dies.columns or noc.dies.rows",
  ]);
  expect(await warned({ dies: { columns: 2, bandwidth_gbit_s: 1 } })).toEqual([]);
  expect(await warned({})).toEqual([]);
});

test("nor is a search over the number of dies", async () => {
  expect(
    await warned({ dies: { columns: { sweep: [1, 2] }, bandwidth_gbit_s: 1 } }, { sweep: { objectives: { latency_us: "min" } } }),
  ).toEqual([]);
});

test("check and sim say of DRAM beside several dies, written, searched or derived, that its bits cross no link; of one of both alone, nothing", {
  tags: ["long"],
}, async () => {
  const DRAM = { to: "dram", bandwidth_gbit_s: 12.8, latency_ns: 60 };
  const TWO = { columns: 2, bandwidth_gbit_s: 2 };
  const searched = { columns: { sweep: [1, 2] }, bandwidth_gbit_s: 2 };
  for (const [dies, spill, isWarned, isSearch] of [
    [TWO, DRAM, true, false],
    [searched, DRAM, true, true],
    [TWO, { to: { sweep: ["none", "dram"] } }, true, true],
    [TWO, { to: { sweep: ["dram", "none"] } }, true, true],
    [searched, { to: { sweep: ["none", "dram"] } }, true, true],
    [searched, { to: { sweep: { derived: "columns > 1 ? 'dram' : 'none'" } } }, true, true],
    [{ bandwidth_gbit_s: 2 }, { to: { sweep: ["none", "dram"] } }, false, true],
    [TWO, null, false, false],
    [{ bandwidth_gbit_s: 2 }, DRAM, false, false],
    [null, DRAM, false, false],
  ] as const) {
    const description = open({
      ...{ version: 1, extends: "mesh-2x2", network: { model: "mnist-rows-lif" } },
      workload: { samples: 1, timing_samples: 1 },
      ...(dies === null ? {} : { noc: { dies } }),
      ...(spill === null ? {} : { spill }),
      ...(isSearch ? { sweep: { objectives: { latency_us: "min" } } } : {}),
    });
    const found = await check(description);
    const lines = (warnings: readonly string[]): number => warnings.filter((line) => line.includes("cross no link between dies")).length;
    expect(found.kind === "board" && lines(found.warnings)).toBe(isWarned ? 1 : 0);
    if (!isSearch) expect(lines((await simulate(description)).warnings)).toBe(isWarned ? 1 : 0);
  }
});
