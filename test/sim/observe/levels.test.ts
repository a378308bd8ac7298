/** Occupancies of input queues in a recording. */
import { expect, test } from "vitest";
import { isHardTick } from "../../../arch/index.js";
import { withPartialSums } from "../../../sim/mapping/fan-in.js";
import { place } from "../board/random-chips.js";
import { wholeCase } from "../board/whole-chips.js";
import { recorded } from "./recordings.js";

test("a recorded queue shrinks by one message at a time, is emptied at once only by a tick that clears, and is empty at the end", () => {
  const seen = { events: 0, cleared: 0 };
  for (let seed = 1; seed <= 30; seed++) {
    const c = wholeCase(seed);
    const placement = place(c);
    const clears = isHardTick(c.chip.tick) && c.chip.tick.overrun === "drop";
    const levels = new Map<number, number>();
    const events = recorded(c.chip, placement, withPartialSums(placement.topology, c.trace));
    for (const { kind, core, a, cycle } of [...events].sort((one, other) => one.cycle - other.cycle)) {
      if (kind !== "level") continue;
      const before = levels.get(core) ?? 0;
      const fall = before - a;
      if (fall > 1) expect([clears, a], `seed ${seed}, core ${core}, cycle ${cycle}: from ${before}`).toEqual([true, 0]);
      seen.events++;
      seen.cleared += fall > 1 ? 1 : 0;
      levels.set(core, a);
    }
    expect(
      [...levels.values()].filter((level) => level > 0),
      `seed ${seed}`,
    ).toEqual([]);
  }
  expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(10);
});
