/**
 * SNE's case files: a run written as a case is read as the same run; damaged cases are refused, and differences are
 * found.
 */
import { expect, test } from "vitest";
import { InputError } from "../../../../base/errors.js";
import { createRng } from "../../../../base/rng.js";
import { conformCase, designOf } from "../../../../sim/recorded/conform.js";
import { recordedChip } from "../../../../sim/recorded/shipped-chip.js";
import { runSne } from "../../../../sim/recorded/sne/slice.js";
import { sneOutputs } from "../../../../sim/recorded/sne/sne-case.js";
import { neuronsOf } from "../../../../sim/recorded/sne/sne-settings.js";
import { coupledSignals, coupledVcd } from "../../../../sim/recorded/trace-formats.js";
import { type RandomStream, randomStream } from "./random-stream.js";

const SEED = 1;
const MODES = { sweep: 0, window: 1, "fully-connected": 2 } as const;
const SHARING = { all: 0, quarters: 1, halves: 2 } as const;

/** Files of a case with a stream, for a slice of the shipped sizes. */
function filesOf({ chip, stimulus }: RandomStream): Map<string, string> {
  const { layout, inputs, limitCycles } = stimulus;
  const of = (pick: (cluster: (typeof layout.clusters)[number]) => number): string => layout.clusters.map(pick).join(" ");
  const { neuron, sink } = chip;
  const lines = [
    `lb_x ${of(({ lowX }) => lowX)}`,
    `lb_y ${of(({ lowY }) => lowY)}`,
    `ub_x ${of(({ highX }) => highX)}`,
    `ub_y ${of(({ highY }) => highY)}`,
    `f_xo ${of(({ kernelX }) => kernelX)}`,
    `f_yo ${of(({ kernelY }) => kernelY)}`,
    `f_en ${of(({ takesEvents }) => (takesEvents ? 1 : 0))}`,
    `a_step ${layout.sweep.step}`,
    `a_start ${layout.sweep.start}`,
    `a_end ${layout.sweep.end}`,
    `vrest ${neuron.rest}`,
    `vth ${neuron.threshold}`,
    `tref ${neuron.refractory_steps}`,
    `davth ${neuron.threshold_rise}`,
    `tscale ${neuron.time_scale}`,
    `cid ${layout.channels.join(" ")}`,
    `layer ${MODES[chip.mode]}`,
    `sel ${SHARING[chip.kernel_sharing]}`,
    `channel ${chip.kernel_channels}`,
    `gid ${layout.filter.join(" ")}`,
    `time_insert ${chip.time_insertion ? 1 : 0}`,
    `refresh ${chip.refresh_insertion ? 1 : 0}`,
    `spike_filter ${chip.spike_filter ? 1 : 0}`,
    `limit ${limitCycles}`,
    `ready_period ${sink.period_cycles}`,
    `ready_duty ${sink.ready_cycles}`,
  ];
  const words = inputs.map(({ notBefore, word }, i) => `${i},${notBefore},${word.toString(16).padStart(8, "0")}`);
  return new Map([
    ["case.txt", `${lines.join("\n")}\n`],
    ["input.csv", `${["seq,not_before,word", ...words].join("\n")}\n`],
  ]);
}

/** The slice has the shipped sizes, and registers as wide as the design's, because a case gives no others. */
const isShipped = ({ chip }: RandomStream): boolean =>
  neuronsOf(chip) === 64 && chip.event_queue_depth === 2 && chip.restart_cycles === 1 && chip.output_queue_depth === 4;
const streams = Array.from({ length: 90 }, (_, i) => randomStream(SEED + i)).filter(
  (stream) => isShipped(stream) && stream.chip.neuron.threshold_rise <= 15,
);

test(`${streams.length} streams, written as cases, run as the same runs and conform (seed ${SEED})`, () => {
  expect(streams.length).toBeGreaterThan(15);
  for (const stream of streams.slice(0, 8)) {
    const files = filesOf(stream);
    const outputs = sneOutputs(recordedChip("sne"), files);
    const { trace, operations } = runSne(stream.chip, stream.stimulus);
    expect([outputs.get("trace.csv"), outputs.get("ops.csv")]).toEqual([trace, operations]);
    const whole = new Map([...files, ...outputs]);
    expect(designOf(whole, [])).toBe("sne");
    expect(conformCase(recordedChip("sne"), whole)).toMatchObject({ ok: true, unknownFiles: [], unrecordedFiles: [] });
    const summary = outputs.get("summary.txt") ?? "";
    const wrong = conformCase(recordedChip("sne"), new Map(whole).set("summary.txt", summary.replace(/inputs (\d)/, "inputs 9$1")));
    expect(wrong.firstDifference?.file).toBe("summary.txt");
  }
});

test("a case without its recorded trace or summary proves nothing", () => {
  const files = filesOf(streams[0]);
  const whole = new Map([...files, ...sneOutputs(recordedChip("sne"), files)]);
  for (const name of ["trace.csv", "summary.txt"]) {
    const without = new Map(whole);
    without.delete(name);
    expect(() => conformCase(recordedChip("sne"), without)).toThrow(`${name}: missing`);
  }
});

test("the drawing of a run has a pulse per row, for four kinds of events", () => {
  const busy = streams.find(({ chip, stimulus }) => chip.mode === "window" && runSne(chip, stimulus).spikes > 20);
  if (busy === undefined) throw new Error("no stream has spikes");
  const { chip, stimulus } = busy;
  const { trace } = runSne(chip, stimulus);
  const signals = coupledSignals(chip, trace);
  expect(signals.reduce((sum, { pulses }) => sum + pulses.length, 0)).toBe(trace.trimEnd().split("\n").length - 1);
  expect(signals.map(({ name }) => name)).toEqual(["in", "kwr", "out", "swr"]);
  expect([...coupledVcd(chip, trace)].join("")).toContain("$enddefinitions");
});

const PIECES = ["", "-1", "999999999999", "0.5", "NaN", "x", ",,", "{", "\n", "02000000"];

test("100 damaged cases run or are refused", () => {
  const files = filesOf(streams[0]);
  let refused = 0;
  for (let i = 0; i < 100; i++) {
    const rng = createRng(i, "damage");
    const name = i % 2 === 0 ? "case.txt" : "input.csv";
    const text = files.get(name) ?? "";
    const at = rng.int(0, text.length - 1);
    const copy = new Map(files).set(name, text.slice(0, at) + PIECES[rng.int(0, PIECES.length - 1)] + text.slice(at + rng.int(0, 12)));
    copy.set("case.txt", (copy.get("case.txt") ?? "").replace(/^limit \d+/m, "limit 100"));
    try {
      sneOutputs(recordedChip("sne"), copy);
    } catch (error) {
      expect(error, `${name}, seed ${i}`).toBeInstanceOf(InputError);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(30);
});

test.each([
  ["vth 3", "case.txt:2: register vth stands in case.txt:1 already", "vth 3\nvth 3"],
  ["a name", "case.txt:2: no register is named vtj", "vth 3\nvtj 3"],
  ["a number", 'case.txt:1: got "NaN", expected a whole number', "vth NaN"],
])("a wrong register (%s) is refused with its line", (_, message, text) => {
  expect(() => sneOutputs(recordedChip("sne"), filesOf(streams[0]).set("case.txt", text))).toThrow(message);
});

test.each([
  ["case.txt:12: vth is 128, expected -128 to 127", "case.txt", /^vth .*/m, "vth 128"],
  ["case.txt: clusters: expected 4 or 8 or 16, got 5", "case.txt", /^lb_x .*/m, "lb_x 1 2 3 4 5"],
  ["input.csv:4: not_before is -4, expected 0", "input.csv", /^2,.*/m, "2,-4,01000012"],
  ['input.csv:4: got word "xyz"', "input.csv", /^2,.*/m, "2,0,xyz"],
  ["input.csv:1: column not_before, word is missing", "input.csv", /^seq.*/, "a,b"],
])("damage is reported with file and line: %s", (message, name, from, to) => {
  const files = filesOf(streams[0]);
  expect(() => sneOutputs(recordedChip("sne"), files.set(name, (files.get(name) ?? "").replace(from, to)))).toThrow(message);
});

test("a packet to an unknown destination is refused with its line", () => {
  const files = filesOf(streams[0]).set("input.csv", "seq,not_before,word\n0,0,02000001\n1,0,50000000\n");
  expect(() => sneOutputs(recordedChip("sne"), files)).toThrow("input.csv:2: a packet goes to 2");
});

/** A case with other values of registers. */
function changed(registers: { readonly [name: string]: string }): Map<string, string> {
  const files = filesOf(streams[0]);
  let text = files.get("case.txt") ?? "";
  for (const [name, values] of Object.entries(registers)) text = text.replace(new RegExp(`^${name} .*`, "m"), `${name} ${values}`);
  return files.set("case.txt", text);
}

test("registers have the widths of the design: corners 16 bits, sweep addresses 32, channels 9, rise of the threshold 4", () => {
  const chip = recordedChip("sne");
  const clusters = chip.clusters;
  const all = (value: number): string => Array.from({ length: clusters }, () => value).join(" ");
  expect(() =>
    sneOutputs(chip, changed({ ub_x: all(65535), lb_y: all(65535), a_end: "4294967295", channel: "511", davth: "15" })),
  ).not.toThrow();
  for (const [name, values, message] of [
    ["ub_x", all(65536), "ub_x is 65536, expected 0 to 65535"],
    ["a_step", "4294967296", "a_step is 4294967296, expected 0 to 4294967295"],
    ["channel", "512", "channel is 512, expected 0 to 511"],
    ["davth", "16", "davth is 16, expected 0 to 15"],
  ])
    expect(() => sneOutputs(chip, changed({ [name]: values })), name).toThrow(message);
});

test("a corner above 255 bounds 8-bit coordinates: as a high corner it is 255, as a low corner it shuts the box", () => {
  const chip = recordedChip("sne");
  const all = (value: number): string => Array.from({ length: chip.clusters }, () => value).join(" ");
  const opened = (high: number): Map<string, string> => sneOutputs(chip, changed({ ub_x: all(high), layer: "1" }));
  expect(opened(65535)).toEqual(opened(255));
  // 256 keeps the low bits of 0, so places of neurons are equal, but no coordinate is in the box
  const writes = (low: number): number =>
    sneOutputs(chip, changed({ lb_x: all(low), ub_x: all(65535), layer: "1" }))
      .get("trace.csv")
      ?.split(",SWR,").length ?? 0;
  expect(writes(0)).toBeGreaterThan(writes(256));
});
