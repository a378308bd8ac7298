/** `check` names the numbers of lanes of a search that are one chip; a run of each shows that they are. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type ChipDescription, check, open, simulate } from "../../app/index.js";

const folder = mkdtempSync(join(tmpdir(), "searched-lanes-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** State words of 64 bits hold two sums of 24, weight words of 64 bits eight weights of 8. */
const described = (name: string, lanes: string, banks: string): ChipDescription =>
  ofCore(name, `{ lanes: ${lanes}, state_memory: { banks: ${banks} } }`);

function ofCore(name: string, core: string, more = "", sampler = "{ name: grid }"): ChipDescription {
  const file = join(folder, name);
  const workload = "{ dataset: mnist-rows, samples: 2, timing_samples: 1 }";
  const sweep = `{ objectives: { latency_us: min }, sampler: ${sampler} }`;
  writeFileSync(
    file,
    `version: 1\nextends: mesh-2x2\nnetwork: { model: mnist-rows-lif.safetensors }\nworkload: ${workload}\ntile: { core: ${core} }\nsweep: ${sweep}\n${more}`,
  );
  return open(file) as ChipDescription;
}

const warned = async (description: ChipDescription): Promise<readonly string[]> =>
  (await check(description)).warnings.filter((text) => text.includes("are one chip"));

test("lanes beyond those that two banks of state words feed are one chip, and no warning names those below", async () => {
  const description = described("a.yaml", "{ sweep: [2, 4, 6, 8] }", "2");
  expect(await warned(description)).toEqual([
    "tile.core.lanes: 4, 6, 8 are one chip as the rest is written: 4 of 8 lanes never work and are not priced: 2 banks of 64 bits in tile.core.state_memory hold 4 sums at once; set tile.core.lanes: 4, or more tile.core.state_memory.banks or word_bits",
  ]);
  const runs = await Promise.all(
    [2, 4, 6, 8].map(
      (lanes) => simulate(description, { values: { "tile.core.lanes": lanes } }) as Promise<{ result: { metrics: object } }>,
    ),
  );
  const [two, four, six, eight] = runs.map(({ result }) => JSON.stringify(result.metrics));
  expect([six, eight]).toEqual([four, four]);
  expect(two).not.toBe(four);
});

test("of many values that follow each other in the search, the first and the last are named", async () => {
  const told = async (name: string, lanes: string): Promise<string> => (await warned(described(name, lanes, "2")))[0];
  expect(await told("all.yaml", "{ sweep: { range: [1, 60] } }")).toMatch(/^tile\.core\.lanes: 4 to 60 are one chip /);
  expect(await told("many.yaml", "{ sweep: { range: [1, 256] } }")).toMatch(/^tile\.core\.lanes: 4 to 256 are one chip /);
  expect(await told("odd.yaml", "{ sweep: [16, 2, 12, 4, 8, 6] }")).toMatch(/^tile\.core\.lanes: 4 to 16 are one chip /);
});

test("of a chip of many cores, fewer values are compared", { tags: ["long"] }, async () => {
  // 64 values of 4,096 cores; a random search of few points of a large space has no replays to foretell
  const more = "noc: { width: 64, height: 64 }\nchip: { clock_mhz: { sweep: { range: [1, 200] } } }\n";
  const lanes = (most: number): string => `{ lanes: { sweep: { range: [1, ${most}] } }, state_memory: { banks: 2 } }`;
  expect(await warned(ofCore("most.yaml", lanes(64), more, "{ name: random, budget: 4 }"))).toHaveLength(1);
  expect(await warned(ofCore("more.yaml", lanes(65), more, "{ name: random, budget: 4 }"))).toEqual([]);
});

test("where a searched number of banks feeds them somewhere in the search, they are not one chip", async () => {
  expect(await warned(described("b.yaml", "{ sweep: [2, 4, 8] }", "{ sweep: [1, 4] }"))).toEqual([]);
  expect(await warned(described("c.yaml", "{ sweep: [1, 2, 4] }", "{ sweep: [1, 2] }"))).toEqual([]);
});

test("where a searched width of sums feeds them, or another network might, they are not one chip", async () => {
  const lanes = (name: string, more: string) => ofCore(name, "{ lanes: { sweep: [2, 4] }, state_memory: { banks: 1 } }", more);
  expect(await warned(lanes("f.yaml", "precision: { accumulator_bits: 24 }\n"))).toHaveLength(1);
  expect(await warned(lanes("g.yaml", "precision: { accumulator_bits: { sweep: [24, 16] } }\n"))).toEqual([]);
  const model = 'network: { model: { sweep: ["mnist-rows-lif.safetensors", "mnist-rows-rec-v2.safetensors"] } }';
  const file = join(folder, "f.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace(/^network: .*$/m, model));
  expect(await warned(open(file) as ChipDescription)).toEqual([]);
});

test("lanes beyond the longest sparse row are neither built nor priced, in the address generator neither", async () => {
  const memories = "synapse_memory: { word_bits: 512, banks: 8, size_kib: 128 }";
  const sparse = (name: string, lanes: string) => ofCore(name, `{ lanes: ${lanes}, ${memories} }`, "chip: { weight_format: rows }\n");
  const description = sparse("d.yaml", "{ sweep: [128, 256] }");
  expect(await warned(description)).toEqual([expect.stringContaining("tile.core.lanes: 128, 256 are one chip")]);
  const [fed, idle] = await Promise.all(
    [128, 256].map(
      async (lanes) =>
        (await simulate(description, { values: { "tile.core.lanes": lanes } })) as {
          result: { metrics: { latency_us: number; area_mm2: number } };
        },
    ),
  );
  expect(idle.result.metrics).toEqual(fed.result.metrics);
  const alone = await check(description, { values: { "tile.core.lanes": 256 } });
  expect(alone.warnings.join()).toContain("128 of 256 lanes never work and are not priced: no row has more than 128 weights");
});
