/** `check` of convolutional networks, with kernels that cannot be shared; and a convolution on a shipped chip. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { check } from "../../app/check.js";
import { open } from "../../app/open.js";
import { simulate } from "../../app/simulate.js";
import { type NirFile, type NirValue, nirArray } from "../../arch/formats/nir/graph.js";
import { writeNir } from "../../arch/formats/nir/write.js";
import { node, whole } from "../nir-nodes.js";

/** A convolution of one channel over a square. */
function network(size: number): NirFile {
  const ones = (): NirValue => nirArray(new Array<number>(size * size).fill(1), [1, size, size]);
  const taps = { weight: nirArray([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 3, 3]), bias: nirArray([0], [1]), groups: nirArray([1], [], "i8") };
  return {
    version: "1.0",
    graph: {
      nodes: new Map([
        ["in", node("Input", { shape: whole(1, size, size) })],
        ["conv", node("Conv2d", { ...taps, stride: whole(1, 1), padding: whole(1, 1), dilation: whole(1, 1) })],
        ["n", node("IF", { r: ones(), v_threshold: ones() })],
        ["out", node("Output", { shape: whole(1, size, size) })],
      ]),
      edges: ["in conv", "conv n", "n out"].map((edge) => ({ from: edge.split(" ")[0], to: edge.split(" ")[1] })),
      metadata: new Map(),
    },
  };
}

async function described<Said>(size: number, chip: string, ask: (file: string) => Promise<Said>): Promise<Said> {
  const folder = mkdtempSync(join(tmpdir(), "check-"));
  try {
    await writeNir(join(folder, "net.nir"), network(size));
    writeFileSync(join(folder, "in.csv"), "step,neuron\n0,1\n");
    writeFileSync(
      join(folder, "a.yaml"),
      `version: 1\nnetwork: { model: net.nir, nir: { step_seconds: 1e-3, reset: zero } }\nworkload: { dataset: spike-file, path: in.csv, samples: 1, timing_samples: 1 }\n${chip}`,
    );
    return await ask(join(folder, "a.yaml"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const warningsOf = (size: number, chip: string): Promise<readonly string[]> =>
  described(size, chip, async (file) => {
    const said = await check(open(file));
    return said.kind === "board" ? said.warnings : [];
  });

const DENSE = "tile: { core: { scan: { policy: dense } } }\n";
const DRAM = "spill: { to: dram }\n";

test("kernels are shared, or check says why they are not", async () => {
  expect(await warningsOf(8, "")).toEqual([]);
  const unrolled = (why: string): string => `convolutions into n store a weight and an index per synapse, not a kernel: ${why} whole rows`;
  expect(await warningsOf(8, DENSE)).toContain(unrolled("a dense scan reads"));
  expect(await warningsOf(8, DRAM)).toContain(unrolled("DRAM holds"));
  expect(await warningsOf(8, `${DENSE}chip: { convolution: unrolled }\n`)).toEqual([]);
});

test("a screening search of convolutions is warned of; another search is not", async () => {
  const search = (sampler: string): string =>
    `sweep: { objectives: { energy_uj_per_inference: min, latency_us: min }, sampler: { name: ${sampler}, budget: 2 } }\ntile: { core: { lanes: { sweep: [4, 8] } } }\n`;
  expect(await warningsOf(8, search("screen"))).toEqual([
    expect.stringMatching(/^the analytical model does not rank chips for convolutions \(into n\); search with sweep\.sampler\.name: nsga2/),
  ]);
  expect(await warningsOf(8, search("nsga2"))).toEqual([]);
});

test("F7: populations above 65,536 neurons need no word of warning", async () => {
  const said = await warningsOf(
    257,
    "noc: { width: 8, height: 8 }\ntile: { core: { max_neurons: 4096, state_memory: { size_kib: 64 } } }\n",
  );
  expect(said).toEqual([]);
});

test("sne-like runs a convolution of integrate-and-fire neurons as it is shipped", async () => {
  const { result } = await described(8, "extends: sne-like\n", (file) => simulate(open(file)));
  // one input spike, beside the corner: 6 of its 9 neurons lie on the map
  expect(result.metrics.synaptic_operations_per_inference).toBe(6);
});
