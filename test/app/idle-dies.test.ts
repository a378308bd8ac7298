/** Bandwidth and latency of links between dies that do not exist. */
import { expect, test } from "vitest";
import { check, open } from "../../app/index.js";

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
