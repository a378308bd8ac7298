/** A model file whose thresholds leave no spike is warned of wherever it is judged. */
import { expect, test } from "vitest";
import { modelWarnings } from "../../app/model-warnings.js";
import { type Network, readModel, resolveModelPath, withSpikeBits } from "../../arch/index.js";

const { network, record } = readModel(resolveModelPath("mnist-rows-lif.safetensors", "a.yaml"));
const own = network as Network;

/** The shipped model's, with this threshold in one layer. */
const warned = (layer: number, theta: number, ...spikeBits: readonly (number | null)[]): readonly string[] => {
  const layers = own.layers.map((one, l) =>
    l === layer && one.quantiser !== null ? { ...one, quantiser: { ...one.quantiser, theta } } : one,
  );
  const precisions = spikeBits.map((bits) => ({ weightBits: 8, spikeBits: bits, layers: {} }));
  return modelWarnings({ network: { ...own, layers }, record, warnings: [] }, ...precisions).filter((text) => text.includes("silences"));
};

test("a layer whose threshold is its largest payload or more is named, one below is not", () => {
  expect(modelWarnings({ network, record, warnings: [] })).toEqual([]);
  const [first, second] = own.layers;
  expect([first.quantiser?.bits, second.quantiser?.bits]).toEqual([6, 6]); // payloads from -31 to 31
  expect(warned(0, 30)).toEqual([]);
  expect(warned(0, 31)).toEqual([expect.stringMatching(/: layer1: theta 31 silences every 6-bit spike \(largest payload 31\), /)]);
  expect(warned(1, 40)).toEqual([expect.stringMatching(/: layer2: theta 40 silences every 6-bit spike \(largest payload 31\), /)]);
});

test("with other bits of spikes, which give a threshold below the largest payload, none is named", () => {
  const silenced = own.layers.map((one) => ({ ...one, quantiser: one.quantiser && { ...one.quantiser, theta: 31 } }));
  for (const { quantiser } of withSpikeBits({ ...own, layers: silenced }, () => 5).layers)
    expect(quantiser).toMatchObject({ bits: 5, theta: 14 });
  expect(warned(0, 31, 5)).toEqual([]);
  expect(warned(0, 31, 5, null)).toHaveLength(1);
});
