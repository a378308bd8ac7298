/** What is said of zeros of networks that are trained here, whose matrices lie dense, gets a warning; what has an effect gets none. */
import { expect, test } from "vitest";
import { check } from "../../app/check.js";
import { open } from "../../app/open.js";

const warned = async (text: string): Promise<readonly string[]> => {
  const found = await check(open({ version: 1, extends: "mesh-2x2", network: { model: "mnist-rows-lif" }, ...JSON.parse(text) }));
  return found.kind === "board" ? found.warnings.filter((line) => line.includes("lie dense")) : [];
};

test.each([
  ['{ "chip": { "weight_format": "bitmap" } }', "chip.weight_format: bitmap"],
  ['{ "precision": { "layers": { "layer1": { "weight_format": "rows" } } } }', "precision.layers.layer1.weight_format: rows"],
])("N5: %s saves no memory of a trained network, and check says so", async (text, asked) => {
  expect(await warned(text)).toEqual([
    `no memory is saved by ${asked}: matrices of networks that are trained here lie dense, zeros and all`,
  ]);
});

test("N5: so does zero_share of a network that a search makes", async () => {
  const training = { base: "mnist-rows-lif", chip_epochs: 1, zero_share: 0.5 };
  const workload = { dataset: "mnist-rows", split: "validation", samples: 10 };
  const found = await check(open({ version: 1, extends: "mesh-2x2", training, workload }));
  expect(found.kind === "board" && found.warnings.join()).toMatch(/saved by training\.zero_share: 0\.5: .* lie dense/);
});

test("what has no effect is not complained of where it says what is", async () => {
  expect(await warned('{ "chip": { "weight_format": "dense" } }')).toEqual([]);
  expect(await warned("{}")).toEqual([]);
});
