/** A model file whose thresholds leave no spike is warned of wherever it is judged. */
import { expect, test } from "vitest";
import { modelWarnings } from "../../app/model-warnings.js";
import { type Network, readModel, resolveModelPath } from "../../arch/index.js";

const { network, record } = readModel(resolveModelPath("mnist-rows-lif.safetensors", "a.yaml"));
const own = network as Network;

/** The shipped model's, with this threshold in one layer. */
const warned = (layer: number, theta: number): readonly string[] => {
  const layers = own.layers.map((one, l) =>
    l === layer && one.quantiser !== null ? { ...one, quantiser: { ...one.quantiser, theta } } : one,
  );
  return modelWarnings({ network: { ...own, layers }, record, warnings: [] });
};

test("a layer whose threshold is its largest payload or more is named, one below is not", () => {
  expect(modelWarnings({ network, record, warnings: [] })).toEqual([]);
  const [first, second] = own.layers;
  expect([first.quantiser?.bits, second.quantiser?.bits]).toEqual([6, 6]); // payloads from -31 to 31
  expect(warned(0, 30)).toEqual([]);
  expect(warned(0, 31)).toEqual([expect.stringMatching(/: layer1: theta 31 silences every 6-bit spike \(largest payload 31\), /)]);
  expect(warned(1, 40)).toEqual([expect.stringMatching(/: layer2: theta 40 silences every 6-bit spike \(largest payload 31\), /)]);
});
