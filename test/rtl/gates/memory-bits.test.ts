/** Memories of an emitted chip have the bits that its placement counts: two figures of `rtl --synth` are no copies. */
import { expect, test } from "vitest";
import { candidateOf, emit, obstaclesOf } from "../../../rtl/index.js";
import { occupancyOf } from "../../../sim/mapping/index.js";
import { randomChip } from "../random-chips.js";
import { type RandomCore, randomCore } from "../random-cores.js";
import { randomRows, severalRows } from "../random-rows.js";

const DRAWS: readonly ((seed: number) => RandomCore | null)[] = [randomCore, randomRows, randomChip, severalRows];

test("an emitted chip's memories hold what the placement counts, and less than one word per bank and core more", { tags: ["long"] }, () => {
  const seen = { all: 0, equal: 0 };
  for (const draw of DRAWS)
    for (let seed = 1; seed <= 8; seed++) {
      const point = draw(seed);
      if (point === null || obstaclesOf(candidateOf(point)).length > 0) continue;
      const { chip, precision } = point.experiment;
      const { placement } = point.run;
      const { weights, states } = emit(point).memoryBits;
      const held = occupancyOf(placement, chip, precision);
      const [{ synapseMemory, stateMemory }] = chip.cores;
      const ofRow = ({ wordBits, banks }: typeof stateMemory): number => placement.usedCores.length * wordBits * banks;
      // a core without weights has a row that nothing reads
      for (const [emitted, need, row] of [
        [weights, held.weights.need, ofRow(synapseMemory) + 1],
        [states, held.states.need, ofRow(stateMemory)],
      ]) {
        expect(emitted - need, `seed ${seed}`).toBeGreaterThanOrEqual(0);
        expect(emitted - need, `seed ${seed}`).toBeLessThan(row);
        seen.all++;
        if (emitted === need) seen.equal++;
      }
    }
  expect(seen.all).toBeGreaterThan(30);
  expect(seen.equal).toBeGreaterThan(10);
  expect(seen.equal).toBeLessThan(seen.all);
});
