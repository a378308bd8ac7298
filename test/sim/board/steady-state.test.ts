/** Throughput composed of waves that ran alone, compared with all waves run back to back. */
// @module-tag slow

import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { patchDocument, readArch, readModel, resolveModelPath, type SteadyState } from "../../../arch/index.js";
import { packageRoot } from "../../../base/package-root.js";
import { CompiledBoard } from "../../../sim/board/compiled-chip.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { evaluatePoint, prepareFunctional } from "../../../sim/index.js";
import { nocSpec } from "../../../sim/noc/chip-noc.js";
import { buildProgram } from "../../../sim/program/program.js";
import { timeline } from "../../../sim/program/timeline.js";
import { loadDataset } from "../../../training/index.js";
import { cases as many } from "../../cases.js";
import { precision, randomTrace } from "./fixtures.js";
import { type Case, cases, place } from "./random-chips.js";

const throughputOf = (c: Case, steady: SteadyState): number =>
  Number(runTiming(c.chip, place(c), precision, c.trace, null, steady).cyclesPerUtterance);

/**
 * Mean cycles between completions with every wave run: from the first to the third completion of utterance 0, with
 * utterance 1 between them, over which each wave works on both accumulator buffers if their steps are odd together.
 */
function everyWaveRun(c: Case): number {
  const board = new CompiledBoard(c.chip, place(c), buildProgram(c.chip, place(c), precision), c.trace, nocSpec(c.chip));
  const firstDone = board.waves(timeline(c.trace, [0]));
  const turnDone = board.waves(timeline(c.trace, [0, 1, 0, 1, 0]));
  const line = timeline(c.trace, [0, 1, 0, 1, 0, 1]);
  let cycles = 0;
  for (let wave = 0; wave < turnDone; wave++) {
    const taken = board.runWave(line, wave);
    if (wave >= firstDone) cycles += taken;
  }
  return cycles / 4;
}

const long = cases.map((c) => ({ ...c, trace: randomTrace(c.topology, [15, 12], [0.4, 0.4, 0.4, 0.3], c.seed) }));

test("on random chips, replayed equals the run of every wave; composed is close to it, and equal if waves depend on earlier ones", () => {
  let [exact, known, touched] = [0, 0, 0];
  const expectClose = (c: Case): void => {
    const [composed, replayed] = (["composed", "replayed"] as const).map((steady) => throughputOf(c, steady));
    expect(replayed).toBe(everyWaveRun(c));
    if (c.chip.cores[0].neuronUpdate.policy === "touched") {
      expect(composed).toBe(replayed);
      touched++;
    }
    // with ticks, one cycle more may be a tick more
    expect(Math.abs(composed / replayed - 1)).toBeLessThan(c.chip.tick === null ? 0.02 : 0.05);
    exact += replayed;
    known += composed;
  };
  fc.assert(fc.property(long, expectClose), { numRuns: many(14), seed: 20_250_104 });
  expect(touched).toBeGreaterThan(many(4));
  expect(Math.abs(known / exact - 1)).toBeLessThan(0.001);
});

test("on one core whose accumulator buffers begin in the same bank, composed equals replayed to the cycle", () => {
  const single = long.filter(
    ({ chip }) => chip.cores.length === 1 && chip.coresPerTile.length === 1 && chip.cores[0].stateMemory.banks === 1,
  );
  const expectSame = (c: Case): void => {
    expect(throughputOf(c, "composed")).toBe(throughputOf(c, "replayed"));
  };
  fc.assert(fc.property(single, expectSame), { numRuns: many(10), seed: 20_261_126 });
});

test("on meshes of 1 to 128 cores, composed is within 0.5 % of the run of every wave, within 0.1 % in the mean", { tags: ["long"] }, () => {
  const described = readArch(join(packageRoot(), "arch/examples/edge.yaml"));
  const { network } = readModel(resolveModelPath(described.experiment.network.model, "edge.yaml"));
  const samples = loadDataset("mnist-rows", { path: null, split: "test" });
  let functional: ReturnType<typeof prepareFunctional> | null = null;
  const errors = ([1, 2, 4, 8] as const).flatMap((width) =>
    ([1, 3, 4] as const).flatMap((height) =>
      ([1, 4] as const).map((cores) => {
        const [composed, replayed] = ["composed", "replayed"].map((steady) => {
          const experiment = patchDocument(described, {
            "noc.width": width,
            "noc.height": height,
            "tile.cores": cores,
            "tile.core.synapse_memory.size_kib": 512,
            "tile.core.state_memory.size_kib": 32,
            "tile.core.max_neurons": 1024,
            "workload.samples": 12,
            "workload.timing_samples": 6,
            "workload.steady_state": steady,
          });
          functional ??= prepareFunctional(experiment, network, "m", samples);
          return Number(evaluatePoint(experiment, functional).timing.cyclesPerUtterance);
        });
        return Math.abs(composed / replayed - 1);
      }),
    ),
  );
  expect(Math.max(...errors)).toBeLessThan(0.005);
  expect(errors.reduce((sum, error) => sum + error) / errors.length).toBeLessThan(0.001);
  // the two differ at all, so the other one does run every wave
  expect(Math.max(...errors)).toBeGreaterThan(0);
});
