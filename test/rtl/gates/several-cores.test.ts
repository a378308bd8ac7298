/** A chip of several cores as Yosys's gates: every core, its memories, its multipliers and the network are there. */
// @module-tag slow
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { coreNeedsOf } from "../../../arch/index.js";
import { figureRows } from "../../../rtl/gates/comparison.js";
import { modelFigures } from "../../../rtl/gates/model-figures.js";
import { emit, synthesise, versionOf, writeChip } from "../../../rtl/index.js";
import { occupancyOf } from "../../../sim/mapping/index.js";
import { randomChip } from "../random-chips.js";

const absent = versionOf("yosys") === null;

test.skipIf(absent)(
  `Yosys maps a chip of two cores: its memory bits are those of the emitted images, a lane multiplies a weight by a spike of the network${absent ? " (skipped: Yosys is absent)" : ""}`,
  { tags: ["long"], timeout: 900_000 },
  async () => {
    const point = randomChip(29);
    if (point === null) throw new Error("the seed fits no chip");
    const { chip, precision } = point.experiment;
    const { usedCores, topology } = point.run.placement;
    const emission = emit(point);
    const folder = mkdtempSync(join(tmpdir(), "gates-"));
    try {
      writeChip(join(folder, "chip"), emission.files, emission.expected, "gates");
      const goal = { target: "generic", device: "", clockMhz: 1, liberty: null } as const;
      const synthesis = await synthesise(join(folder, "chip"), goal, { onStage: () => {}, signal: null });
      const { weights, states } = emission.memoryBits;
      const model = modelFigures(chip, chip.cores[usedCores[0]], precision, coreNeedsOf(topology));
      const held = occupancyOf(point.run.placement, chip, precision);
      const rows = figureRows(
        model,
        { weights: held.weights.need, states: held.states.need, cores: usedCores.length, laws: null },
        synthesis,
      );
      const row = (figure: string) => rows.find((one) => one.figure === figure);
      expect(row("weights")?.gates).toBe(weights);
      expect(row("states and sums")?.gates).toBe(states);
      // the model prices spikes of 8 bits at least, and of adaptive thresholds a wider jump
      const spikeBits = Number(/ PAYLOAD = (\d+)/.exec(emission.files["chip.sv"])?.[1]);
      const lanes = usedCores.length * chip.cores[usedCores[0]].lanes;
      expect(row("multipliers of the lanes")?.gates).toBe(lanes * precision.weightBits * spikeBits);
      expect(row("multipliers of the lanes")?.model).toBe(lanes * precision.weightBits * 8);
      const updates = row("multipliers of the update units");
      expect((updates?.gates ?? 0) / (updates?.model ?? 1)).toBeGreaterThan(0.85);
      expect((updates?.gates ?? 0) / (updates?.model ?? 1)).toBeLessThanOrEqual(1);
      expect(row("registers of the network")?.gates).toBeGreaterThan(usedCores.length * chip.noc.flitWidthBits);
      expect(row("gates")?.gates).toBeGreaterThan(1000);
      const registers = row("registers");
      expect(Math.abs((registers?.gates ?? 0) / (registers?.model ?? 1) - 1)).toBeLessThan(0.25);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
