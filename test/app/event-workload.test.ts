/**
 * Recordings of event cameras as a workload: a chip gives the same results on events as on the equal grid of spikes.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { check } from "../../app/check.js";
import { eventMisfit } from "../../app/event-shape.js";
import { importNir } from "../../app/import-nir.js";
import { open } from "../../app/open.js";
import { simulate } from "../../app/simulate.js";
import { sweep } from "../../app/sweep.js";
import { nirArray } from "../../arch/formats/nir/graph.js";
import { writeNir } from "../../arch/formats/nir/write.js";
import { createRng } from "../../base/rng.js";
import { checkLines } from "../../cli/format/check-lines.js";
import { node, whole } from "../nir-nodes.js";

const SIDE = 6;
const STEPS = 8;
const folder = mkdtempSync(join(tmpdir(), "events-"));
const rng = createRng(6, "event-workload");
afterAll(() => rmSync(folder, { recursive: true }));

/** Two polarities of a square, one IF neuron per class on all of them. */
async function writeNetwork(side: number, file: string): Promise<void> {
  const inputs = 2 * side * side;
  const weight = nirArray(
    Array.from({ length: 2 * inputs }, () => rng.int(-9, 20) / 16),
    [2, inputs],
  );
  await writeNir(join(folder, file), {
    version: "1.0",
    graph: {
      nodes: new Map([
        ["in", node("Input", { shape: whole(2, side, side) })],
        [
          "flat",
          node("Flatten", { start_dim: nirArray([0], [], "i8"), end_dim: nirArray([-1], [], "i8"), input_type: whole(2, side, side) }),
        ],
        ["fc", node("Linear", { weight })],
        ["n", node("IF", { r: nirArray([1, 1], [2]), v_threshold: nirArray([2, 2], [2]) })],
        ["out", node("Output", { shape: whole(2) })],
      ]),
      edges: ["in flat", "flat fc", "fc n", "n out"].map((edge) => ({ from: edge.split(" ")[0], to: edge.split(" ")[1] })),
      metadata: new Map(),
    },
  });
}

const description = (workload: string, model = "net.nir"): string =>
  `version: 1\nnetwork: { model: ${model}, nir: { step_seconds: 1e-3, reset: subtract } }\nworkload: ${workload}\n`;

/** Six recordings of two classes, in order of their names, and the same as a list of spikes with a payload. */
beforeAll(async () => {
  await writeNetwork(SIDE, "net.nir");
  await writeNetwork(SIDE / 2, "half.nir");
  const spikes = ["sample,step,neuron,payload"];
  for (let sample = 0; sample < 6; sample++) {
    const label = Math.floor(sample / 3);
    const events = Array.from({ length: 60 }, () => ({
      x: rng.int(0, SIDE - 1),
      y: rng.int(0, SIDE - 1),
      p: rng.int(0, 1),
      t: rng.int(0, 1000 * STEPS - 1),
    }));
    const list = [{ x: 0, y: 0, p: 1, t: 0 }, ...events].sort((a, b) => a.t - b.t);
    mkdirSync(join(folder, "recordings", String(label)), { recursive: true });
    writeFileSync(
      join(folder, "recordings", String(label), `${sample}.csv`),
      `t,x,y,p\n${list.map(({ x, y, p, t }) => `${t},${x},${y},${p}\n`).join("")}`,
    );
    const counts = new Map<string, number>();
    for (const { x, y, p, t } of list) {
      const key = `${sample},${Math.floor(t / 1000)},${(p * SIDE + y) * SIDE + x}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    spikes.push(...[...counts].map(([key, count]) => `${key},${count}`));
    if (!list.some(({ t }) => t >= 1000 * (STEPS - 1))) spikes.push(`${sample},${STEPS - 1},0,0`);
  }
  writeFileSync(join(folder, "spikes.csv"), `${spikes.join("\n")}\n`);
  writeFileSync(join(folder, "labels.txt"), "0\n0\n0\n1\n1\n1\n");
  const events = (more: string): string =>
    `{ dataset: events, path: recordings, samples: 6, timing_samples: 6, events: { width: 6, height: 6, steps: ${STEPS}${more} } }`;
  writeFileSync(join(folder, "events.yaml"), description(events("")));
  writeFileSync(join(folder, "half.yaml"), description(events(", downsample: 2"), "half.nir"));
  writeFileSync(
    join(folder, "grid.yaml"),
    description("{ dataset: spike-file, path: spikes.csv, labels: labels.txt, samples: 6, timing_samples: 6 }"),
  );
});

test("accuracy, counts, cycles and energy on events are those on the grid of their counts", async () => {
  const [events, grid] = await Promise.all(["events", "grid"].map((name) => simulate(open(join(folder, `${name}.yaml`)))));
  expect(events.result.metrics).toEqual(grid.result.metrics);
  expect(events.result.provenance.utterances).toBe(6);
  expect(Number(events.result.metrics.accuracy_percent)).toBeGreaterThan(0);
});

test("values: binary makes spikes of 1, count slices make other steps, and each is told apart", async () => {
  const on = async (values: Record<string, string | number>) => (await simulate(open(join(folder, "events.yaml")), { values })).result;
  const [counts, binary, bySlice] = [
    await on({}),
    await on({ "workload.events.values": "binary" }),
    await on({ "workload.events.slice": "count", "workload.events.events_per_step": 10 }),
  ];
  const different = (metric: "energy_uj_per_inference" | "spikes_fired"): number =>
    new Set([counts, binary, bySlice].map(({ metrics }) => metrics[metric])).size;
  expect([different("energy_uj_per_inference"), different("spikes_fired")]).toEqual([3, 3]);
});

test("check says what fits, and a network of another size is refused with both sizes", async () => {
  const said = await check(open(join(folder, "half.yaml")));
  expect(said.kind === "board" && said.infeasible).toBe(null);
  await expect(check(open(join(folder, "half.yaml")), { values: { "workload.events.downsample": 3 } })).rejects.toThrow(
    /workload\.events: its events fall on 8 inputs, the network takes 18/,
  );
});

test("events on a picture of another shape are refused, though it has as many inputs; axes of 1 say nothing", async () => {
  const on = (values: { readonly [path: string]: string | number }) => check(open(join(folder, "half.yaml")), { values });
  const turned = {
    "workload.events.width": 9,
    "workload.events.height": 6,
    "workload.events.downsample": 1,
    "workload.events.crop.width": 9,
  };
  await expect(on({ ...turned, "workload.events.crop.height": 1 })).rejects.toThrow(
    /workload\.events: its events fall on 2 x 1 x 9 inputs, the network takes 2 x 3 x 3.*channels x height x width/s,
  );
  const grid = [2, 10, 20] as const;
  const misfit = (shape: readonly number[], on: typeof grid | readonly [1, 1, 400] = grid) =>
    eventMisfit({ inputs: 400, grid: on }, { shape, size: 400 });
  expect(
    [
      [2, 20, 10],
      [1, 20, 20],
      [20, 2, 10],
    ].map((shape) => misfit(shape)),
  ).toEqual(
    ["2 x 20 x 10", "1 x 20 x 20", "20 x 2 x 10"].map((shape) => `its events fall on 2 x 10 x 20 inputs, the network takes ${shape}`),
  );
  expect([[2, 10, 20], [1, 2, 10, 20], [400], [1, 1, 400], [20, 20]].map((shape) => misfit(shape))).toEqual(Array(5).fill(null));
  expect([[400], [400, 1, 1], [1, 400]].map((shape) => misfit(shape, [1, 1, 400]))).toEqual(Array(3).fill(null));
});

test("spikes_fired, and the neurons that check counts, leave out the sums of a neuron whose fan-in is cut", async () => {
  const at = open(join(folder, "events.yaml"));
  const values = { "noc.width": 2, "noc.height": 2, "inputs.at": "port" };
  const cut = { ...values, "tile.core.synapse_memory.size_kib": 0.3125 };
  const [whole, parts] = [await simulate(at, { values }), await simulate(at, { values: cut })];
  expect(parts.result.metrics.spikes_fired).toBe(whole.result.metrics.spikes_fired);
  const sent = (parts.counters?.cores ?? []).reduce((sum, core) => sum + core.spikes_sent, 0);
  expect(sent / 6).toBeGreaterThan((parts.result.metrics.spikes_fired ?? 0) + STEPS);
  const said = await check(at, { values: cut });
  expect(
    said.kind === "board"
      ? [said.summingNeurons, checkLines({ colour: false, unicode: true }, said).find((line) => line.startsWith("fits"))]
      : null,
  ).toEqual([2, expect.stringMatching(/^fits: 2 neurons and 2 parts of their sums on /)]);
});

test("a sweep over how events become steps runs each point on its own events", { tags: ["long"] }, async () => {
  writeFileSync(
    join(folder, "sweep.yaml"),
    `${description("{ dataset: events, path: recordings, samples: 6, timing_samples: 2, events: { width: 6, height: 6 } }")}sweep:\n  sampler: { name: grid }\n  parameters: [{ path: workload.events.values, values: [counts, binary] }, { path: workload.events.steps, values: [4, 8] }]\n  objectives: { energy_uj_per_inference: min }\n`,
  );
  const found = await sweep(open(join(folder, "sweep.yaml")), { db: join(folder, "sweep.db"), workers: 1 });
  expect([found.done, found.failed, found.infeasible]).toEqual([4, 0, 0]);
});

test("a search for accuracy on recordings without classes is refused before it runs", async () => {
  const search = (path: string, accuracy: string): string =>
    `${description(`{ dataset: events, path: ${path}, samples: 3, timing_samples: 1, events: { width: 6, height: 6 } }`)}sweep:\n  parameters: [{ path: workload.events.steps, values: [4] }]\n  objectives: { ${accuracy} }\n`;
  writeFileSync(join(folder, "blind.yaml"), search("recordings/0", "accuracy_percent: max"));
  await expect(sweep(open(join(folder, "blind.yaml")), { db: join(folder, "blind.db"), workers: 1 })).rejects.toThrow(
    /the search uses accuracy_percent, but no sample of recordings\/0 has a class/,
  );
});

test("import nir takes a recording as its input, of the size that the network's input has", async () => {
  const nir = { dtSeconds: 1e-3, reset: "subtract", scheme: "euler", integratorGain: "unit", refractorySeconds: 0 } as const;
  const encoding = { kind: "direct", stepsPerFrame: 1, gain: 1, threshold: 0.1 } as const;
  const run = (input: string, sample: number) => importNir(join(folder, "net.nir"), { ...nir, input, sample, encoding });
  const [events, grid] = [await run(join(folder, "recordings/0/2.csv"), 0), await run(join(folder, "spikes.csv"), 2)];
  expect(events.ran?.outputs).toEqual(grid.ran?.outputs);
});

test("events where they have no meaning, and a set without its folder, are refused in the description", () => {
  const refuses = (workload: string, message: RegExp): void => {
    writeFileSync(join(folder, "wrong.yaml"), description(workload));
    expect(() => open(join(folder, "wrong.yaml"))).toThrow(message);
  };
  refuses("{ dataset: mnist-rows, events: { steps: 3 } }", /workload\.events: is given, but the data set mnist-rows has no events/);
  refuses("{ dataset: nmnist }", /workload\.path: is not given, and nmnist does not come with this package/);
  refuses("{ dataset: nmnist, path: x, labels: y }", /workload\.labels: is given, but the data set nmnist has labels of its own/);
  refuses("{ dataset: events, path: x, events: { polarity: signed } }", /workload\.events\.polarity: .*separate.*merged/);
});
