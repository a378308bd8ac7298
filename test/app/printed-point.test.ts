/**
 * What `check` and `simulate` tell of a point beside its metrics: the description as run, the network, the counters.
 */
import { expect, test } from "vitest";
import { check } from "../../app/check.js";
import { open } from "../../app/open.js";
import { simulate } from "../../app/simulate.js";

const VALUES = { "chip.voltage_v": 0.7, "tile[1].core.lanes": 1, "workload.samples": 4, "workload.timing_samples": 2 };

test("check tells the description with the caller's values", async () => {
  const { document } = await check(open("edge"), { values: VALUES });
  expect(document).toMatchObject({ chip: { voltage_v: 0.7 }, tile: { core: { lanes: 2 } }, "tile[1]": { core: { lanes: 1 } } });
});

test("simulate tells the description with the caller's values, and counters that sum to the breakdown's counts", async () => {
  const { document, network, counters, result } = await simulate(open("edge"), { values: VALUES });
  expect(document).toMatchObject({ chip: { voltage_v: 0.7 }, "tile[1]": { core: { lanes: 1 } } });
  expect(network?.populations.map(({ name, neurons }) => [name, neurons])).toEqual([
    ["input", 28],
    ["layer1", 128],
    ["layer2", 128],
    ["readout", 10],
  ]);
  expect(network?.projections.map(({ source, target, format }) => `${source} ${target} ${format}`)).toContain("layer1 layer1 dense");
  if (counters === null) throw new Error("no counters");
  const counted = (component: string) => Number(result.breakdown.find((row) => row.component === component)?.count) * counters.utterances;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  expect(counters.utterances).toBe(2);
  expect(sum(counters.cores.map((core) => core.synapse_reads))).toBe(counted("synapse memory reads"));
  expect(sum(counters.routers.map((router) => router.crossbar_flits))).toBe(counted("router crossbars"));
  expect(sum(counters.links.filter(({ wire }) => wire === "tile").map(({ flits }) => flits))).toBe(counted("link flits"));
  expect(counters.links.map(({ router, port, wire }) => `${router} ${port} ${wire}`)).toEqual([
    ...["0 east tile", "0 core 0 end", "1 west tile", "1 core 0 end"],
  ]);
});
