/** Names how recordings are cut into steps by the keys of the description, without those at their defaults. */
import { expect, test } from "vitest";
import { defaultSlicing, parseArch, slicingText } from "../../arch/index.js";

test("defaults need no words, and every other setting is told as the description writes it", () => {
  expect(slicingText(defaultSlicing())).toBe("");
  const given = { slice: "count", events_per_step: 500, steps: 20, polarity: "merged", crop: { x: 8, width: 16 } };
  const text = `version: 1\nextends: edge-core\nnetwork: { model: a.nir, nir: { step_seconds: 0.001, reset: subtract } }\nworkload: { dataset: events, path: r, events: ${JSON.stringify(given)} }\n`;
  const { events } = parseArch(text, "a.yaml").experiment.workload;
  const told = slicingText(events ?? defaultSlicing());
  expect(told).toBe("crop.width 16, crop.x 8, events_per_step 500, polarity merged, slice count, steps 20");
});
