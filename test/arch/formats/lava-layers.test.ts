/** Layers of a Lava file that do not fit each other are refused once, with what would fit. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import h5wasm from "h5wasm/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LOIHI_WORDS } from "../../../app/import-lava.js";
import { importLava } from "../../../app/index.js";
import { readLava } from "../../../arch/index.js";
import { InputError } from "../../../base/errors.js";
import { runnableGraph } from "../../../sim/functional/runnable.js";
import { prepareNir } from "../../../sim/nir/import.js";
import { integerNir } from "../../../sim/nir/integer.js";
import { LAVA_OPTIONS } from "../../../sim/nir/options.js";

const folder = mkdtempSync(join(tmpdir(), "lava-layers-"));
const path = join(folder, "n.net");
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => h5wasm.ready);

type Layer = { readonly [key: string]: string | readonly number[] };
const NEURON: Layer = { type: "LOIHI", iDecay: [1024], vDecay: [128], vThMant: [40] };

function put(group: InstanceType<typeof h5wasm.Group>, values: Layer, shapes: { readonly [key: string]: readonly number[] } = {}): void {
  for (const [name, value] of Object.entries(values)) {
    const data = typeof value === "string" ? value : Float64Array.from(value);
    group.create_dataset({ name, data, ...(shapes[name] === undefined ? {} : { shape: [...shapes[name]] }) });
  }
}

/** Writes an input of 2 x 4 x 4, or of `shape`, and one layer, which has neurons except `average`. */
function written(layer: Layer, weight: readonly number[] = [], shape: readonly number[] = [2, 4, 4]): void {
  const file = new h5wasm.File(path, "w");
  const layers = file.create_group("layer");
  put(layers.create_group("0"), { type: "input", shape });
  const second = layers.create_group("1");
  put(second, layer, { weight });
  if (layer.type !== "average") put(second.create_group("neuron"), NEURON);
  file.close();
}

/** What is said of the file, a line per problem. */
const said = (): Promise<readonly string[]> =>
  readLava(path).then(
    () => [],
    (error: unknown) => (error instanceof InputError ? error.problems.map((one) => `${one.path}: ${one.message}`) : [String(error)]),
  );

const ones = (count: number): readonly number[] => new Array<number>(count).fill(1);
const kernel: Layer = { type: "conv", shape: [1, 3, 3], weight: ones(8) };

test.each<[claim: string, layer: Layer, weight: readonly number[], message: string]>([
  ["a stride of 0", { ...kernel, stride: [0, 1] }, [1, 2, 2, 2], "layer/1/stride: is 0, 1, expected one or two whole numbers from 1"],
  ["a large kernel", { ...kernel, weight: ones(50) }, [1, 2, 5, 5], "layer/1/kernelSize: of 5 x 5 exceeds the picture of 4 x 4"],
  ["a delay", { ...kernel, delay: [63, 1] }, [1, 2, 2, 2], "layer/1/delay: holds 2 values, expected 1 or 9"],
])("%s that does not fit is one problem, told once", async (_, layer, weight, message) => {
  written(layer, weight);
  const all = await said();
  expect(all.filter((line) => line === message)).toHaveLength(1);
  expect(new Set(all).size).toBe(all.length);
});

test("a mean of more weights than a file may hold is refused with their number", async () => {
  written({ type: "average", shape: [524_288] }, [], [1_048_576, 1, 1]);
  expect(await said()).toEqual([
    "layer/1/shape: averages 1048576 neurons into 524288: with zeros 549755813888 weights, at most 33554432 are kept",
  ]);
});

test("a width that the words of Loihi lack is set in the description of a chip, which the message asks for", async () => {
  const [csv, chip] = [join(folder, "in.csv"), join(folder, "wide.yaml")];
  writeFileSync(csv, "1,0\n0,1\n");
  writeFileSync(
    chip,
    `version: 1\nextends: mesh-2x2\nprecision: { integers: from-file, leak: truncate, gate_bits: 12, state_bits: 24, weight_bits: 10 }\n`,
  );
  written({ type: "dense", shape: [1], weight: [300, 1] }, [1, 2], [2, 1, 1]);
  await expect(importLava(path, { restartSteps: 0, input: csv })).rejects.toThrow(
    "needs 10 bits, has 9; set precision.weight_bits: 10 in the description of a chip, and name it with --on",
  );
  expect((await importLava(path, { restartSteps: 0, input: csv, on: chip })).ran?.integer).not.toBeNull();
});

test("values enter as weight x + bias to nearest, halves away from zero, whatever the weight", async () => {
  let halves = 0;
  for (const [weight, bias] of [93, 98, 99, 105, 40].flatMap((w) => [0, 11, -36].map((b) => [w, b] as const))) {
    const file = new h5wasm.File(path, "w");
    const input = file.create_group("layer").create_group("0");
    put(input, { type: "input", shape: [1, 1, 1], weight: [weight], bias: [bias] });
    put(input.create_group("neuron"), NEURON);
    file.close();
    const runnable = runnableGraph(integerNir(prepareNir(await readLava(path), path, LAVA_OPTIONS), LOIHI_WORDS, "events").graph);
    // eighths times whole numbers are exact: the sum of eighths decides
    const eighths = Array.from({ length: 17 }, (_, k) => k - 8);
    const words = new Int32Array(eighths.length);
    runnable.toInputs(
      eighths.map((k) => k / 8),
      words,
    );
    const wanted = eighths.map((k) => {
      const sum = weight * k + 8 * bias;
      halves += Number(Math.abs(sum % 8) === 4);
      return Math.max(-127, Math.min(127, Math.sign(sum) * Math.floor((Math.abs(sum) + 4) / 8)));
    });
    expect([...words], `${weight} x + ${bias}`).toEqual(wanted.map((word) => word + 0));
  }
  expect(halves).toBeGreaterThan(20);
});

test("a report says how values become payloads of an input layer", async () => {
  const file = new h5wasm.File(path, "w");
  const input = file.create_group("layer").create_group("0");
  put(input, { type: "input", shape: [2, 1, 1], weight: [40], bias: [-36] });
  put(input.create_group("neuron"), NEURON);
  file.close();
  const { report } = prepareNir(await readLava(path), path, LAVA_OPTIONS);
  expect(report.assumed).toContain("values x of port enter as 40 x - 36, to nearest");
});
