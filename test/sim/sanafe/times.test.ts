/**
 * Times of a step: only those asked for; the detailed model compared with hand calculation and with a slow second
 * model.
 */
import { expect, test } from "vitest";
import { createRng, type Rng } from "../../../base/rng.js";
import type { Direction, SanafeChip } from "../../../sim/sanafe/architecture.js";
import { FlitTimer } from "../../../sim/sanafe/flit-time.js";
import { runSanafe } from "../../../sim/sanafe/run.js";
import { importSanafe } from "../../../sim/sanafe/sanafe.js";
import { StepKernel } from "../../../sim/sanafe/step-kernel.js";
import { architectureText, netlist } from "./pair-text.js";
import { type PlainMessage, plainDetailed } from "./plain-detailed.js";
import { PlainFlit } from "./plain-flit.js";
import { randomPair } from "./random-pair.js";

type HopS = Readonly<Record<Direction, number>>;

/** A grid of tiles with one core each, without energies; `hopS`: seconds of hops that leave a tile, by tile. */
function grid([width, height]: readonly [number, number], linkMessages: number, hopS: readonly HopS[]): SanafeChip {
  const free = { energyJ: 0, latencyS: 0 };
  const hop = (tile: number, to: Direction) => ({ energyJ: 0, latencyS: hopS[tile][to] });
  const core = { bufferPosition: "soma", bufferInsideUnit: false, maxNeurons: 1, axonIn: free, axonOut: free } as const;
  return {
    ...{ name: "grid", file: "a.yaml", width, height, linkBufferSize: linkMessages, syncLatencyS: () => 0 },
    // ids run down the columns
    tiles: hopS.map((_, id) => ({
      ...{ id, name: `t${id}`, x: Math.floor(id / height), y: id % height, cores: [id] },
      hop: { north: hop(id, "north"), east: hop(id, "east"), south: hop(id, "south"), west: hop(id, "west") },
    })),
    cores: hopS.map((_, id) => ({ ...core, id, tile: id, name: `c${id}`, synapses: [], dendrites: [], somas: [] })),
  };
}

const row = (tiles: number, linkMessages: number, { east, west }: { east: number; west: number }): SanafeChip =>
  grid(
    [tiles, 1],
    linkMessages,
    Array.from({ length: tiles }, () => ({ north: 1000, east, south: 1000, west })),
  );

type Sent = Omit<PlainMessage, "hops" | "hopsS">;

/** Both models on the same messages. */
function both(chip: SanafeChip, sent: readonly Sent[], restS: readonly number[]) {
  const tiles = chip.tiles.length;
  const bySource = [...sent].sort((a, b) => a.core - b.core);
  // A neuron in every core, an axon for every message.
  const coreStart = Int32Array.from({ length: tiles + 1 }, (_, core) => core);
  const host = new StepKernel(
    { chip, coreStart },
    {
      axonCore: Int32Array.from(bySource, ({ target }) => target),
      synapseStart: new Int32Array(bySource.length + 1),
      processingS: (axon) => bySource[axon].processingS,
    },
  );
  const { kernel } = host;
  kernel.clearStep();
  let axon = 0;
  for (let core = 0; core < tiles; core++) {
    kernel.beginMessages(core);
    let readyS = 0;
    for (const { madeAfterS } of bySource.filter((one) => one.core === core)) {
      readyS += madeAfterS;
      kernel.pushMessage(core, axon++, readyS);
    }
    kernel.endMessages(core, readyS + restS[core]);
  }
  const durationS = kernel.detailedS();
  // A second step finds nothing of the first.
  expect(kernel.detailedS()).toBe(durationS);
  const placed = bySource.map((one) => {
    const [from, to] = [chip.tiles[one.core], chip.tiles[one.target]];
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const way = (steps: number, to: Direction): number => Math.max(0, steps) * from.hop[to].latencyS;
    const hopsS = way(dx, "east") + way(-dx, "west") + way(dy, "north") + way(-dy, "south");
    return { ...one, hops: Math.abs(dx) + Math.abs(dy), hopsS };
  });
  return {
    durationS,
    placed,
    flits: () => new FlitTimer(chip, host, bySource.length),
    plain: plainDetailed(tiles, placed, restS, chip.linkBufferSize),
  };
}

const message = (core: number, target: number, madeAfterS: number, processingS: number): Sent => ({
  core,
  target,
  madeAfterS,
  processingS,
});

test("detailed: a single message takes its generation, its hops in their direction, and its processing", () => {
  expect(both(row(4, 9, { east: 10, west: 100 }), [message(0, 3, 5, 2)], [0, 0, 0, 0]).durationS).toBe(5 + 30 + 2);
  expect(both(row(4, 9, { east: 10, west: 100 }), [message(3, 1, 5, 2)], [0, 0, 0, 0]).durationS).toBe(5 + 200 + 2);
  // on a grid each direction has its own price, of the sender's tile: from the middle, tile 4, two hops to each corner
  const hopS = (by: number): HopS => ({ north: 1000 * by, east: by, south: 100 * by, west: 10 * by });
  const nine = grid(
    [3, 3],
    9,
    Array.from({ length: 9 }, (_, tile) => hopS(tile === 4 ? 1 : 7)),
  );
  const to = (target: number): number => both(nine, [message(4, target, 5, 2)], new Array<number>(9).fill(0)).durationS;
  expect([0, 2, 6, 8, 3, 5].map(to)).toEqual([110, 1010, 101, 1001, 100, 1000].map((hopsS) => 5 + hopsS + 2));
  // the sender works on after it, or another core is busy for longer
  expect(both(row(4, 9, { east: 1, west: 1 }), [message(0, 1, 5, 2)], [40, 0, 0, 0]).durationS).toBe(45);
  expect(both(row(4, 9, { east: 1, west: 1 }), [message(0, 1, 5, 2)], [0, 0, 0, 77]).durationS).toBe(77);
});

test("detailed: messages to one core are served one after the other in the order in which they arrive", () => {
  // both arrive in 4; then 10 + 10
  expect(both(row(3, 9, { east: 1, west: 1 }), [message(0, 2, 2, 10), message(1, 2, 3, 10)], [0, 0, 0]).durationS).toBe(24);
  // the later one is served first, because it is nearer: it arrives in 4 and is done in 5; the other arrives in 12
  expect(both(row(3, 9, { east: 5, west: 5 }), [message(0, 2, 2, 1), message(1, 2, 0, 1)], [0, 0, 0]).durationS).toBe(13);
});

test("detailed: a core waits if its path is full, after the last message that fits and not before", () => {
  // one hop, one message per link: two fit. They are ready in 1, 2, 3, 4; the first begins in 11 and ends in 111.
  const four = Array.from({ length: 4 }, () => message(0, 1, 1, 100));
  // The third leaves when the first begins, in 11, not in 3; the fourth when the second begins, in 111; then the core
  // works for 500.
  expect(both(row(2, 1, { east: 10, west: 10 }), four, [500, 0]).durationS).toBe(111 + 500);
  // with two per link all four fit: the core ends in 4 + 500, the target in 11 + 400
  expect(both(row(2, 2, { east: 10, west: 10 }), four, [500, 0]).durationS).toBe(504);
  // with fewer messages no core waits
  expect(both(row(2, 1, { east: 10, west: 10 }), four.slice(0, 2), [500, 0]).durationS).toBe(502);
});

const whole = (rng: Rng, most: number): number => rng.int(0, most);

test("detailed: random messages take as long as in a slow model of the same rules, with and without waiting", () => {
  let [waits, calm, free, turns] = [0, 0, 0, 0];
  for (let seed = 0; seed < 200; seed++) {
    const rng = createRng(seed, "sanafe detailed");
    const size = [rng.int(1, 4), rng.int(1, 3)] as const;
    const tiles = size[0] * size[1];
    const hopS = Array.from({ length: tiles }, () => ({
      ...{ north: whole(rng, 6), east: whole(rng, 6), south: whole(rng, 6), west: whole(rng, 6) },
    }));
    const sent = Array.from({ length: rng.int(1, 40) }, () =>
      message(whole(rng, tiles - 1), rng.float() < 0.5 ? 0 : whole(rng, tiles - 1), whole(rng, 5), whole(rng, rng.float() < 0.5 ? 3 : 12)),
    );
    const restS = Array.from({ length: tiles }, () => whole(rng, 20));
    const linkMessages = rng.int(1, 8);
    const { durationS, plain } = both(grid(size, linkMessages, hopS), sent, restS);
    // if no core gets more than a link holds, there are no waits
    if (restS.every((_, core) => sent.filter(({ target }) => target === core).length <= linkMessages)) free++;
    expect(durationS, `seed ${seed}`).toBe(plain.durationS);
    waits += plain.waits;
    if (plain.waits === 0) calm++;
    else if (Math.min(...size) > 1) turns++;
  }
  expect(waits).toBeGreaterThan(500);
  expect(calm).toBeGreaterThan(15);
  expect(free).toBeGreaterThan(15);
  expect(turns).toBeGreaterThan(50);
});

test("flit: random messages take as long as in an object network, with and without cores that take no more", () => {
  let [open, shut] = [0, 0];
  for (let seed = 0; seed < 7; seed++) {
    const rng = createRng(seed, "sanafe flit");
    const size = [rng.int(2, 3), rng.int(1, 2)] as const;
    const tiles = size[0] * size[1];
    // the mean of a tile's four hops is five cycles, all times are exact
    const [cycleS, unlike] = [rng.int(1, 3), rng.int(0, 4)];
    const hopS = { north: 5 * cycleS + unlike, east: 5 * cycleS - unlike, south: 5 * cycleS, west: 5 * cycleS };
    const chip = grid(size, rng.int(1, 3), new Array<HopS>(tiles).fill(hopS));
    const some = Array.from({ length: rng.int(4, 24) }, () => {
      const target = rng.float() < 0.7 ? 0 : whole(rng, tiles - 1);
      return message(whole(rng, tiles - 1), target, whole(rng, 12) / 4, whole(rng, 80) / 4);
    });
    // its time is that of the step, and all that is before it on its way counts
    const sent = [...some, message(tiles - 1, rng.int(1, tiles - 1), 0, 1e6)];
    const restS = Array.from({ length: tiles }, () => whole(rng, 20));
    const { flits, placed } = both(chip, sent, restS);
    // two steps of the same messages through one network
    const timer = flits();
    const network = new PlainFlit(chip);
    for (let step = 0; step < 2; step++) {
      const plain = network.stepS(placed, restS);
      expect(timer.stepS(sent.length), `seed ${seed}`).toBe(plain.durationS);
      if (plain.closed > 0) shut++;
      else open++;
    }
  }
  expect(open).toBeGreaterThan(0);
  expect(shut).toBeGreaterThan(4);
});

test("only the times asked for are computed, and nothing else depends on them", { tags: ["long"] }, () => {
  let waited = 0;
  for (let seed = 0; seed < 12; seed++) {
    const rng = createRng(seed, "sanafe times");
    const pair = randomPair(rng, true);
    const { bound } = importSanafe({ file: "a.yaml", text: architectureText(rng, pair.chip) }, { file: "n.net", text: netlist(rng, pair) });
    const all = runSanafe(bound, 10, 1, ["simple", "detailed", "flit"]);
    for (const times of [[], ["simple"], ["detailed"], ["flit"], ["simple", "flit"]] as const) {
      const some = runSanafe(bound, 10, 1, times);
      const expected = all.steps.map((step) => ({ ...step, time_s: Object.fromEntries(times.map((name) => [name, step.time_s[name]])) }));
      expect(some.steps, `seed ${seed}, ${times.join()}`).toEqual(expected);
      expect(some.spikes).toEqual(all.spikes);
    }
    for (const { time_s } of all.steps) {
      // hops and queues add to the busiest core's time
      expect(time_s.detailed).toBeGreaterThanOrEqual(time_s.simple * (1 - 1e-12));
      if (time_s.detailed > time_s.simple) waited++;
    }
    expect(all.totals.time_s.detailed).toBeCloseTo(
      all.steps.reduce((sum, { time_s }) => sum + time_s.detailed, 0),
      12,
    );
  }
  expect(waited).toBeGreaterThan(10);
});
