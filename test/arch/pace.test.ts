/** What ends a step: which keys go together, and what a packet that tells its step costs. */
import { expect, test } from "vitest";
import { hasOwnWaves, parseArch } from "../../arch/index.js";

const chipOf = (text: string) => parseArch(`version: 1\nextends: mesh-2x2\n${text}`, "pace.yaml").experiment.chip;

test("a step is told by the header's parity while two can be under way, and by a bit more for up to four and eight", () => {
  const plain = chipOf("").noc.headerBits;
  const bits = [0, 1, 2, 3, 6].map((ahead) => chipOf(`barrier: { scope: sources, run_ahead_steps: ${ahead} }`).noc.headerBits - plain);
  expect(bits).toEqual([0, 1, 1, 2, 2]);
  expect(chipOf("barrier: { run_ahead_steps: 6 }").noc.headerBits).toBe(plain);
});

test("waves are each core's own behind sources and at hard ticks", () => {
  const texts = ["", "barrier: { scope: sources }", "tick: { period_us: 9 }", "tick: { period_us: 9, overrun: late }"];
  expect(texts.map((text) => hasOwnWaves(chipOf(text)))).toEqual([false, true, false, true]);
});

test.each([
  ["barrier: { scope: sources }\ntick: { period_us: 5 }", /tick\.period_us.*barrier\.scope/],
  ["barrier: { scope: sources }\ntile: { core: { scan: { policy: compressed } } }", /scan\.policy.*barrier\.scope: sources no step/],
  ["barrier: { scope: sources }\ntile: { core: { input_queue: { full: drop } } }", /input_queue\.full.*would wait for/],
  ["barrier: { scope: sources, run_ahead_steps: 7 }", /run_ahead_steps/],
  ["tick: { period_us: 5, overrun: late }\ntile: { core: { scan: { policy: dense } } }", /scan\.policy.*tick\.overrun: late no step/],
  ["tick: { timers: local }", /tick\.timers/],
])("refused by name: %j", (text, said) => {
  expect(() => chipOf(text)).toThrow(said);
});
