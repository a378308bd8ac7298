/** Delay, energy and activity of netlists that are small enough to compute by hand. */
import { expect, test } from "vitest";
import { createRng } from "../../../base/rng.js";
import { energyOf, together } from "../../../rtl/gates/gate-energy.js";
import { gateGraph } from "../../../rtl/gates/gate-graph.js";
import { libraryOf } from "../../../rtl/gates/liberty.js";
import { sumOf, valueAt } from "../../../rtl/gates/liberty-table.js";
import { timingOf } from "../../../rtl/gates/longest-path.js";
import { partOf, pathOfCell } from "../../../rtl/gates/netlist.js";
import { tallyOf } from "../../../rtl/gates/simulate-netlist.js";
import { ToggleCounter } from "../../../rtl/gates/toggles.js";
import {
  AREAS,
  ENERGIES,
  GATE,
  GATED,
  gateLibrary,
  INVERSE,
  inverseLibrary,
  LEAKAGES_PW,
  LINES,
  LOADS,
  REGISTER,
  SETUP_NS,
  TOGGLING,
  twoCellLibrary,
  VOLTAGE_V,
} from "./two-cells.js";

const STEEP_NS = 0.02;
const library = libraryOf(twoCellLibrary(), "two.lib");
const graph = gateGraph(TOGGLING, library, "two.json");
const delay = (slope: number, load: number): number => LINES.a + LINES.b * load + LINES.c * slope;

test("a table is linear between its points, and extended beyond them", () => {
  const rise = library.cells.get("INV")?.pins.get("Y")?.arcs[0]?.delay.rise;
  if (rise === undefined) throw new Error("no arc");
  const rng = createRng(1, "tables");
  for (let i = 0; i < 100; i++) {
    const [slope, load] = [3 * rng.float(), rng.float()];
    expect(valueAt(rise, slope, load)).toBeCloseTo(delay(slope, load), 12);
  }
});

test("a sum of tables equals the sum of their values everywhere on the points of the largest one, in any order", () => {
  const large = { slopes: [0, 1, 2], loads: [0, 3], values: [1, 2, 5, 3, 4, 9] };
  const small = { slopes: [0, 2], loads: [0], values: [10, 20] };
  const fixed = { slopes: [0], loads: [0], values: [0.5] };
  for (const tables of [
    [large, small, fixed],
    [fixed, large, small],
    [small, fixed, large],
  ])
    for (const slope of large.slopes)
      for (const load of large.loads)
        expect(valueAt(sumOf(tables), slope, load)).toBeCloseTo(valueAt(large, slope, load) + 10 + 5 * slope + 0.5, 12);
});

test("a net's load is the sum of its readers' pins", () => {
  expect(graph.loadPf[3]).toBeCloseTo(LOADS.inverter, 12);
  expect(graph.loadPf[4]).toBeCloseTo(LOADS.data + LOADS.inverter, 12);
  expect(graph.loadPf[5]).toBe(0);
});

test("the longest path is the register's delay, the inverter's and the setup time, with the parts that it passes", () => {
  const q = delay(STEEP_NS, graph.loadPf[3]);
  const slope = Math.max(STEEP_NS, LINES.d + LINES.e * graph.loadPf[3]);
  const around = q + delay(slope, graph.loadPf[4]) + SETUP_NS;
  const { longest } = timingOf(graph, "two.json");
  const second = Math.max(STEEP_NS, LINES.d + LINES.e * graph.loadPf[4]);
  const out = q + delay(slope, graph.loadPf[4]) + delay(second, 0);
  expect(around).toBeGreaterThan(out);
  expect(longest.ns).toBeCloseTo(around, 12);
  expect(longest).toMatchObject({ gates: 2, from: "register in somas", to: "register in somas", parts: ["somas", "synapses.lanes"] });
});

test("a path may begin at an input of the design, at 0 ns: three inverters to a register are longer than its own way out", () => {
  const gate = (a: number, y: number) => ({ ...TOGGLING.cells["core_0.synapses.lanes.$2"], connections: { A: [a], Y: [y] } });
  const netlist = {
    ports: {
      clk: { direction: "input", bits: [2] },
      d: { direction: "input", bits: [6] },
      q: { direction: "output", bits: [9] },
    },
    cells: {
      "a.$1": gate(6, 7),
      "b.$2": gate(7, 8),
      "b.$3": gate(8, 4),
      "c.$4": { ...TOGGLING.cells["core_0.somas.$1"], connections: { CK: [2], D: [4], Q: [9] } },
    },
    netnames: {},
  };
  const { longest } = timingOf(gateGraph(netlist, library, "in.json"), "in.json");
  const [between, last] = [LOADS.inverter, LOADS.data];
  const slope = Math.max(STEEP_NS, LINES.d + LINES.e * between);
  expect(longest.ns).toBeCloseTo(delay(STEEP_NS, between) + delay(slope, between) + delay(slope, last) + SETUP_NS, 12);
  expect(longest).toMatchObject({ gates: 3, from: "d", to: "register in c" });
});

test("a loop of gates and a net with two drivers are refused", () => {
  const withGate = (a: number, y: number) => ({
    ...TOGGLING,
    cells: { ...TOGGLING.cells, "x.$4": { ...TOGGLING.cells["core_0.synapses.lanes.$3"], connections: { A: [a], Y: [y] } } },
  });
  expect(() => timingOf(gateGraph(withGate(6, 6), library, "two.json"), "two.json")).toThrow(/two\.json: has a loop of gates/);
  expect(() => gateGraph(withGate(4, 5), library, "two.json")).toThrow(/a net with two drivers, 5/);
});

test("a cell that the library lacks is named", () => {
  const other = { ...TOGGLING, cells: { a: { ...TOGGLING.cells["core_0.somas.$1"], type: "LATCH" } } };
  expect(() => gateGraph(other, library, "two.json")).toThrow(/a cell LATCH, which library two lacks/);
});

/** A dump in which each step sets some nets. */
const dumpOf = (names: readonly string[], steps: readonly { readonly [net: string]: number }[]): Buffer => {
  const vars = names.map((name, i) => `$var wire 1 ${"!abcde"[i]} ${name} $end\n`).join("");
  const lines = steps.map((step, t) => {
    return `#${t}\n${Object.entries(step)
      .map(([name, value]) => `${value}${"!abcde"[names.indexOf(name)]}\n`)
      .join("")}`;
  });
  return Buffer.from(`$scope module dut $end\n${vars}$upscope $end\n$enddefinitions $end\n${lines.join("")}`, "latin1");
};
const activityOf = (of: typeof graph, dump: Buffer) => {
  const counter = new ToggleCounter(of, "dut");
  counter.take(dump);
  return counter.end("dut.vcd");
};

/** Energies of the register that an inverter feeds back, over this many cycles. */
function energies(cycles: number, lib: typeof library) {
  const loaded = gateGraph(TOGGLING, lib, "two.json");
  const steps = Array.from({ length: 2 * cycles + 1 }, (_, t) => {
    const bit = (t >> 1) & 1;
    return t % 2 === 0 ? { clk: 0, ...(t === 0 ? { n1: 1, n2: 0, n3: 1 } : {}) } : { clk: 1, n1: bit, n2: 1 - bit, n3: bit };
  });
  return energyOf(loaded, timingOf(loaded, "two.json").slopeNs, lib.voltageV, activityOf(loaded, dumpOf(["clk", "n1", "n2", "n3"], steps)));
}
const half = (VOLTAGE_V * VOLTAGE_V) / 2;

test("energy by part equals the closed form: switching, internal, clock, leakage", () => {
  const n = 70;
  const parts = energies(n, library);
  const register = parts.get("somas");
  expect(register?.switchingPj).toBeCloseTo(n * LOADS.inverter * half, 12);
  expect(register?.internalPj).toBeCloseTo(n * (ENERGIES.output + ENERGIES.dataHigh), 12);
  expect(register?.clockPj).toBeCloseTo(n * ENERGIES.fallOther + 2 * n * LOADS.clock * half, 12);
  const inverters = parts.get("synapses.lanes");
  expect(inverters?.switchingPj).toBeCloseTo(n * (LOADS.data + LOADS.inverter) * half, 12);
  expect(inverters?.internalPj).toBeCloseTo(2 * n * ENERGIES.inverter, 12);
  expect(inverters?.clockPj).toBe(0);
  const all = together(parts.values());
  expect(all.leakageUw).toBeCloseTo((LEAKAGES_PW.register + 2 * LEAKAGES_PW.inverter) * 1e-6, 15);
  expect(all.areaUm2).toBe(AREAS.register + 2 * AREAS.inverter);
  expect(all.gates).toBe(3);
});

test.each([
  ["D and Q", library, REGISTER],
  ["D and the inverse of Q, which alone leads on", libraryOf(inverseLibrary(), "inverse.lib"), INVERSE],
])("a register's energy is that of its states: of %s at each edge, of the clock at each change of D", (_, lib, netlist) => {
  const rng = createRng(2, "register");
  const bit = (): number => Number(rng.float() < 0.5);
  let [d, q, internal, clock, toggles] = [0, 1, 0, 0, 0];
  const out = (value: number): number => (netlist === INVERSE ? 1 - value : value);
  const move = (to: number, pj: number): void => {
    internal += to === d ? 0 : pj;
    d = to;
  };
  const steps: { readonly [net: string]: number }[] = [{ clk: 0, d, q: out(q) }];
  for (let cycle = 0; cycle < 200; cycle++) {
    clock += d === q ? ENERGIES.rise : 0;
    internal += d === q ? 0 : ENERGIES.output;
    toggles += Number(d !== q);
    q = d;
    move(bit(), ENERGIES.dataHigh);
    steps.push({ clk: 1, d, q: out(q) });
    clock += d === q ? ENERGIES.fall : ENERGIES.fallOther;
    steps.push({ clk: 0 });
    move(bit(), ENERGIES.data);
    steps.push({ d });
  }
  const alone = gateGraph(netlist, lib, "one.json");
  const activity = activityOf(alone, dumpOf(["clk", "d", "q"], steps));
  expect(activity.toggles[4]).toBe(toggles);
  const [part] = energyOf(alone, timingOf(alone, "one.json").slopeNs, lib.voltageV, activity).values();
  expect(part.internalPj).toBeCloseTo(internal, 10);
  expect(part.clockPj).toBeCloseTo(clock + 2 * 200 * LOADS.clock * half, 10);
});

test("the energy of a load that an output's table already includes is not added again", () => {
  const loaded = libraryOf(twoCellLibrary(true), "loaded.lib");
  expect(loaded.cells.get("DFF")?.pins.get("Q")?.hasLoadEnergy).toBe(true);
  expect(loaded.cells.get("INV")?.pins.get("Y")?.hasLoadEnergy).toBe(false);
  const [once, twice] = [together(energies(50, library).values()), together(energies(50, loaded).values())];
  expect(twice.switchingPj + twice.internalPj).toBeCloseTo(once.switchingPj + once.internalPj, 10);
  expect(twice.switchingPj).toBeLessThan(once.switchingPj);
});

test.each([false, true])(
  "behind a clock gate a register's clock costs by enabled cycles, the gate's by all; loads in its output's table: %s",
  (loaded) => {
    const lib = libraryOf(gateLibrary(loaded), "gate.lib");
    expect(lib.cells.get("ICG")?.clockGate).toEqual({ enable: "EN", clock: "CK", gated: "GCK" });
    expect(lib.cells.get("DFF")?.clockGate).toBeNull();
    for (const mark of ["clock_gate_out_pin : true;", "clock_gate_clock_pin : true;", "clock_gate_enable_pin : true;", "integrated_cell"])
      expect(
        libraryOf(gateLibrary(loaded).replace(mark, mark === "integrated_cell" ? "other" : ""), "x").cells.get("ICG")?.clockGate,
      ).toBeNull();
    const enabled = [1, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0, 1, 1];
    const edges = enabled.filter((one, i) => i > 0 && one !== enabled[i - 1]).length;
    // the register keeps 0: the energies of a clock that changes nothing
    const steps = enabled.flatMap((en) => [
      { clk: 0, gck: 0, en, d: 0, q: 0 },
      { clk: 1, gck: en },
      { clk: 0, gck: 0 },
    ]);
    const netlist = gateGraph(GATED, lib, "gated.json");
    const activity = activityOf(netlist, dumpOf(["clk", "en", "gck", "d", "q"], steps));
    const parts = energyOf(netlist, timingOf(netlist, "gated.json").slopeNs, lib.voltageV, activity);
    const [all, ran] = [enabled.length, enabled.filter((one) => one === 1).length];
    const [gate, register] = [parts.get("somas"), parts.get("memory")];
    const clock = 2 * all * (GATE.clock + GATE.clockPf * half) + 2 * ran * GATE.gated;
    expect(gate?.clockPj).toBeCloseTo(clock + edges * GATE.enable, 12);
    expect(gate?.internalPj).toBe(0);
    expect(gate?.switchingPj).toBe(0);
    expect(register?.clockPj).toBeCloseTo(ran * (ENERGIES.rise + ENERGIES.fall) + 2 * ran * LOADS.clock * half, 12);
  },
);

test("a pin that the library's cell lacks is named", () => {
  const other = { ...REGISTER, cells: { a: { ...REGISTER.cells["core_0.somas.$1"], connections: { CK: [2], D: [3], QN: [4] } } } };
  expect(() => gateGraph(other, library, "one.json")).toThrow(/a pin QN of DFF, which library two lacks/);
});

const DUMP = `$timescale 1s $end
$scope module bench $end
$var wire 1 x n1 $end
$scope module dut $end
$var wire 1 ! n1 $end
$var wire 1 "a n2 $end
$var wire 4 # n3 [3:0] $end
$upscope $end
$upscope $end
$enddefinitions $end
#0
$dumpvars
x!
0"a
bx #
$end
#1
0!
1"a
1x
b1010 #
#2
1!
x"a
#3
0!
1"a
#4
0!
0"a
`;

const THREE = {
  gates: [],
  nets: 3,
  netOfName: new Map([
    ["n1", 0],
    ["n2", 1],
    ["n3", 2],
  ]),
};

test("changes between 0 and 1 are counted, wherever the dump is cut; x and nets of other scopes are not", () => {
  const bytes = Buffer.from(DUMP, "latin1");
  for (let cut = 0; cut <= bytes.length; cut++) {
    const counter = new ToggleCounter(THREE, "bench.dut");
    counter.take(bytes.subarray(0, cut));
    counter.take(bytes.subarray(cut));
    expect([...counter.end("gates.vcd").toggles], `cut at ${cut}`).toEqual([2, 2, 0]);
  }
  expect(() => new ToggleCounter(THREE, "other").end("gates.vcd")).toThrow(/gates\.vcd: is no dump with nets of other/);
});

test("a piece of a dump is copied: the caller reads the next one into the same bytes", () => {
  const bytes = Buffer.from(DUMP, "latin1");
  for (const size of [1, 7, 64, 200]) {
    const counter = new ToggleCounter(THREE, "bench.dut");
    const piece = Buffer.alloc(size);
    for (let from = 0; from < bytes.length; from += size) counter.take(piece.subarray(0, bytes.copy(piece, 0, from, from + size)));
    expect([...counter.end("gates.vcd").toggles], `pieces of ${size}`).toEqual([2, 2, 0]);
  }
});

test.each([
  ["all are right", 10, 4, 0, 0],
  ["no score comes", 0, 4, 0, 10],
  ["a score and a wave are missing, one is wrong", 9, 3, 1, 3],
  ["a score too many", 11, 4, 0, 1],
])("a netlist is judged by what the simulator expects: %s", (_, scores, waves, bad, wrong) => {
  const said = `RESULT scores ${scores} of 10, ${bad} wrong\nRESULT waves ${waves} of 4, 0 wrong\nRESULT ran 100 cycles\n`;
  expect(tallyOf(said, "vvp.log")).toEqual({ scores, waves, cycles: 100, wrong });
});

test.each([
  ["core_0.synapses.lanes.queues[1].sums", "synapses.lanes"],
  ["core_0.adds.synapses.lanes.queues[1].sums", "synapses.lanes"],
  ["core_0.somas.unit[0].pipeline", "somas.unit"],
  ["core_0", "core"],
  ["waves", "waves"],
])("instances %s are in part %s", (path, part) => expect(partOf(path)).toBe(part));

test.each([
  ["core_0.somas.$abc$12$auto$3", "core_0.somas"],
  ["$flatten\\core_0.\\memory.\\bank[0].$dff$1", "core_0.memory.bank[0]"],
  ["$abc$1", ""],
  ["core_0.memory.words", "core_0.memory"],
])("a cell %s lies in %s", (name, path) => expect(pathOfCell(name)).toBe(path));
