/**
 * Cores whose waves wait for their sources: the board and the naive model agree, and no spike counts to another step.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Counted } from "../../counted.js";
import { expectAgreement } from "./agreement.js";
import { behindSources, plainCases, withPort } from "./random-chips.js";

test("all random plain chips whose waves wait for their sources agree, with and without a port", () => {
  const seen = new Counted("boards behind sources");
  const property = fc.property(plainCases, fc.constantFrom(0, 1, 2, 6), fc.boolean(), (drawn, runAhead, hasPort) => {
    const c = behindSources(drawn, runAhead);
    const { dropped } = expectAgreement(hasPort ? withPort(c) : c);
    expect(dropped).toBe(0);
    seen.see(`run ahead ${runAhead}`, hasPort ? "port" : "cores", drawn.chip.noc.multicast, c.chip.cores[0].intake.full);
  });
  fc.assert(property, { numRuns: 60, seed: 20_270_101 });
  seen.expectEach(["run ahead 0", "run ahead 1", "run ahead 2", "run ahead 6", "port", "cores", "unicast", "tree", "stall", "freeze"], 3);
}, 60_000);
