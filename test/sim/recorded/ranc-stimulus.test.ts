/**
 * The grid's wires follow a RANC case's stim.csv: ticks and packets in their cycles, for any order of rows. What does
 * not fit a register or a field of a packet is refused.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../../base/package-root.js";
import { rancOutputs } from "../../../sim/recorded/ranc-case.js";
import { packetCodec } from "../../../sim/recorded/ranc-packet.js";
import { recordedChip } from "../../../sim/recorded/shipped-chip.js";

const folder = join(packageRoot(), "test", "conformance", "ranc", "cases", "tiny2x2");
const files = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
const [header = "", ...rows] = (files.get("stim.csv") as string).trim().split("\n");
const outputsOf = (stimulus: readonly string[]) =>
  rancOutputs(recordedChip("ranc"), new Map(files).set("stim.csv", [header, ...stimulus].join("\n")));

test("rows in any order give the same run, with ticks numbered by time", () => {
  expect(rows.length).toBeGreaterThan(5);
  expect(outputsOf([...rows].reverse())).toEqual(outputsOf(rows));
});

test("a cycle before 0 is refused", () => {
  expect(() => outputsOf(["-3,tick,,,,", ...rows])).toThrow(/stim.csv:2: cycle is -3, expected 0 to/);
});

test("two packets or two ticks in one cycle are refused, also if other rows are between them", () => {
  const packet = rows.find((row) => row.includes("inject")) as string;
  const tick = rows.find((row) => row.includes("tick")) as string;
  expect(() => outputsOf([...rows, packet])).toThrow(/two packets in cycle/);
  expect(() => outputsOf([...rows, tick])).toThrow(/two ticks in cycle/);
});

/** A core with one neuron at (0, 0) and the output at (1, 0); three axons need a field of two bits. */
const SMALL = { GX: 2, GY: 1, OX: 1, OY: 0, NN: 1, NA: 3, PW: 9, DEPTH: 2 };
const NEURON = { conn: "7", v: 5, vreset: 0, w: [7, 0, 0, 0], leak: -1, pos: 100, neg: -100, mode: 0, dx: 1, dy: 0, axon: 0, dt: 0 };

function smallOutputs(stimulus: readonly string[], neuron: object = {}, params: object = {}): Map<string, string> {
  const core = { axon_type: [0, 0, 0], neurons: [{ ...NEURON, ...neuron }] };
  return rancOutputs(
    recordedChip("ranc"),
    new Map([
      ["case.json", JSON.stringify({ params: { ...SMALL, ...params }, limit: 60 })],
      ["net.json", JSON.stringify({ cores: [core, null] })],
      ["stim.csv", [header, ...stimulus].join("\n")],
    ]),
  );
}

test("a packet to an axon that the field can name but the core does not have is written, and sets no bit", () => {
  // memory[slot][axon] <= 1 has no bit 3 of 3 bits, in no slot: two ticks leave 5 - 1 - 1 = 3; axon 2 adds 7 once
  for (const [axon, potential, operations] of [
    [3, 3, 0],
    [2, 10, 1],
  ]) {
    const outputs = smallOutputs([`10,inject,0,0,${axon},0`, "30,tick,,,,", "45,tick,,,,"]);
    const trace = outputs.get("trace.csv")?.split("\n") ?? [];
    // the packet as an integer: the axon above four bits of delay; it arrives 2 x (0 hops + 3) cycles later
    expect(trace).toContain(`10,-1,INJECT,0,${axon * 16}`);
    expect(trace).toContain(`16,0,SCHED_WR,${axon},0`);
    expect(outputs.get("potentials.csv")).toContain(`final,0,${potential}\n`);
    expect(JSON.parse(outputs.get("summary.json") as string).totals).toMatchObject({ sched_writes: 1, synaptic_ops: operations });
  }
});

test("a packet that leaves the grid stays in the edge's buffer; once this is full, its merge passes nothing more", () => {
  // core 1 is the edge: east_out has no reader, so two packets fill it and the third, for the output, waits for ever
  const [away, home] = ["inject,5,0,0,0", "inject,1,0,0,0"];
  const outs = (rows: readonly string[]): number => smallOutputs(rows).get("trace.csv")?.split(",OUT,").length ?? 0;
  expect(outs([`1,${home}`, `5,${home}`])).toBe(3);
  expect(outs([`1,${away}`, `5,${home}`])).toBe(2);
  expect(outs([`1,${away}`, `3,${away}`, `5,${home}`])).toBe(1);
});

test("the packet's integer has as many bits of delay as the slots need", () => {
  // dx 1 at bit 9 + 2 + 2, axon 1 at bit 2, delay 2
  expect(packetCodec({ axons: 4, delay_slots: 4 }).full({ dx: 1, dy: 0, axon: 1, delayTicks: 2 })).toBe(8192 + 4 + 2);
  expect(packetCodec({ axons: 3, delay_slots: 16 }).full({ dx: 0, dy: -1, axon: 3, delayTicks: 15 })).toBe(511 * 64 + 63);
});

test.each([
  ["case.json: DEPTH is 3, expected a power of two", {}, { DEPTH: 3 }],
  ["case.json: axons: must be at least 2, got 1", {}, { NA: 1 }],
  ["net.json: cores.0.neurons.0.mode: got 2, expected 0 to 1", { mode: 2 }, {}],
  ["net.json: cores.0.neurons.0.v: got 256, expected -256 to 255", { v: 256 }, {}],
  ["net.json: cores.0.neurons.0.vreset: got -129, expected -128 to 127", { vreset: -129 }, { PW: 8 }],
  ["net.json: cores.0.neurons.0.w: got -257, expected -256 to 255", { w: [0, 0, 0, -257] }, {}],
  ["net.json: cores.0.neurons.0.conn: got bit 3 of f, expected bits 0 to 2", { conn: "f" }, {}],
  ["net.json: cores.0.neurons.0.dx: got 256, expected -256 to 255", { dx: 256 }, {}],
  ["net.json: cores.0.neurons.0.axon: got 4, expected 0 to 3", { axon: 4 }, {}],
  ["net.json: cores.0.neurons.0.dt: got 16, expected 0 to 15", { dt: 16 }, {}],
])("a value that its register cannot hold is refused: %s", (message, neuron, params) => {
  expect(() => smallOutputs([], neuron, params)).toThrow(message);
});

test("a stimulus packet has the bounds of its fields", () => {
  expect(() => smallOutputs(["4,inject,0,-257,0,0"])).toThrow("stim.csv:2: cycle 4.dy: got -257, expected -256 to 255");
});

test("thresholds may be wider than a potential, and their difference wraps", () => {
  // u = 5 - 1 = 4 >= -1000: fires; 4 + 1000 = 1004 = 512 + 492 wraps to 492 - 512 = -20
  const outputs = smallOutputs(["2,tick,,,,"], { pos: -1000, mode: 1 });
  expect(outputs.get("potentials.csv")).toContain("final,0,-20\n");
});
