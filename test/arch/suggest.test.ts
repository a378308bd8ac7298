/** Suggestions: the nearest name, never a far one; units converted exactly. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { open } from "../../app/index.js";
import { parsePath } from "../../arch/path.js";
import { KNOWN_PATHS } from "../../arch/resolve.js";
import { calledFix, quantityFix, unitFix } from "../../arch/suggest.js";
import { didYouMean, editDistance, nearest } from "../../base/nearest.js";

const SEED = 20260105;
console.log(`suggest.test seed ${SEED}`);

/** The definition, by recursion over prefixes. */
function slowDistance(a: string, b: string): number {
  if (a === "" || b === "") return a.length + b.length;
  const [p, q] = [a.slice(0, -1), b.slice(0, -1)];
  let best = Math.min(slowDistance(p, b) + 1, slowDistance(a, q) + 1, slowDistance(p, q) + (a.at(-1) === b.at(-1) ? 0 : 1));
  if (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1))
    best = Math.min(best, slowDistance(a.slice(0, -2), b.slice(0, -2)) + 1);
  return best;
}

test("edit distance agrees with its definition by recursion", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 5 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(editDistance(a, b)).toBe(slowDistance(a, b));
    }),
    { seed: SEED, numRuns: 200 },
  );
});

test("one slip is forgiven, another word is not", () => {
  expect(nearest("lans", ["lanes", "banks"])).toBe("lanes");
  expect(nearest("alnes", ["lanes", "banks"])).toBe("lanes");
  expect(nearest("flit-width-bits", ["flit_width_bits"])).toBe("flit_width_bits");
  expect(nearest("temperature", ["lanes", "banks"])).toBeNull();
  for (const word of ["", "x"]) expect(nearest(word, ["lanes", "e"]), word).toBeNull();
  expect([nearest("E", ["lanes", "e"]), nearest("ie", ["id"])]).toEqual(["e", "id"]);
});

test("beside a slip, a longer name that begins with the word and a separator is suggested too", () => {
  const sets = ["nmnist", "mnist-rows", "fsdd"];
  expect(didYouMean("mnist", sets)).toBe("did you mean nmnist or mnist-rows?");
  expect([didYouMean("nmnst", sets), didYouMean("fsdd-phones", sets)]).toEqual(["did you mean nmnist?", ""]);
  expect(didYouMean("mnist_row", sets)).toBe("did you mean mnist-rows?");
});

test("units of one kind convert, others do not", () => {
  expect(unitFix("clock_khz", 250, ["clock_mhz"])).toBe("write clock_mhz: 0.25");
  expect(unitFix("size_mib", 2, ["size_kib"])).toBe("write size_kib: 2048");
  expect(unitFix("voltage_mv", 700, ["voltage_v"])).toBe("write voltage_v: 0.7");
  expect(unitFix("link_length_um", 500, ["link_length_mm"])).toBe("write link_length_mm: 0.5");
  expect(unitFix("link_delay_ns", 5, ["link_delay_cycles"])).toBe("did you mean link_delay_cycles? the unit is part of the name");
  expect(unitFix("lanes_mhz", 5, ["clock_mhz"])).toBeNull();
  expect(quantityFix("size_kib", "64 KiB")).toBe("write size_kib: 64");
  expect(quantityFix("size_kib", "1 MiB")).toBe("write size_kib: 1024");
  expect(quantityFix("lanes", "8")).toBe("write lanes: 8 without quotes");
  expect(quantityFix("clock_mhz", "5 volts")).toBeNull();
});

test("a key that the field calls by another word is named, with the value in its unit", () => {
  for (const [key, owner, value, fix] of [
    ["node_nm", "chip", 28, "write chip.technology_nm: 28"],
    ["frequency_ghz", "chip", 0.2, "write chip.clock_mhz: 200"],
    ["vddMv", "chip", 800, "write chip.voltage_v: 0.8"],
    ["temp_c", "chip", 25, "write chip.temperature_k: 298.15"],
    ["num_vcs", "noc", 2, "did you mean noc.virtual_channels?"],
    ["channel-width", "noc", 32, "did you mean noc.flit_width_bits?"],
    ["vc_buf_size", "noc", 8, "did you mean noc.vc_buffer_flits?"],
    ["mesh_columns", "noc", 2, "did you mean noc.width?"],
    ["mesh_rows", "noc", 2, "did you mean noc.height?"],
    ["pes", "tile.core", 8, "did you mean tile.core.lanes?"],
    ["neurons", "tile[0].core[1]", 8, "did you mean tile.core.max_neurons?"],
    ["neurons", "training", 8, "did you mean training.width?"],
    ["sram_mib", "tile.core", 1, "write tile.core.synapse_memory.size_kib: 1024"],
    ["neuron_memory", "tile.core", 1, "did you mean tile.core.state_memory.size_kib?"],
    ["fifo_depth", "tile.core", 1, "did you mean tile.core.input_queue.depth?"],
    ["bits", "precision", 4, "did you mean precision.weight_bits?"],
    ["membrane_bits", "precision", 4, "write precision.state_bits: 4"],
    ["psum_bits", "precision", 4, "write precision.accumulator_bits: 4"],
    ["sram_kib", "tile.core.state_memory", 8, "write tile.core.state_memory.size_kib: 8"],
    ["sram_kib", "tile[0].core[1].state_memory", 8, "write tile.core.state_memory.size_kib: 8"],
    ["fifo_depth", "inputs.port.queue", 8, "did you mean inputs.port.queue.depth?"],
    ["colour", "chip", 1, ""],
  ] as const)
    expect(calledFix(key, value, { owner, own: [] }, KNOWN_PATHS, false), key).toBe(fix);
  const core = { owner: "tile.core", own: [] };
  expect(calledFix("vdd", 1, core, KNOWN_PATHS, false)).toBe("");
  expect(calledFix("vdd", 1, core, KNOWN_PATHS, true)).toBe("did you mean chip.voltage_v?");
  expect(calledFix("vdd", 1, core, [], true)).toBe("");
});

test("descriptions and --set name the key that a word of the field means", () => {
  const refused = (chip: object) => () => open({ version: 1, extends: "mesh-2x2", chip } as never);
  expect(refused({ node_nm: 28 })).toThrow(/chip\.node_nm: unknown key "node_nm"\s+write chip\.technology_nm: 28$/);
  for (const path of ["chip.node_nm", "node_nm"])
    expect(parsePath(path)).toEqual({ wrong: "no such parameter", fix: "did you mean chip.technology_nm?" });
  expect(parsePath("precision.bits")).toMatchObject({ fix: "did you mean precision.weight_bits?" });
  const layers = (rec: object) => () => open({ version: 1, extends: "mesh-2x2", precision: { layers: { rec } } } as never);
  expect(layers({ bits: 4 })).toThrow(/did you mean precision\.layers\.rec\.weight_bits\?$/);
  expect(layers({ weightWidthBits: 4 })).toThrow(/write precision\.layers\.rec\.weight_bits: 4$/);
  const memory = { bits: 64 }; // of its words, not of weights
  expect(() => open({ version: 1, extends: "mesh-2x2", tile: { core: { synapse_memory: memory } } } as never)).toThrow(/known keys: /);
  expect(parsePath("precision.layers.rec.bits")).toMatchObject({ fix: "did you mean precision.layers.rec.weight_bits?" });
});
