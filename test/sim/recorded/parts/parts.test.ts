/** Clocked parts alone: events and their cycles, tested on both sides of each edge. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { ARBITERS } from "../../../../sim/recorded/parts/arbiter.js";
import { DelaySlots } from "../../../../sim/recorded/parts/delay-slots.js";
import { Fifo, newFifoCounters } from "../../../../sim/recorded/parts/fifo.js";
import { FourPhaseOutput, FourPhaseSink, FourPhaseSource } from "../../../../sim/recorded/parts/four-phase.js";
import { Merge } from "../../../../sim/recorded/parts/merge.js";
import type { Part } from "../../../../sim/recorded/parts/part.js";
import { newSramCounters, Sram } from "../../../../sim/recorded/parts/sram.js";
import { Synchroniser } from "../../../../sim/recorded/parts/synchroniser.js";

const SEED = 20_264;

function step(parts: readonly Part[], cycle: number): void {
  for (const part of parts) part.evaluate(cycle);
  for (const part of parts) part.commit(cycle);
}

test.each([1, 2, 5])(
  "a word pushed in cycle 10 with visibility %i is unreadable the cycle before and readable then",
  (visibilityCycles) => {
    const fifo = new Fifo<string>("q", { depth: 2, visibilityCycles, fullJudged: "before-pop" }, newFifoCounters());
    fifo.push("a", 10);
    step([fifo], 10);
    expect(fifo.isReadable(10 + visibilityCycles - 1)).toBe(false);
    expect(fifo.isReadable(10 + visibilityCycles)).toBe(true);
    expect(fifo.nextCycle(11)).toBe(visibilityCycles === 1 ? Number.POSITIVE_INFINITY : 10 + visibilityCycles);
    expect(() => fifo.head(10 + visibilityCycles - 1)).toThrow(/q at cycle/);
  },
);

test.each([
  ["before-pop", false],
  ["after-pop", true],
] as const)("with full judged %s, a push into a full queue in the cycle of a pop is taken: %s", (fullJudged, taken) => {
  const counters = newFifoCounters();
  const fifo = new Fifo<number>("q", { depth: 1, visibilityCycles: 1, fullJudged }, counters);
  fifo.push(1, 0);
  step([fifo], 0);
  expect(fifo.pop(1)).toBe(1);
  expect(fifo.pushOrDrop(2, true, 1)).toBe(taken);
  step([fifo], 1);
  expect(counters).toEqual({ pushes: taken ? 2 : 1, pops: 1, drops: taken ? 0 : 1, maxOccupancy: 1, peakAtCycle: 1 });
});

test("a queue behaves as a list under random pushes and pops", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 60 }), (depth, ops) => {
      const counters = newFifoCounters();
      const fifo = new Fifo<number>("q", { depth, visibilityCycles: 1, fullJudged: "before-pop" }, counters);
      const list: number[] = [];
      ops.forEach(([pushes, pops], cycle) => {
        const full = list.length === depth;
        if (pops && list.length > 0) expect(fifo.pop(cycle)).toBe(list.shift());
        if (pushes && fifo.pushOrDrop(cycle, false, cycle)) list.push(cycle);
        expect(fifo.isFull()).toBe(full);
        step([fifo], cycle);
        expect(fifo.occupancy).toBe(list.length);
      });
      expect(counters.pushes - counters.pops).toBe(list.length);
    }),
    { seed: SEED, numRuns: 200 },
  );
});

test("a 1rw memory refuses a second access per cycle; a 1r1w memory allows one read and one write", () => {
  const single = new Sram("m", 4, "1rw", newSramCounters());
  single.read(0, 5);
  expect(() => single.write(1, 5)).toThrow(/m at cycle 5: two accesses/);
  single.write(1, 6);
  expect(single.counters).toEqual({ reads: 1, writes: 1 });
  const dual = new Sram("m", 4, "1r1w", newSramCounters());
  dual.read(0, 5);
  dual.write(1, 5);
  expect(() => dual.read(2, 5)).toThrow(/two accesses/);
  expect(() => dual.read(4, 6)).toThrow(/outside 0..3/);
});

test.each([1, 2, 4])("a synchroniser of %i flip-flops shows a level that many cycles later, and then has no work", (flops) => {
  const sync = new Synchroniser("s", flops, () => true);
  for (let cycle = 0; cycle < flops; cycle++) {
    expect(sync.output()).toBe(false);
    expect(sync.nextCycle(cycle)).toBe(cycle);
    step([sync], cycle);
  }
  expect(sync.output()).toBe(true);
  expect(sync.nextCycle(flops)).toBe(Number.POSITIVE_INFINITY);
});

test("an ordered arbiter starves requesters, a round-robin arbiter serves each in turn", () => {
  const serve = (name: keyof typeof ARBITERS): number[] => {
    const arbiter = ARBITERS[name]();
    return Array.from({ length: 6 }, () => {
      const index = arbiter.choose(3, () => true);
      arbiter.served(index);
      return index;
    });
  };
  expect(serve("ordered")).toEqual([0, 0, 0, 0, 0, 0]);
  expect(serve("round-robin")).toEqual([0, 1, 2, 0, 1, 2]);
  expect(ARBITERS["round-robin"]().choose(3, () => false)).toBe(-1);
});

test("a bit written with delay slots - 1 is put into the slot being read, and only later edges see it", () => {
  const slots = new DelaySlots("d", 4, 8);
  slots.write(5, 3);
  step([slots], 10);
  expect(slots.sees(5, 11)).toBe(false);
  expect(slots.sees(5, 12)).toBe(true);
  slots.clear();
  step([slots], 20);
  expect(slots.sees(5, 100)).toBe(false);
});

test("a bit with delay d is seen after d + 1 advances and not before; a write in the cycle of an advance uses the old slot", () => {
  for (let delay = 0; delay < 3; delay++) {
    const slots = new DelaySlots("d", 4, 1);
    slots.write(0, delay);
    slots.advance();
    step([slots], 0);
    for (let tick = 0; tick < delay; tick++) {
      expect(slots.sees(0, 1000)).toBe(false);
      slots.advance();
      step([slots], 1 + tick);
    }
    expect(slots.sees(0, 1000)).toBe(true);
  }
});

test("a merge moves one packet per two cycles, in the order of its inputs, and a full output stops all", () => {
  const queue = (name: string, depth: number) =>
    new Fifo<number>(name, { depth, visibilityCycles: 1, fullJudged: "before-pop" }, newFifoCounters());
  const inputs = [queue("a", 4), queue("b", 4)] as const;
  const output = queue("out", 3);
  const moved: [number, number][] = [];
  const merge = new Merge<number>("m", inputs, [output], ARBITERS.ordered(), (packet, cycle) => {
    moved.push([cycle, packet]);
    output.push(packet, cycle);
  });
  for (const [i, packets] of [
    [20, 21],
    [10, 11],
  ].entries()) {
    inputs[0].push(packets[1], i);
    inputs[1].push(packets[0], i);
    step([...inputs, output], i);
  }
  for (let cycle = 2; cycle < 12; cycle++) step([merge, ...inputs, output], cycle);
  expect(moved).toEqual([
    [3, 21],
    [5, 11],
    [7, 20],
  ]);
  expect(merge.nextCycle(12)).toBe(Number.POSITIVE_INFINITY);
  output.pop(12);
  step([merge, ...inputs, output], 12);
  for (let cycle = 13; cycle < 16; cycle++) step([merge, ...inputs, output], cycle);
  expect(moved[3]).toEqual([14, 10]);
});

test("both ends of a handshake keep their delays: every edge is in the cycle of its closed form", () => {
  fc.assert(
    fc.property(
      fc.record({ gap: fc.nat(5), fall: fc.nat(5), up: fc.nat(5), down: fc.nat(5), notBefore: fc.integer({ min: 1, max: 30 }) }),
      ({ gap, fall, up, down, notBefore }) => {
        const edges: string[] = [];
        const sink: FourPhaseSink = new FourPhaseSink(
          "sink",
          { ackUpDelayCycles: up, ackDownDelayCycles: down },
          () => source.request,
          (c, isUp) => edges.push(`ACK ${isUp ? "up" : "down"} ${c}`),
        );
        const source: FourPhaseSource = new FourPhaseSource(
          "source",
          [
            { notBefore, value: 1 },
            { notBefore: 0, value: 2 },
          ],
          { requestGapCycles: gap, requestFallDelayCycles: fall },
          () => sink.ack,
          (c, isUp) => edges.push(`REQ ${isUp ? "up" : "down"} ${c}`),
        );
        for (let cycle = 0; cycle < 120; cycle++) step([source, sink], cycle);
        const first = notBefore;
        const second = first + 1 + up + 1 + fall + 1 + down + 1 + gap;
        expect(edges).toEqual(
          [first, second].flatMap((at) => [
            `REQ up ${at}`,
            `ACK up ${at + 1 + up}`,
            `REQ down ${at + 2 + up + fall}`,
            `ACK down ${at + 3 + up + fall + down}`,
          ]),
        );
        expect(source.isDone()).toBe(true);
      },
    ),
    { seed: SEED, numRuns: 100 },
  );
});

test("an output port refuses a word while it is busy", () => {
  const output = new FourPhaseOutput(
    "out",
    () => false,
    () => {},
  );
  output.send(7, 0);
  step([output], 0);
  expect([output.request, output.isBusy, output.value]).toEqual([true, true, 7]);
  expect(() => output.send(8, 1)).toThrow(/busy/);
});
