/** A timer that aborts is heard between two steps of long work, though none of them waits for an event. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
  importSanafe: (signal, onProgress) => library.importSanafe("quad", "quad-net", { steps: 1_000_000, onProgress, signal }),
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

test("a SANA-FE run tells its steps, ends equal with a signal, and refuses more steps than it keeps", async () => {
  const { signal } = new AbortController();
  const told: number[] = [];
  const onProgress = ({ done }: library.Progress): void => void told.push(done);
  const watched = await library.importSanafe("quad", "quad-net", { steps: 2000, onProgress, signal });
  expect(watched.run?.totals).toEqual((await library.importSanafe("quad", "quad-net", { steps: 2000 })).run?.totals);
  expect(watched.run?.totals.step).toBe(2000);
  expect(told.length).toBeGreaterThan(1);
  expect(told).toEqual([...told].sort((a, b) => a - b));
  await expect(library.importSanafe("quad", "quad-net", { steps: 1_000_001 })).rejects.toThrow(
    "--steps: got 1000001, at most 1000000 steps are run, each of which is kept",
  );
});

test("a signal that has aborted before the call is its rejection at every door, and no file is written", async () => {
  const reason = new Error("mine");
  const signal = AbortSignal.abort(reason);
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-aborted-"));
  const db = join(folder, "a.db");
  const doors: { readonly [name: string]: () => Promise<unknown> } = {
    sweep: () => library.sweep(description, { signal, db }),
    openStudy: () => library.openStudy(description, { signal, db }),
    simulate: () => library.simulate(description, { signal }),
    quantise: () => library.quantise(description, { signal }),
    check: () => library.check(description, { signal }),
    estimate: () => library.estimate("mnist-rows-lif", { signal }),
    reproduce: () => library.reproduce(db, 1, { signal }),
    importSanafe: () => library.importSanafe("quad", "quad-net", { steps: 5, signal, spikes: join(folder, "s.csv") }),
    train: () => library.train(["mnist-rows-lif"], { signal, outDir: folder }),
  };
  for (const [name, door] of Object.entries(doors)) await expect(door(), name).rejects.toBe(reason);
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});
