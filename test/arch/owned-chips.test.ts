/** Chips that people own: every number says where it comes from, and an interval holds what its sources say. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { open, openChip } from "../../app/open.js";
import { simulate } from "../../app/simulate.js";
import { shippedPath } from "../../arch/index.js";
import { atRest } from "../../sim/recorded/published/boards.js";
import { publishedValue } from "../../sim/recorded/published/row.js";

const OWNED = ["loihi-like", "speck-like", "xylo-like", "spinnaker2-like"] as const;

test.each(OWNED)("%s opens, and each line with a number names a source, or says that it is a guess", (name) => {
  expect(openChip(name).experiment.chip.name).toBe(name);
  const lines = readFileSync(shippedPath("chip", name) as string, "utf8").split("\n");
  const bare = lines.filter((line) => /^[^#]*: [^#]*\d/.test(line) && !/#|source: /.test(line));
  // structure alone: one of a thing, or the chip's name
  expect(
    bare.filter((line) => !/^version: 1$|^ *(cores|lanes): 1$|^extends: |^noc: \{ topology: mesh, width: 1, height: 1 \}$/.test(line)),
  ).toEqual([]);
});

const table = (chip: string, metric: string): number => publishedValue(chip, metric).value;
const SANAFE = "Loihi (SANA-FE preset)";
test.each([
  [
    "synaptic_add_pj",
    [
      table("Loihi", "energy per synaptic spike op (min)"),
      ...["dense", "sparse", "convolution"].map((kind) => table(SANAFE, `${kind} synapse energy`)),
    ],
  ],
  ["parameter_memory_read_pj", [table("Loihi", "energy per neuron update, active"), table("Loihi", "energy per neuron update, inactive")]],
  ["parameter_memory_read_pj", [table(SANAFE, "soma access energy") + table(SANAFE, "soma update energy")]],
  ["output_queue_push_pj", [table("Loihi", "within-tile spike energy"), table(SANAFE, "axon-out message energy")]],
  ["link_flit_pj", [table("Loihi", "energy per tile hop east-west"), table("Loihi", "energy per tile hop north-south")]],
] as const)("loihi-like: %s within its interval is what each source says", (name, published) => {
  const { value, plusMinusPercent } = openChip("loihi-like").experiment.chip.priceOverrides[name];
  const ratio = 1 + (plusMinusPercent ?? 0) / 100;
  for (const one of published) {
    expect(one).toBeGreaterThanOrEqual((Number(value) / ratio) * 0.995);
    expect(one).toBeLessThanOrEqual(Number(value) * ratio * 1.005);
  }
});

test("loihi-like: a core's standing power is its share of the board's", () => {
  const { value } = openChip("loihi-like").experiment.chip.priceOverrides.datapath_leakage_mw;
  expect(Number(value) * 128).toBeCloseTo(table("Loihi (32-chip board)", "static power per chip"), 0);
});

test("loihi-like: a message costs its price once, and a hop's price per hop of its way", async () => {
  const groupsOn = async (core: number): Promise<{ readonly noc: number; readonly queue: number; readonly hops: number }> => {
    const { result } = await simulate(
      open({
        version: 1,
        extends: "loihi-like",
        network: { model: shippedPath("nir", "quad"), nir: { step_seconds: 1e-3, reset: "zero" } },
        workload: { dataset: "spike-file", path: shippedPath("spikes", "quad") },
        inputs: { at: "cores" },
        mapping: { strategy: "manual", manual: { input: [1], hidden: [0], output_neurons: [core] } },
      }),
    );
    const rows = result.breakdown;
    const sum = (group: string): number => rows.filter((row) => row.group === group).reduce((pj, row) => pj + (row.energyPj ?? 0), 0);
    return { noc: sum("noc"), queue: sum("queue"), hops: rows.find(({ component }) => component === "link flits")?.count ?? 0 };
  };
  // tile 0, tile 1, and the far corner of 8 x 4 tiles: 0, 1 and 10 hops for each spike of the hidden layer
  const [near, next, far] = [await groupsOn(2), await groupsOn(4), await groupsOn(127)];
  expect(near.hops).toBe(0);
  expect(near.noc).toBe(0);
  expect(near.queue / 13.7).toBeGreaterThan(100);
  expect(next.hops).toBeGreaterThan(100);
  expect(far.hops).toBe(10 * next.hops);
  expect(far.queue).toBe(near.queue);
  expect(far.noc).toBeCloseTo(10 * next.hops * 3.5, 6);
});

test("speck-like: nine cores hold 272 Ki weights, and rest at what two rails of the kit take, 0.42 mW", () => {
  const { chip, precision } = openChip("speck-like").experiment;
  expect(atRest({ chip, precision }).leakageMw).toBeCloseTo(0.419, 3);
  expect(chip.cores.reduce((sum, { synapseMemory }) => sum + synapseMemory.sizeBits / synapseMemory.wordBits, 0)).toBe(272 * 1024);
  const states = chip.cores.reduce((sum, { stateMemory }) => sum + stateMemory.sizeBits / stateMemory.wordBits, 0);
  expect(states / 2).toBe(320 * 1024);
});
