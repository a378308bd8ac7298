/**
 * The links of ODIN and tinyODIN follow their README's rules, cycle by cycle from cycle 0 on, for any delays and
 * depths.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createRng } from "../../../base/rng.js";
import { runOdin } from "../../../sim/recorded/odin.js";
import { recordedChip } from "../../../sim/recorded/shipped-chip.js";
import { runTinyOdin } from "../../../sim/recorded/tinyodin.js";
import { Counted } from "../../counted.js";
import { nextOf, type Offer, outputWaves, senderWave, type Wave } from "../../oracles/aer-links.js";
import { NEURON_FIELDS } from "./aer-neurons.js";

const SEED = 20_272;
/** `SNN_DSE_RUNS=5000` for a long hunt. */
const RUNS = Number(process.env.SNN_DSE_RUNS ?? 40);
const delay = fc.oneof(fc.constantFrom(0, 0, 1, 2), fc.integer({ min: 3, max: 40 }));
const flops = fc.constantFrom(1, 2, 2, 3, 5, 8);
const drawArb = fc.record({
  ...{ design: fc.constantFrom("tinyodin" as const, "odin" as const), seed: fc.nat(1_000_000) },
  ...{ requestFlops: flops, ackFlops: flops, requestGap: delay, requestFallDelay: delay, ackUpDelay: delay, ackDownDelay: delay },
  ...{ closed: fc.boolean(), threshold: fc.constantFrom(3, 20, 200), limit: fc.constantFrom(1, 60, 700, 4000) },
  /** First cycle for which an input waits: none, cycle 0, or later. */
  first: fc.constantFrom(-5, 0, 0, 1, 2, 9),
  spread: fc.constantFrom(0, 3, 60, 700),
});
type Draw = typeof drawArb extends fc.Arbitrary<infer Value> ? Value : never;

const NEURONS = 256;

/** Events in the order of the file, whose cycles may also decrease. */
function offersOf(draw: Draw): Offer[] {
  const rng = createRng(draw.seed, "links");
  let notBefore = draw.first;
  return Array.from({ length: rng.int(0, 25) }, () => {
    const row = rng.int(0, 255);
    const value =
      draw.design === "tinyodin"
        ? [row, 0x100 | row, 0x270 | (row & 15)][rng.int(0, 2)]
        : [(row << 8) | 0x07, (row << 8) | 0xff, (row << 8) | 0xe1, (row << 8) | 0x80, 0x10000 | (row << 8) | rng.int(0, 255)][
            rng.int(0, 4)
          ];
    const offer = { notBefore, value: value };
    notBefore += rng.int(-1, draw.spread);
    return offer;
  });
}

function run(draw: Draw, events: readonly Offer[]) {
  const rng = createRng(draw.seed, "memories");
  const links = {
    loop: draw.closed ? ("closed" as const) : ("open" as const),
    output_on: "spike" as const,
    input_link: {
      ...{ synchroniser_flops: draw.requestFlops, request_gap_cycles: draw.requestGap },
      request_fall_delay_cycles: draw.requestFallDelay,
    },
    output_link: {
      ...{ synchroniser_flops: draw.ackFlops, ack_up_delay_cycles: draw.ackUpDelay },
      ack_down_delay_cycles: draw.ackDownDelay,
    },
  };
  const constant = (value: number): Int32Array => new Int32Array(NEURONS).fill(value);
  const threshold = Int32Array.from({ length: NEURONS }, () => rng.int(1, draw.threshold));
  const weights = Uint8Array.from({ length: NEURONS * NEURONS }, () => rng.int(0, 15));
  const shared = { events, limitCycles: draw.limit };
  if (draw.design === "tinyodin") {
    const stimulus = { weights, disable: new Uint8Array(NEURONS), leak: new Uint8Array(NEURONS), threshold, membrane: constant(0) };
    return runTinyOdin({ ...recordedChip("tinyodin"), ...links, neurons: 24 }, { ...stimulus, ...shared }, false);
  }
  const fields = Object.fromEntries(NEURON_FIELDS.map((name) => [name, constant(0)])) as {
    [name in (typeof NEURON_FIELDS)[number]]: Int32Array;
  };
  const neurons = { ...fields, thr: threshold };
  const stimulus = { synapses: weights, inhibits: new Uint8Array(NEURONS), neurons };
  return runOdin({ ...recordedChip("odin"), ...links }, { ...stimulus, ...shared });
}

interface Row {
  readonly cycle: number;
  readonly event: string;
  readonly cells: readonly string[];
}

/** A wire's level by cycle, from its edges. */
function waveOf(rows: readonly Row[], name: string, cycles: number): boolean[] {
  const edges = new Map(rows.filter(({ event }) => event.startsWith(name)).map(({ cycle, event }) => [cycle, event.endsWith("UP")]));
  const wave: boolean[] = [];
  for (let k = 0; k < cycles; k++) wave.push(edges.get(k) ?? wave[k - 1] ?? false);
  return wave;
}

test(`every edge of both links is in the cycle given by the README's rules, from cycle 0 on (seed ${SEED})`, () => {
  const seen = new Counted("links");
  const property = fc.property(drawArb, (draw) => {
    const offers = offersOf(draw);
    const { trace, summary } = run(draw, offers);
    const cycles = summary.quiescent === true ? (summary.total_cycles as number) + 32 : draw.limit;
    const rows = trace
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((row): Row => {
        const [cycle = "", event = "", ...cells] = row.split(",");
        return { cycle: Number(cycle), event, cells };
      });
    const named = (event: string): Row[] => rows.filter((row) => row.event === event);
    const wave = (name: string): Wave => waveOf(rows, name, cycles);

    const ack = wave("IN_ACK");
    const { request, rises } = senderWave(offers, draw, ack);
    expect(wave("IN_REQ")).toEqual(request);
    expect(named("IN_REQ_UP").map(({ cycle, cells }) => [cycle, ...cells.slice(0, 2)])).toEqual(
      rises.map((cycle, i) => [cycle, String(offers[i]?.value), String(i)]),
    );

    const spikes = named("SPIKE").map(({ cycle }) => cycle);
    const output = outputWaves(spikes, { ...draw, flops: draw.ackFlops }, cycles);
    expect(wave("OUT_REQ")).toEqual(output.request);
    expect(wave("OUT_ACK")).toEqual(output.ack);

    const state: string[] = ["WAIT"];
    const entered = new Map(named("STATE").map(({ cycle, cells }) => [cycle, cells[0]]));
    for (let k = 1; k < cycles; k++) state.push(entered.get(k) ?? state[k - 1]);
    expect(ack).toEqual(state.map((name) => name === "WAIT_REQDN"));
    const change = new Array<number>(cycles).fill(0);
    for (const { cycle, event } of rows) if (event === "PUSH" || event === "POP") change[cycle] += event === "PUSH" ? 1 : -1;
    let held = 0;
    const occupancy = change.map((by) => {
      held += by;
      return held - by;
    });
    const waves = {
      ...{ state, request, busy: output.busy, requestFlops: draw.requestFlops, occupancy, depth: draw.design === "odin" ? 32 : 128 },
      yields: (cycle: number) =>
        draw.design === "odin" && ((offers[rises.filter((k) => k <= cycle).length - 1]?.value ?? 0) & 0x1007f) === 0,
    };
    for (let k = 0; k + 1 < cycles; k++) {
      if (state[k] !== "WAIT" && state[k] !== "WAIT_REQDN") continue;
      const next = state[k + 1];
      const kind = next === state[k] ? "stay" : next === "WAIT" ? next : next.startsWith("POP") ? "pop" : "request";
      expect([k, kind]).toEqual([k, nextOf(waves, k)]);
    }

    seen.see(draw.design);
    if (rises[0] === 0) seen.see("a request in cycle 0");
    if (rises.length > 1) seen.see(`${draw.requestFlops} flip-flops of REQ`);
    if (spikes.length > 0) seen.see(`${draw.ackFlops} flip-flops of ACK`);
    if (rises.some((cycle, i) => i > 0 && cycle > (offers[i]?.notBefore ?? 0))) seen.see("a request that waited");
    if (rises.some((cycle, i) => i > 0 && cycle === offers[i]?.notBefore)) seen.see("a request that was not held up");
    if (draw.requestGap > 2 && rises.length > 1) seen.see("a gap");
    if (occupancy.includes(waves.depth)) seen.see("a full queue");
    if (summary.quiescent === true) seen.see("quiet");
    else seen.see("cut at the limit");
  });
  fc.assert(property, { seed: SEED, numRuns: RUNS });
  const depths = [1, 2, 3, 5, 8].flatMap((f) => [`${f} flip-flops of REQ`, `${f} flip-flops of ACK`]);
  const cases = ["a request in cycle 0", "a request that waited", "a request that was not held up", "a gap", "quiet", "cut at the limit"];
  seen.expectEach(["tinyodin", "odin", ...cases, ...depths]);
}, 600_000);
