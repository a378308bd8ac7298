/** A timer that aborts is heard between two steps of long work, though none of them waits for an event. */
import { expect, test } from "vitest";
import * as library from "../../app/index.js";
import { lanesAndClocks } from "./lanes-and-clocks.js";

const description = library.open(lanesAndClocks("grid", 20)) as library.ChipDescription;

/** Each begins its work, and calls `begun` as soon as it can. */
const CALLS: { readonly [name: string]: (signal: AbortSignal, begun: () => void) => Promise<unknown> } = {
  simulate: (signal, begun) => library.simulate(description, { signal, onProgress: begun }),
  quantise: (signal, begun) =>
    library.quantise(description, { signal, onProgress: begun, samples: 2, bits: { weight_bits: [8, 4], state_bits: [16] } }),
  estimate: (signal, begun) => {
    begun();
    return library.estimate("mnist-rows-lif", { chips: ["loihi-like", "speck-like"], signal });
  },
  check: (signal, begun) => {
    begun();
    return library.check(description, { signal });
  },
};

test.each(Object.keys(CALLS))("%s rejects with the reason of a signal that a timer aborts", async (name) => {
  const stop = new AbortController();
  const reason = new Error("mine");
  let steps = 0;
  const begun = (): void => {
    if (steps++ === 0) setTimeout(() => stop.abort(reason), 0);
  };
  await expect(CALLS[name](stop.signal, begun)).rejects.toBe(reason);
  expect(steps).toBeGreaterThan(0);
});

test("a signal that nobody aborts changes nothing", async () => {
  const { signal } = new AbortController();
  const options = { samples: 2, bits: { weight_bits: [8, 4] } };
  expect(await library.quantise(description, { ...options, signal })).toEqual(await library.quantise(description, options));
});
