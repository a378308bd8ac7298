/** `check` of convolutional networks, with kernels that cannot be shared; and a convolution on a shipped chip. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { check } from "../../app/check.js";
import { estimate } from "../../app/estimate.js";
import { open } from "../../app/open.js";
import { simulate } from "../../app/simulate.js";
import { type NirFile, type NirValue, nirArray } from "../../arch/formats/nir/graph.js";
import { writeNir } from "../../arch/formats/nir/write.js";
import { checkLines } from "../../cli/format/check-lines.js";
import { estimateLines } from "../../cli/format/estimate-lines.js";
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

/** Three outputs behind a pool of 2 x 2 over a square of 8 x 8. */
function behindPool(): NirFile {
  const ones = (): NirValue => nirArray([1, 1, 1], [3]);
  const square = (size: number): NirValue => whole(size, size);
  const flatten = { start_dim: nirArray([0], [], "i8"), end_dim: nirArray([-1], [], "i8"), input_type: whole(1, 4, 4) };
  return {
    version: "1.0",
    graph: {
      nodes: new Map([
        ["in", node("Input", { shape: whole(1, 8, 8) })],
        ["pool", node("SumPool2d", { kernel_size: square(2), stride: square(2), padding: square(0) })],
        ["flat", node("Flatten", flatten)],
        ["fc", node("Linear", { weight: nirArray(new Array<number>(48).fill(0.5), [3, 16]) })],
        ["n", node("IF", { r: ones(), v_threshold: ones() })],
        ["out", node("Output", { shape: whole(3) })],
      ]),
      edges: ["in pool", "pool flat", "flat fc", "fc n", "n out"].map((edge) => ({ from: edge.split(" ")[0], to: edge.split(" ")[1] })),
      metadata: new Map(),
    },
  };
}

const described = <Said>(size: number, chip: string, ask: (file: string) => Promise<Said>): Promise<Said> =>
  describedWith(network(size), chip, ask);

async function describedWith<Said>(net: NirFile, chip: string, ask: (file: string) => Promise<Said>): Promise<Said> {
  const folder = mkdtempSync(join(tmpdir(), "check-"));
  try {
    await writeNir(join(folder, "net.nir"), net);
    writeFileSync(join(folder, "in.csv"), "step,neuron\n0,1\n");
    writeFileSync(
      join(folder, "a.yaml"),
      `version: 1\nnetwork: { model: net.nir, nir: { step_seconds: 1e-3, reset: zero } }\nworkload: { dataset: spike-file, path: in.csv, samples: 1, timing_samples: 1 }\n${chip.includes("chip:") ? "" : "chip: { clock_mhz: 10 }\n"}${chip}`,
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
  const unrolled = (why: string): string => `convolutions into n store a matrix with a weight per synapse, not a kernel: ${why} whole rows`;
  expect(await warningsOf(8, DENSE)).toContain(unrolled("a dense scan reads"));
  expect(await warningsOf(8, DRAM)).toContain(unrolled("DRAM holds"));
  expect(await warningsOf(8, `${DENSE}chip: { convolution: unrolled, clock_mhz: 10 }\n`)).toEqual([]);
});

test("estimate tells of weights in DRAM: how many, that no memory is fuller than full, and what check warns of", async () => {
  const dies = "noc: { width: 2, height: 1, dies: { columns: 2 } }\n";
  const small = "tile: { core: { synapse_memory: { size_kib: 0.25 } } }\n";
  await described(8, `${DRAM}${dies}${small}`, async (file) => {
    const checked = await check(open(file));
    const found = await estimate(join(dirname(file), "net.nir"), { chips: [file], steps: 4, dtSeconds: 1e-3, reset: "zero" });
    if (checked.kind !== "board") throw new Error("a board");
    const [{ occupancy, warnings }] = found.chips;
    expect(warnings.length).toBe(2);
    expect(checked.warnings).toEqual(expect.arrayContaining([...warnings]));
    expect(occupancy?.weights.inDram).toBeGreaterThan(0);
    expect(occupancy?.weights.fullest).toBeLessThanOrEqual(1);
    expect(estimateLines({ colour: false, unicode: true }, found).join("\n")).toMatch(
      /weights +[\d.]+ of 0[.]5000 KiB, fullest core [\d.]+ %; [\d.]+ KiB in DRAM/,
    );
  });
});

test("check says how many neurons in front of a pool share the rows behind it, or why they do not", async () => {
  const said = (chip: string) =>
    describedWith(behindPool(), chip, async (file) => {
      const found = await check(open(file));
      return found.kind === "board"
        ? { text: checkLines({ colour: false, unicode: true }, found).join("\n"), warnings: found.warnings }
        : null;
    });
  const shared = await said("");
  expect(shared?.text).toContain("weights in -> n: dense, 48 B, 16 rows for 64 neurons\n");
  expect(shared?.warnings.filter((line) => line.includes("pool"))).toEqual([]);
  const scanned = await said(DENSE);
  expect(scanned?.warnings).toContain(
    "weights behind a pool into n store a row per neuron in front of the pool, not per place behind it: a dense scan reads whole rows",
  );
  expect(scanned?.text).not.toContain("rows for");
});

test("check of a point that fits says if it has no estimate", async () => {
  const found = await described(8, "", (file) => check(open(file)));
  if (found.kind !== "board") throw new Error("a board");
  const linesOf = (estimate: typeof found.estimate): string =>
    checkLines({ colour: false, unicode: true }, { ...found, estimate }).join("\n");
  expect(linesOf(found.estimate)).toMatch(/^time {2}about/m);
  expect(linesOf(null)).toMatch(/^no estimate of time and memory: .* the network does not fit$/m);
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
