/** How many samples of a set an engine holds at once: while a batch learns, and while the network is scored. */
import { expect, test, vi } from "vitest";
import type { LayerChain, SampleSet } from "../../../arch/index.js";
import { InputError } from "../../../base/errors.js";
import { createRng } from "../../../base/rng.js";
import { checkSize, scoredAtOnce } from "../../../training/convolution/chain-samples.js";
import { scoreChain } from "../../../training/convolution/score-chain.js";
import { valuesOf } from "../../../training/convolution/spiking-chain.js";
import { createEngine } from "../../../training/fused/kernels.js";

const SEED = 20261130;
console.log(`chain-samples.test seed ${SEED}`);

/** A dense layer of leaky neurons behind one input. */
function chainOf(neurons: number): LayerChain {
  const of = (value: number): Float32Array => new Float32Array(neurons).fill(value);
  const point = { input: [1, 1], output: [1, 1], size: [1, 1], stride: [1, 1], padding: [0, 0], dilation: [1, 1] } as const;
  return {
    ...{ name: "wide", input: { channels: 1, height: 1, width: 1 }, classes: neurons },
    stages: [
      {
        ...{ kind: "weights", node: "dense", weights: of(1), bias: null },
        shape: { sourceChannels: 1, targetChannels: neurons, groups: 1, ...point },
      },
      {
        ...{ kind: "neurons", node: "lif", channels: neurons, area: 1, subtracts: true },
        ...{ keep: of(0.5), gain: of(1), threshold: of(0.9), drive: of(0), resetTo: of(0) },
      },
    ],
  };
}

const samplesOf = (steps: readonly number[]): SampleSet => {
  const frameStart = new Uint32Array(steps.length + 1);
  for (const [u, count] of steps.entries()) frameStart[u + 1] = frameStart[u] + count;
  const features = new Float32Array(frameStart[steps.length]).fill(1);
  return { name: "drawn", inputs: 1, classes: 2, task: "sequence", features, frameStart, labels: new Int32Array(steps.length), hash: "" };
};

function fits(chain: LayerChain, samples: SampleSet, batch: number): boolean {
  try {
    checkSize(chain, samples, batch, "my.yaml");
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return false;
  }
}

test("samples of which one fits can be scored: as many at once as fit, 16 at most", () => {
  const rng = createRng(SEED, "sizes");
  const met = { refused: 0, few: 0, many: 0 };
  for (let at = 0; at < 60; at++) {
    const [chain, samples] = [chainOf(rng.int(1, 6000)), samplesOf([rng.int(1, 9), rng.int(1, 60_000)])];
    if (!fits(chain, samples, 1)) met.refused++;
    else {
      const size = scoredAtOnce(chain, samples);
      expect(fits(chain, samples, size)).toBe(true);
      expect(size === 16 || !fits(chain, samples, size + 1)).toBe(true);
      expect(size).toBeLessThanOrEqual(16);
      met[size < 16 ? "few" : "many"]++;
    }
  }
  for (const count of Object.values(met)) expect(count).toBeGreaterThan(3);
  expect(() => checkSize(chainOf(6000), samplesOf([60_000]), 1, "my.yaml")).toThrow(/my\.yaml: data\.events: a sample of 60000 steps/);
});

test("a network is scored in batches that fit", () => {
  const chain = chainOf(2000);
  // of the last one, 3 fit
  const long = Math.floor((3 * 2 ** 28) / valuesOf(chain) / 3.5);
  const samples = samplesOf([4, 4, 4, 4, 4, 4, 4, long]);
  expect(scoredAtOnce(chain, samples)).toBe(3);
  const engine = createEngine();
  const batches = vi.spyOn(engine, "reset");
  const { scored, predictions, density } = scoreChain(engine, chain, samples, [0, 1, 2, 3, 4, 5, 6]);
  expect(batches).toHaveBeenCalledTimes(3);
  expect([scored, ...predictions, ...density]).toEqual([7, 0, 0, 0, 0, 0, 0, 0, 1]);
});
