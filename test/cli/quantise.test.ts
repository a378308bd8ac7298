import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { InputError, packageRoot } from "../../arch/index.js";
import { quantiseStudy } from "../../cli/quantise.js";

const edge = join(packageRoot(), "arch/examples/edge.yaml");
const base = { bits: ["weight_bits=3,8"], layers: true, keep: "90", samples: 60, plot: null, json: true };

async function printed(options: Parameters<typeof quantiseStudy>[1]): Promise<string> {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  try {
    await quantiseStudy(edge, options);
    return log.mock.calls.flat().join("\n");
  } finally {
    log.mockRestore();
  }
}

test("quantise --json gives the widths asked for, a row for each layer and width, and a smallest precision that keeps the accuracy", async () => {
  const answer = JSON.parse(await printed(base));
  expect(answer.utterances).toBe(60);
  expect(answer.rows.map((row: { axis: string; bits: number }) => [row.axis, row.bits])).toEqual([
    ["weight_bits", 3],
    ["weight_bits", 8],
  ]);
  expect(answer.layers.map((row: { layer: string }) => row.layer)).toEqual(["layer1", "layer1", "layer2", "layer2", "readout", "readout"]);
  expect(answer.smallest.accuracyPercent).toBeGreaterThanOrEqual(90);
  expect(answer.smallest.precision.weightBits).toBeLessThan(8);
});

test("quantise prints a table and a precision block to paste", async () => {
  const text = await printed({ ...base, layers: false, json: false });
  expect(text).toMatch(/weight_bits +3 +\d/);
  expect(text).toMatch(/precision: \{ weight_bits: \d, state_bits: \d+, state_fraction_bits: \d+/);
});

test.each([
  ["wieght_bits=2", /expected one of weight_bits/],
  ["weight_bits=two", /whole numbers after weight_bits=/],
])("--bits %s is refused", async (text, message) => {
  await expect(quantiseStudy(edge, { ...base, bits: [text] })).rejects.toThrow(message);
});

test("an accuracy that the starting precision does not reach, or that is no percentage, is refused", async () => {
  await expect(printed({ ...base, layers: false, keep: "100" })).rejects.toThrow(InputError);
  await expect(printed({ ...base, keep: "lots" })).rejects.toThrow(/expected a percentage/);
});
