/** A chip on its board answers a host with the simulator's scores, in Icarus Verilog. */
// @module-tag slow
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nirArray } from "../../../arch/formats/nir/graph.js";
import { nirNetwork, type Precision, type Samples } from "../../../arch/index.js";
import { packageRoot } from "../../../base/package-root.js";
import { createRng } from "../../../base/rng.js";
import { candidateOf, emit, obstaclesOf, versionOf, writeChip } from "../../../rtl/index.js";
import { prepareFunctional, replay } from "../../../sim/index.js";
import { node, whole } from "../../nir-nodes.js";
import { chip, core } from "../../sim/board/fixtures.js";
import { experimentOf, least, type RandomCore, randomCore } from "../random-cores.js";

const absent = versionOf("iverilog") === null;
const SEEDS = [[1], [5, "long"], [13, "long"]] as const;

/** An imported leaky integrator: its scores are its states, of this width. */
function integrator(stateBits: number): RandomCore {
  const [inputs, classes, seconds] = [6, 3, 1e-3];
  const rng = createRng(stateBits, "integrator");
  const draw = (count: number, least: number, most: number) =>
    nirArray(
      Array.from({ length: count }, () => least + (most - least) * rng.float()),
      [count],
    );
  const weight = nirArray(
    Array.from({ length: inputs * classes }, () => 20 * (rng.float() - 0.4)),
    [classes, inputs],
  );
  const nodes = new Map([
    ["input", node("Input", { shape: whole(inputs) })],
    ["weights", node("Affine", { weight, bias: draw(classes, -1, 1) })],
    ["leaky", node("LI", { tau: draw(classes, 2 * seconds, 8 * seconds), r: draw(classes, 1, 3), v_leak: draw(classes, 0, 0) })],
    ["output", node("Output", { shape: whole(classes) })],
  ]);
  const names = [...nodes.keys()];
  const edges = names.slice(1).map((to, i) => ({ from: names[i], to }));
  const model = nirNetwork({ version: "1.0", graph: { nodes, edges, metadata: new Map() } }, "integrator");
  const frameStart = Uint32Array.of(0, 5, 9);
  const samples: Samples = {
    ...{ name: "integrator", hash: "integrator", task: "sequence", inputs, classes, frameStart },
    features: Float32Array.from({ length: 9 * inputs }, () => rng.int(0, 1)),
    labels: new Int32Array(2),
  };
  const wide = {
    ...core,
    synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 22 },
    stateMemory: { ...core.stateMemory, sizeBits: 2 ** 22, wordBits: 64 },
  };
  const made = chip([1], { core: wide, barrier: { baseCycles: 0, perCoreCycles: 1 } });
  const precision: Precision = {
    ...{ integers: "quantised", layers: {}, weightScale: "max", weightBits: 8, stateBits, stateFractionBits: stateBits - 9 },
    ...{ accumulatorBits: stateBits, accumulatorOverflow: "saturate", lutBits: 5, gateBits: 8, leak: "multiplier", spikeBits: null },
  };
  const base = experimentOf(made, precision, 2, {});
  const stepped = { ...base, network: { ...base.network, nir: { ...base.network.nir, stepSeconds: seconds, reset: "zero" as const } } };
  const functional = prepareFunctional(stepped, model, "integrator", samples);
  const barrier = { baseCycles: least(stepped, functional) + 9, perCoreCycles: 0 };
  const experiment = { ...stepped, chip: { ...made, barrier } };
  return { experiment, model, samples, functional, run: replay(experiment, functional.trace), seed: stateBits, choices: [] };
}

/** Output of the bench, and the scores that it should compare. */
function serial(
  point: RandomCore,
  { change = (_, text) => text, pressed = 0 }: { readonly change?: (name: string, text: string) => string; readonly pressed?: number } = {},
): { readonly said: string; readonly scores: number; readonly words: readonly string[] } {
  expect(obstaclesOf(candidateOf(point))).toEqual([]);
  const folder = join(mkdtempSync(join(tmpdir(), "serial-")), "chip");
  try {
    const { files, expected, bench } = emit(point);
    writeChip(folder, Object.fromEntries(Object.entries(files).map(([name, text]) => [name, change(name, text)])), expected, "serial");
    const sizeOf = (name: string): string => new RegExp(`\\.${name}\\((\\d+)\\)`).exec(files["ulx3s.sv"])?.[1] ?? "";
    const shared = ["TW", "UNITS", "STATE", "SCORE", "INPUTS", "CLASSES", "MOST_STEPS"].map((name) => `.${name}(${sizeOf(name)})`);
    const own = [...["UTTERANCES", "STEPS"].map((name) => `.${name}(${bench.sizes[name]})`), `.PRESSED(${pressed})`];
    writeFileSync(join(folder, "top.sv"), `module top;\n  serial_tb #(${[...shared, ...own].join(", ")}) tb ();\nendmodule\n`);
    const board = ["uart_rx.sv", "uart_tx.sv", "serial_chip.sv", "ulx3s_board.sv"].map((name) => join("board", name));
    const lib = readdirSync(join(folder, "lib")).map((name) => join("lib", name));
    const sources = [...lib, "chip.sv", ...board, join(packageRoot(), "test/rtl/board/serial_tb.sv"), "top.sv"];
    const built = spawnSync("iverilog", ["-g2012", "-s", "top", "-o", "serial.vvp", ...sources], { cwd: folder, encoding: "utf8" });
    expect(built.stderr).toBe("");
    const { stdout: said } = spawnSync("vvp", ["-n", "serial.vvp"], { cwd: folder, encoding: "utf8" });
    return { said, scores: expected.scores, words: files["scores.hex"].trim().split("\n") };
  } finally {
    rmSync(join(folder, ".."), { recursive: true });
  }
}

for (const [seed, ...tags] of SEEDS)
  test.skipIf(absent)(
    `random core ${seed} sends the simulator's scores over its line${absent ? " (skipped: Icarus Verilog is absent)" : ""}`,
    { tags: [...tags] },
    () => {
      const { said, scores } = serial(randomCore(seed));
      expect(scores).toBeGreaterThan(0);
      expect(said).toMatch(new RegExp(`RESULT serial ${scores} of ${scores} scores, 0 wrong`));
    },
  );

test.skipIf(absent)("scores wider than 16 bits, which are states of 24, come over the line whole", { tags: ["long"] }, () => {
  const { said, scores, words } = serial(integrator(24));
  expect(words.filter((word) => !/^(00[0-7]|ff[89a-f])/.test(word)).length).toBeGreaterThan(scores / 2);
  expect(said).toMatch(new RegExp(`RESULT serial ${scores} of ${scores} scores, 0 wrong`));
});

test.skipIf(absent)(
  "after FIRE1 was pressed while the chip ran, the scores of the next utterances are the simulator's",
  { tags: ["long"] },
  () => {
    for (const pressed of [3, 301]) {
      const { said, scores } = serial(randomCore(1), { pressed });
      expect(said, `${pressed} cycles`).toMatch(new RegExp(`^RESULT serial ${scores} of ${scores} scores, 0 wrong`));
    }
  },
);

test.skipIf(absent)("a wrong weight is noticed through the line", { tags: ["long"] }, () => {
  const flip = (name: string, text: string): string =>
    name === "own.hex" ? text.replace(/\w/g, (digit) => (Number.parseInt(digit, 16) ^ 5).toString(16)) : text;
  expect(serial(randomCore(3), { change: flip }).said).not.toMatch(/, 0 wrong/);
});
