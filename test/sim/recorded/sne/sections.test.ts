/** The specification of the SNE slice, section by section, with counts made by hand. */
import { expect, test } from "vitest";
import { KernelMemory } from "../../../../sim/recorded/sne/kernel-memory.js";
import { Neuron } from "../../../../sim/recorded/sne/neuron.js";
import { NONE, OP } from "../../../../sim/recorded/sne/sne-words.js";
import { at, chipWith, END_WORD, memory, packet, run, spikeWord, stacked, TILED, timeWord } from "./bench.js";

type Rows = ReturnType<typeof run>["rows"];
const cyclesOf = (rows: Rows, event: string): readonly number[] => rows.filter((row) => row.event === event).map(({ cycle }) => cycle);
const outputsOf = (rows: Rows): readonly string[] => rows.filter(({ event }) => event === "OUT").map(({ fields }) => fields[0] ?? "");

test("packets take three cycles before their header, one cycle per word while there is space, and one cycle to close", () => {
  const { rows } = run(chipWith({}), TILED, at(0, [...memory(1, 2, 3), ...memory(4)]), 100);
  expect(cyclesOf(rows, "IN")).toEqual([3, 4, 5, 6, 11, 12]);
  const ended = run(chipWith({}), TILED, at(0, [...packet(timeWord(1)), ...packet()]), 100);
  expect(cyclesOf(ended.rows, "IN")).toEqual([3, 4, 5, 10, 11]);
});

test("a kernel packet's header is dropped, its words are written in order, and its last eighth goes to the fifth bank", () => {
  const { rows } = run(chipWith({}), TILED, at(0, memory(...Array.from({ length: 18 }, (_, i) => i + 1))), 200);
  const written = rows.filter(({ event }) => event === "KWR").map(({ fields }) => fields.slice(0, 2).join(" "));
  expect(written.slice(0, 2)).toEqual(["1 00", "1 01"]);
  expect(written.slice(15)).toEqual(["1 0f", "2 00", "2 01"]);
});

test("the loader's last address is a sum of nine bits: with 511 channels it is 511 + 63 - 512 = 62", () => {
  // words come one by one, so the word after the 62nd is the next header, which is dropped
  const words = memory(...Array.from({ length: 65 }, (_, i) => i + 1)).map((word, i) => ({ notBefore: 10 * i, word }));
  const { rows } = run(chipWith({ kernel_channels: 511 }), TILED, words, 800);
  const written = rows.filter(({ event }) => event === "KWR").map(({ fields }) => fields.join(" "));
  expect(written).toHaveLength(64);
  expect(written.slice(60)).toEqual(["1 3c 0000003d", "1 3d 0000003e", "1 00 00000040", "1 01 00000041"]);
});

/** Weight 0 of channel 0 in bank 0, after 513 words for 300 channels; `gap`: a cycle without a word before the last. */
function weightAfterWrap(gap: boolean): number {
  const words = [0, ...Array.from({ length: 512 }, () => 0), ...(gap ? [NONE] : []), 0x5000_0000, NONE, NONE];
  let cycle = 0;
  const source = { word: () => words[cycle] ?? NONE, take: () => {} };
  const event = { op: OP.idle, x: 0, y: 0, channel: 0, isTimeStable: true, time: 0 };
  const memory = new KernelMemory(source, event, 300, "quarters", 16, () => {});
  for (; cycle < words.length; cycle++) {
    memory.evaluate(cycle);
    memory.commit(cycle);
  }
  return memory.weight(0, 0);
}

test("a word for banks 0 to 3 goes to bank 4 too, if it follows a word for bank 4 at once", () => {
  // word 512 has address 511 + 1 = 0 (nine bits) and goes to bank 4, as address 511 is not below 300; word 513 has
  // address 1
  expect(weightAfterWrap(false)).toBe(5);
  expect(weightAfterWrap(true)).toBe(0);
});

test("time insertion adds missing steps, drops repeated ones, and passes step 0 once", () => {
  const words = packet(timeWord(0), timeWord(0), timeWord(1), timeWord(4), timeWord(4), timeWord(5));
  const made = run(chipWith({ time_insertion: true }), stacked(0), at(0, words));
  expect(outputsOf(made.rows).map((word) => Number.parseInt(word.slice(1), 16))).toEqual([0, 1, 2, 3, 4, 5]);
  const plain = run(chipWith({}), stacked(0), at(0, words));
  expect(outputsOf(plain.rows).map((word) => Number.parseInt(word.slice(1), 16))).toEqual([0, 0, 1, 4, 4, 5]);
});

test("refresh insertion adds a sweep before steps 256 and 512, none before 0 and 255", () => {
  const words = packet(...[0, 255, 256, 300, 512].map(timeWord));
  const { visits } = run(chipWith({ refresh_insertion: true }), stacked(0), at(0, words));
  const order = visits
    .filter(({ state }) => state !== "ERROR")
    .map(({ state, word }) => (state === "SPIKE" ? "refresh" : Number.parseInt(word.slice(1), 16)));
  expect(order).toEqual([0, 255, "refresh", 256, 300, "refresh", 512]);
});

test("events outside the spike filter's box take no time in the router; steps are filtered by the bits of their value", () => {
  const words = [timeWord(1), spikeWord(0, 3, 3), spikeWord(0, 30, 3), spikeWord(0, 3, 30), timeWord(40), timeWord(0x101), END_WORD];
  const { visits, dropped } = run(chipWith({ spike_filter: true }), TILED, at(0, packet(...words)));
  expect(visits.filter(({ state }) => state !== "ERROR").map(({ word }) => word)).toEqual(["50000001", "20000303", "50000101"]);
  // the header's length is outside, too
  expect(dropped).toBe(4);
  // a box of four unlike bounds, each in it: rows 12 to 25, columns 6 to 19
  const box = { ...TILED, filter: [5, 9, 14, 15] as const };
  const all = [11, 12, 25, 26].flatMap((row) => [5, 6, 19, 20].map((column) => spikeWord(0, row, column)));
  const edge = run(chipWith({ spike_filter: true }), box, at(0, packet(timeWord(0x0d0d), ...all)));
  expect(edge.visits.map(({ word }) => word)).toEqual(["50000d0d", "20000c06", "20000c13", "20001906", "20001913"]);
  expect(edge.dropped).toBe(1 + 12);
});

const plainNeuron = { rest: 0, threshold: 100, refractory_steps: 0, threshold_rise: 0, time_scale: 0 };
const potentialAfter = (registers: typeof plainNeuron, word: number, op: number, weight: number, time: number): number => {
  const neuron = new Neuron(registers);
  neuron.update(op, word, weight, time);
  return neuron.word >> 24;
};
const wordOf = (potential: number, rise = 0, update = 0, spike = 0): number =>
  ((potential & 0xff) << 24) | ((rise & 0xff) << 16) | (update << 8) | spike;

test("a second update in a step leaks by 238 / 256, 32 steps halve the leak, and time differences wrap at 256", () => {
  expect(potentialAfter(plainNeuron, wordOf(100), OP.spike, 0, 0)).toBe(92);
  expect(potentialAfter(plainNeuron, wordOf(100), OP.spike, 0, 32)).toBe(46);
  expect(potentialAfter(plainNeuron, wordOf(100, 0, 250), OP.update, 0, 256 + 26)).toBe(
    potentialAfter(plainNeuron, wordOf(100), OP.update, 0, 32),
  );
  expect(potentialAfter(plainNeuron, wordOf(100), OP.accumulate, 3, 32)).toBe(112);
});

test("a weight counts four times; the sum saturates at 127 and wraps below -128; the leak stops at the rest value", () => {
  expect(potentialAfter({ ...plainNeuron, threshold: 127 }, wordOf(120), OP.accumulate, 7, 0)).toBe(127);
  expect(potentialAfter(plainNeuron, wordOf(-120), OP.accumulate, -8, 0)).toBe(104);
  expect(potentialAfter({ ...plainNeuron, rest: 40 }, wordOf(60), OP.update, 0, 64)).toBe(40);
});

test("a spike subtracts the threshold, increases its rise (0 becomes 1, at most 127), and blocks spikes for the refractory time", () => {
  const neuron = new Neuron({ ...plainNeuron, threshold: 10, refractory_steps: 3, threshold_rise: 200 });
  neuron.update(OP.spike, wordOf(0), 5, 9);
  expect([neuron.hasFired, neuron.word >>> 0]).toEqual([true, 0x0a7f_0909]);
  neuron.update(OP.spike, wordOf(100, 0, 9, 9), 0, 11);
  expect(neuron.hasFired).toBe(false);
  neuron.update(OP.spike, wordOf(100, 0, 9, 9), 0, 12);
  expect(neuron.hasFired).toBe(true);
  const steady = new Neuron({ ...plainNeuron, threshold: 10 });
  steady.update(OP.spike, wordOf(0), 5, 9);
  expect((steady.word >> 16) & 0xff).toBe(1);
});

test("of a cluster's 64 neurons, 36 send spikes; border neurons send none", () => {
  const all = Array.from({ length: 64 }, (_, i) => spikeWord(0, i >> 3, i & 7));
  const kernel = memory(...Array.from({ length: 18 }, (_, i) => (i === 0 ? 0x7000 : 0)));
  const chip = chipWith({ kernel_sharing: "all", neuron: { ...plainNeuron, threshold: 20 } });
  const { spikes, rows } = run(chip, stacked(1), [...at(0, kernel), ...at(60, packet(timeWord(1), ...all))]);
  // weight 4 is the kernel's centre: each neuron fires once, at its own event
  expect(spikes).toBe(36);
  const fired = rows.filter(({ event, fields }) => event === "SWR" && fields[0] === "0" && fields[2]?.endsWith("0101"));
  expect(new Set(fired.map(({ fields }) => fields[1])).size).toBe(64);
});
