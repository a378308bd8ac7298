/** Delay, energy and activity of netlists that are small enough to compute by hand. */
import { expect, test } from "vitest";
import { createRng } from "../../../base/rng.js";
import { energyOf, together } from "../../../rtl/gates/gate-energy.js";
import { gateGraph } from "../../../rtl/gates/gate-graph.js";
import { libraryOf, valueAt } from "../../../rtl/gates/liberty.js";
import { timingOf } from "../../../rtl/gates/longest-path.js";
import { partOf, pathOfCell } from "../../../rtl/gates/netlist.js";
import { ToggleCounter } from "../../../rtl/gates/toggles.js";
import { AREAS, ENERGIES, LEAKAGES_PW, LINES, LOADS, SETUP_NS, TOGGLING, twoCellLibrary, VOLTAGE_V } from "./two-cells.js";

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

/** Energies if net 3, and the nets that follow it, change `n` times in this many cycles. */
function energies(n: number, cycles: number, lib: typeof library) {
  const loaded = gateGraph(TOGGLING, lib, "two.json");
  const toggles = Float64Array.from([0, 0, 2 * cycles, n, n, n]);
  return energyOf(loaded, timingOf(loaded, "two.json").slopeNs, lib.voltageV, { toggles, cycles });
}

test("energy by part equals the closed form: switching, internal, clock, leakage", () => {
  const [n, cycles] = [70, 100];
  const parts = energies(n, cycles, library);
  const half = (VOLTAGE_V * VOLTAGE_V) / 2;
  const register = parts.get("somas");
  expect(register?.switchingPj).toBeCloseTo(n * LOADS.inverter * half, 12);
  expect(register?.internalPj).toBeCloseTo(n * (ENERGIES.output + ENERGIES.data), 12);
  expect(register?.clockPj).toBeCloseTo((cycles - n) * ENERGIES.rise + cycles * ENERGIES.fall + 2 * cycles * LOADS.clock * half, 12);
  const inverters = parts.get("synapses.lanes");
  expect(inverters?.switchingPj).toBeCloseTo(n * (LOADS.data + LOADS.inverter) * half, 12);
  expect(inverters?.internalPj).toBeCloseTo(2 * n * ENERGIES.inverter, 12);
  expect(inverters?.clockPj).toBe(0);
  const all = together(parts.values());
  expect(all.leakageUw).toBeCloseTo((LEAKAGES_PW.register + 2 * LEAKAGES_PW.inverter) * 1e-6, 15);
  expect(all.areaUm2).toBe(AREAS.register + 2 * AREAS.inverter);
  expect(all.gates).toBe(3);
});

test("the energy of a load that an output's table already includes is not added again", () => {
  const loaded = libraryOf(twoCellLibrary(true), "loaded.lib");
  expect(loaded.cells.get("DFF")?.pins.get("Q")?.hasLoadEnergy).toBe(true);
  expect(loaded.cells.get("INV")?.pins.get("Y")?.hasLoadEnergy).toBe(false);
  const [once, twice] = [together(energies(50, 100, library).values()), together(energies(50, 100, loaded).values())];
  expect(twice.switchingPj + twice.internalPj).toBeCloseTo(once.switchingPj + once.internalPj, 10);
  expect(twice.switchingPj).toBeLessThan(once.switchingPj);
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

test("changes between 0 and 1 are counted, wherever the dump is cut; x and nets of other scopes are not", () => {
  const bytes = Buffer.from(DUMP, "latin1");
  for (let cut = 0; cut <= bytes.length; cut++) {
    const counter = new ToggleCounter(
      new Map([
        ["n1", 0],
        ["n2", 1],
        ["n3", 2],
      ]),
      "bench.dut",
    );
    counter.take(bytes.subarray(0, cut));
    counter.take(bytes.subarray(cut));
    expect([...counter.end("gates.vcd")], `cut at ${cut}`).toEqual([2, 2, 0]);
  }
  expect(() => new ToggleCounter(new Map([["n1", 0]]), "other").end("gates.vcd")).toThrow(/gates\.vcd: is no dump with nets of other/);
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
