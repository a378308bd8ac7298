/**
 * A random slice of SNE with its layout and its words, by seed: together the streams use every rule of the
 * specification.
 */
import type { SneChip } from "../../../../arch/index.js";
import { createRng, type Rng } from "../../../../base/rng.js";
import type { SneCluster, SneInput, SneLayout, SneStimulus } from "../../../../sim/recorded/sne/sne-settings.js";
import { headerWord, OP, spikeWord } from "../../../../sim/recorded/sne/sne-words.js";
import { chipWith, clusterAt, END_WORD, SYNCH, timeWord } from "./bench.js";

export interface RandomStream {
  readonly chip: SneChip;
  readonly stimulus: SneStimulus;
}

const one = <T>(rng: Rng, choices: readonly T[]): T => choices[rng.int(0, choices.length - 1)];
const chance = (rng: Rng, share: number): boolean => rng.float() < share;

function drawChip(rng: Rng): SneChip {
  const mode = one(rng, ["window", "window", "window", "sweep", "sweep", "fully-connected", "fully-connected"] as const);
  const isOther = chance(rng, 0.25);
  const period = rng.int(1, 5);
  const other: Partial<SneChip> = {
    ...{ event_queue_depth: rng.int(1, 5), kernel_queue_depth: rng.int(1, 9), weight_queue_depth: rng.int(1, 17) },
    ...{ output_queue_depth: rng.int(1, 6), crossing: { synchroniser_flops: rng.int(1, 3), register_words: rng.int(1, 3) } },
    ...{ verify_cycles: rng.int(1, 3), close_cycles: rng.int(1, 3), fetch_cycles: rng.int(1, 3), done_cycles: rng.int(1, 3) },
    restart_cycles: rng.int(1, 3),
  };
  return chipWith({
    mode,
    cluster_side: mode === "window" ? one(rng, [8, 8, 8, 4] as const) : one(rng, [8, 4, 4] as const),
    kernel_sharing: one(rng, ["quarters", "halves", "all"] as const),
    kernel_channels: one(rng, [8, 16, 24, rng.int(0, 33)]),
    neuron: {
      rest: rng.int(-12, 12),
      // Below 0 every updated neuron fires, so a sweep can stall at any address.
      threshold: one(rng, [rng.int(0, 25), rng.int(-30, mode === "sweep" ? 0 : 60), 127]),
      refractory_steps: one(rng, [0, 0, 1, 2, 3]),
      threshold_rise: one(rng, [0, rng.int(0, 40), rng.int(0, 255)]),
      time_scale: rng.int(0, 5),
    },
    time_insertion: chance(rng, 0.5),
    refresh_insertion: chance(rng, 0.5),
    spike_filter: chance(rng, 0.2),
    sink: { period_cycles: period, ready_cycles: chance(rng, mode === "sweep" ? 0.7 : 0.4) ? rng.int(1, period) : period },
    ...(isOther ? other : {}),
  });
}

function drawLayout(rng: Rng, { clusters, cluster_side: side, spike_filter, mode }: SneChip): SneLayout {
  const neurons = side * side;
  // With a filter that drops step 0, nothing would end.
  const kind = spike_filter ? "tiles" : one(rng, ["tiles", "stack", "stack", "random"] as const);
  const low = chance(rng, 0.2) ? 3 : 0;
  const active = rng.int(1, clusters);
  const cluster = (g: number): SneCluster => {
    const takesEvents = chance(rng, 0.9);
    if (kind === "tiles") return { ...clusterAt((side - 2) * (g % 4), (side - 2) * Math.floor(g / 4), side), takesEvents };
    if (kind === "stack") return { ...(g < active ? clusterAt(1, 1, side) : clusterAt(200, 200, side)), takesEvents };
    const [lowX, lowY] = [rng.int(0, 12), rng.int(0, 12)];
    const [highX, highY] = [lowX + rng.int(0, 16), lowY + rng.int(0, 16)];
    return { lowX, lowY, highX, highY, kernelX: rng.int(0, side - 1), kernelY: rng.int(0, side - 1), takesEvents };
  };
  const isWhole = chance(rng, mode === "sweep" ? 0.3 : 0.6);
  return {
    clusters: Array.from({ length: clusters }, (_, g) => cluster(g)),
    channels: Array.from({ length: 4 }, () => rng.int(0, 255)),
    sweep: isWhole
      ? { step: 1, start: 0, end: neurons - 1 }
      : { step: rng.int(1, 5), start: rng.int(0, neurons + 9), end: rng.int(0, neurons + 5) },
    filter: [rng.int(0, low), rng.int(0, low), one(rng, [1, 2, 5, 15]), one(rng, [1, 4, 10, 15])],
  };
}

/** Words of a layer's stream; the first packet contains a step, because without one nothing ends. */
function drawInputs(rng: Rng, chip: SneChip): SneInput[] {
  const inputs: SneInput[] = [];
  const pace = one(rng, [0, 0, 3, 30]);
  let notBefore = rng.int(0, 5);
  const add = (word: number): void => {
    notBefore += pace === 0 ? 0 : rng.int(0, pace);
    if (chance(rng, 0.003)) notBefore += 200;
    inputs.push({ notBefore, word: word >>> 0 });
  };
  const isStrong = chance(rng, 0.6);
  const word = (): number => ((rng.int(0, 0xffff) << 16) | rng.int(0, 0xffff)) & (isStrong ? 0x7777_7777 : -1);
  const memory = (count: number): void => {
    add(headerWord("memory", count));
    for (let i = 0; i < count; i++) add(word());
  };
  const isConnected = chip.mode === "fully-connected";
  const span = one(rng, [6, 14, 26]);
  const place = chance(rng, 0.3) ? [rng.int(1, 6), rng.int(1, 6)] : null;
  const xy = (): readonly [number, number] =>
    place === null || chance(rng, 0.2) ? [rng.int(0, span), rng.int(0, span)] : [place[0], place[1]];
  let step = chip.time_insertion ? 0 : one(rng, [0, 127, 252, 255]);
  const event = (): number => {
    const [x, y] = xy();
    const kind = rng.int(0, 29);
    if (kind < 5) {
      step += one(rng, [0, 1, 1, 2, chip.time_insertion ? 4 : 40]);
      return timeWord(step);
    }
    if (kind === 5) return (one(rng, [OP.wipe, OP.update]) << 28) | (y << 8) | x;
    if (kind < 8) return (one(rng, [OP.accumulate, OP.accumulate, OP.idle]) << 28) | (rng.int(0, 31) << 16) | (y << 8) | x;
    if (kind === 8 && chance(rng, 0.3)) return (one(rng, [0, 6, 10, 15]) << 28) | (word() & 0xfff_ffff);
    if (!isConnected || chance(rng, 0.15)) return spikeWord(rng.int(0, 31), y, x);
    step++;
    return timeWord(step);
  };
  const engine = (words: readonly number[]): void => {
    const isCounted = chance(rng, 0.3);
    add(headerWord("engine", isCounted ? words.length : 0xffff));
    for (const each of words) add(each);
    if (!isCounted) add(END_WORD);
  };
  const loads = (): void => memory(chance(rng, 0.8) ? chip.kernel_channels + Math.floor(chip.kernel_channels / 8) : rng.int(0, 12));
  if (!isConnected && chance(rng, 0.9)) loads();
  const begin = [timeWord(step), ...(chance(rng, 0.3) ? [timeWord(step)] : []), ...(chance(rng, 0.2) ? [OP.wipe << 28] : [])];
  engine(chance(rng, 0.97) ? begin : []);
  // Repeated steps are dropped at one per cycle, so a packet longer than 255 words takes little time.
  if (chip.time_insertion && chance(rng, 0.05)) engine(Array.from({ length: 270 }, () => timeWord(step)));
  const packets = rng.int(2, 12);
  for (let i = 0; i < packets; i++) {
    const some = Array.from({ length: rng.int(0, isConnected ? 2 : 25) }, event);
    if (isConnected) {
      engine([...some, SYNCH | (step + rng.int(0, 2))]);
      memory(2 * chip.cluster_side * chip.cluster_side);
    } else {
      engine(chance(rng, 0.02) ? [...some, SYNCH | (step + 7)] : some);
      if (chance(rng, 0.15)) loads();
    }
  }
  return inputs;
}

export function randomStream(seed: number): RandomStream {
  const rng = createRng(seed, "SNE stream");
  const chip = drawChip(rng);
  return { chip, stimulus: { layout: drawLayout(rng, chip), inputs: drawInputs(rng, chip), limitCycles: one(rng, [500, 900, 1400]) } };
}

/** Features of a stream, for tests that count what they drew. */
export function featuresOf({ chip, stimulus }: RandomStream, visits: string): ReadonlySet<string> {
  const has = (pattern: RegExp): boolean => pattern.test(visits);
  return new Set(
    [
      [chip.mode, true],
      [`sharing ${chip.kernel_sharing}`, true],
      ["filter", chip.spike_filter],
      ["insertion", chip.time_insertion],
      ["refresh", chip.refresh_insertion && has(/SPIKE,80000000/)],
      ["slow sink", chip.sink.ready_cycles < chip.sink.period_cycles],
      ["other queues", chip.restart_cycles > 1],
      ["error", has(/ERROR,[^0]/)],
      ["reset", has(/SPIKE,4/)],
      ["accumulate", has(/SPIKE,3/)],
      ["synch", has(/TIME,7/)],
      ["disabled cluster", stimulus.layout.clusters.some(({ takesEvents }) => !takesEvents)],
    ].flatMap(([name, isMet]) => (isMet === true ? [String(name)] : [])),
  );
}
