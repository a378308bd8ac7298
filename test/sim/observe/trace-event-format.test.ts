/**
 * The checker of trace-event files accepts valid files of the format and finds every planted fault; all files written
 * here pass it.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Recorder } from "../../../sim/board/recorder.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { perfettoOf } from "../../../sim/observe/perfetto.js";
import { precision } from "../board/fixtures.js";
import { cases, place } from "../board/random-chips.js";
import { traceEventFaults } from "./trace-event-format.js";

const at = (ts: number, more: object): object => ({ name: "a", pid: 1, tid: 1, ts, ...more });
const fileOf = (...events: object[]): string => JSON.stringify({ displayTimeUnit: "ns", traceEvents: events });

test("accepted: nested B, E and X, async pairs by id, flows, counters, instants, metadata, a bare list", () => {
  const good = [
    { name: "process_name", ph: "M", pid: 1, args: { name: "p" } },
    { name: "thread_name", ph: "M", pid: 1, tid: 1, args: { name: "t" } },
    at(1, { ph: "B" }),
    at(2, { ph: "X", dur: 3 }),
    at(2.5, { ph: "X", dur: 1 }),
    at(6, { ph: "E" }),
    at(0.5, { ph: "X", dur: 0.5 }),
    at(3, { ph: "i", s: "g" }),
    { name: "c", ph: "C", pid: 1, ts: 4, args: { x: 1, y: 2.5 } },
    at(1, { ph: "b", cat: "c", id: 7 }),
    at(1, { ph: "b", cat: "c", id: "0x8" }),
    at(2, { ph: "n", cat: "c", id: 7 }),
    at(3, { ph: "e", cat: "c", id: 7 }),
    at(9, { ph: "e", cat: "c", id: "0x8" }),
    at(1, { ph: "s", id: 1 }),
    at(2, { ph: "t", id: 1 }),
    at(3, { ph: "f", id: 1, bp: "e" }),
  ];
  expect(traceEventFaults(fileOf(...good))).toEqual([]);
  expect(traceEventFaults(JSON.stringify(good))).toEqual([]);
});

describe("refused", () => {
  test.each([
    ["no JSON", "{", "is no JSON"],
    ["no list", JSON.stringify({ traceEvents: {} }), "has no list of events"],
    ["another unit of display", JSON.stringify({ displayTimeUnit: "us", traceEvents: [] }), "displayTimeUnit us"],
    ["an unknown phase", fileOf(at(1, { ph: "Z" })), 'has the phase "Z"'],
    ["no phase", fileOf(at(1, {})), "has the phase undefined"],
    ["a slice without duration", fileOf(at(1, { ph: "X" })), "X without dur"],
    ["a negative duration", fileOf(at(1, { ph: "X", dur: -1 })), "X with dur -1"],
    ["a time as text", fileOf(at(1, { ph: "X", dur: 1, ts: "1" })), 'X with ts "1"'],
    ["a time of null", fileOf(at(Number.NaN, { ph: "i" })), "i with ts null"],
    ["a track that is no number", fileOf(at(1, { ph: "i", tid: "soma" })), 'i with tid "soma"'],
    ["an unknown scope", fileOf(at(1, { ph: "i", s: "x" })), 'i with s "x"'],
    ["a field of another phase", fileOf(at(1, { ph: "i", dur: 1 })), "i with dur"],
    ["a counter of text", fileOf(at(1, { ph: "C", args: { level: "3" } })), "C not of numbers"],
    ["a counter of nothing", fileOf(at(1, { ph: "C", args: {} })), "C not of numbers"],
    ["metadata of another name", fileOf(at(0, { ph: "M", name: "core_name", args: { name: "x" } })), "M named core_name"],
    ["metadata without its argument", fileOf(at(0, { ph: "M", name: "thread_name", args: {} })), "without name"],
    [
      "a track named twice",
      fileOf(...[1, 2].map(() => at(0, { ph: "M", name: "thread_name", args: { name: "x" } }))),
      "thread_name of 1/1 twice",
    ],
    ["slices that cross", fileOf(at(1, { ph: "X", dur: 3 }), at(2, { ph: "X", dur: 3 })), "ends behind"],
    ["a slice across an end", fileOf(at(1, { ph: "B" }), at(2, { ph: "X", dur: 5 }), at(4, { ph: "E" })), "ends behind"],
    ["an end without a begin", fileOf(at(1, { ph: "E" })), "without B"],
    ["a begin without an end", fileOf(at(1, { ph: "B" })), "never ends"],
    ["the end of another", fileOf(at(1, { ph: "B" }), at(2, { ph: "E", name: "b" })), "E of b ends B of a"],
    ["time that runs back on a thread", fileOf(at(3, { ph: "B" }), at(2, { ph: "E" })), "comes before an earlier one"],
    ["an async end of another id", fileOf(at(1, { ph: "b", cat: "c", id: 1 }), at(2, { ph: "e", cat: "c", id: 2 })), "without b"],
    ["an async begin without an end", fileOf(at(1, { ph: "b", cat: "c", id: 1 })), "never ends"],
    ["an async event without a category", fileOf(at(1, { ph: "b", id: 1 })), "b without cat"],
    ["an async end before its begin", fileOf(at(3, { ph: "b", cat: "c", id: 1 }), at(2, { ph: "e", cat: "c", id: 1 })), "before its b"],
    ["a flow that nothing began", fileOf(at(1, { ph: "f", id: 1 })), "without s"],
  ])("%s", (_, text, fault) => expect(traceEventFaults(text).join("\n")).toContain(fault));
});

test("every file of random chips passes, also with cycles that are not whole ns; a cut or changed file does not", () => {
  fc.assert(
    fc.property(cases, fc.constantFrom(100, 333, 130, 1.7, 1000), (c, clockMhz) => {
      const chip = { ...c.chip, technology: { ...c.chip.technology, clockMhz } };
      const placement = place({ ...c, chip });
      const recorder = new Recorder();
      runTiming(chip, placement, precision, c.trace, recorder);
      const text = [...perfettoOf(recorder, chip, placement, c.trace)].join("");
      expect(traceEventFaults(text)).toEqual([]);
      expect(traceEventFaults(text.slice(0, -4))).toEqual(["is no JSON"]);
      expect(traceEventFaults(text.replace(/"ph":"X","ts":([\d.e-]+),"dur":/, '"ph":"X","ts":$1,"dur":-1'))).not.toEqual([]);
    }),
    { seed: 20_260_305, numRuns: 20 },
  );
});
