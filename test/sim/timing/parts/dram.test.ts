/** The DRAM channel: closed forms of one fetch, of many, and of the order among cores. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createRng } from "../../../../base/rng.js";
import { burstsOf, DramChannel, type DramUser } from "../../../../sim/timing/parts/dram.js";

const user = (id: number, times: number[] = []): DramUser & { readonly times: number[] } => ({
  id,
  times,
  fetched: (cycle) => void times.push(cycle),
});

test("a lone fetch takes latency + bits / bandwidth, rounded up to whole cycles, and no cycle less", () => {
  for (const [bits, bitsPerCycle, latencyCycles, expected] of [
    [256, 64, 10, 14],
    [257, 64, 10, 15],
    [1, 64, 0, 1],
    [64, 0.5, 3, 131],
  ] as const) {
    const channel = new DramChannel({ bitsPerCycle, latencyCycles, burstBits: 1 });
    const one = user(3);
    channel.post(one, 100, bits);
    expect(one.times).toEqual([]);
    channel.grant();
    expect(one.times).toEqual([100 + expected]);
  }
});

test("fetches of one cycle are served by core id whatever the order in which they were posted, later ones behind them, latency overlapped", () => {
  const fetches = fc.array(fc.record({ cycle: fc.nat(30), bits: fc.integer({ min: 1, max: 400 }) }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fetches, fc.nat(1000), (wanted, seed) => {
      const run = (shuffled: boolean): number[] => {
        const rng = createRng(seed, "order");
        const channel = new DramChannel({ bitsPerCycle: 16, latencyCycles: 25, burstBits: 16 });
        const users = wanted.map((_, id) => user(id));
        for (let cycle = 0; cycle <= 30; cycle++) {
          const now = users.filter(({ id }) => wanted[id].cycle === cycle);
          for (const one of shuffled ? rng.shuffle(now) : now) channel.post(one, cycle, wanted[one.id].bits);
          channel.grant();
        }
        return users.map(({ times }) => times[0]);
      };
      const there = run(false);
      expect(run(true)).toEqual(there);
      // the channel's bits add up: whoever is served in [from, until] had to pass it
      const order = wanted.map((_, id) => id).sort((a, b) => wanted[a].cycle - wanted[b].cycle || a - b);
      let free = 0;
      for (const id of order) {
        free = Math.max(free, wanted[id].cycle) + Math.ceil(wanted[id].bits / 16);
        expect(there[id]).toBe(free + 25);
      }
    }),
    { seed: 20_250_111, numRuns: 100 },
  );
});

test("whole bursts hold what is asked for, and one burst less does not", () => {
  const dram = { bitsPerCycle: 1, latencyCycles: 0, burstBits: 256 };
  expect([0, 1, 256, 257].map((bits) => burstsOf(dram, bits))).toEqual([0, 256, 256, 512]);
});
