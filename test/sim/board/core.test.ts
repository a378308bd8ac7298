/** The fast cores agree with a naive model that evaluates every cycle, on random chips and networks. */
// @module-tag slow
import fc from "fast-check";
import { expect, test } from "vitest";
import { CORE_COUNTERS } from "../../../sim/counters.js";
import { cases as many } from "../../cases.js";
import { Counted } from "../../counted.js";
import { cutByFanIn, expectAgreement } from "./agreement.js";
import { allCases, type Case, cases, choices, wideTreeCases } from "./random-chips.js";

test("waves, counters of every core and of every router equal a naive cycle-by-cycle model, in any order of evaluation", {
  tags: ["long"],
}, () => {
  const seen = new Counted("boards");
  const property = fc.property(allCases, (c) => {
    seen.see(...c.choices);
    expectAgreement(c);
  });
  fc.assert(property, { numRuns: many(27), seed: 20_250_101 });
  seen.expectEach(choices, many(1));
});

test("they also agree with multicast trees between tiles of four cores over two and three virtual channels", { tags: ["long"] }, () => {
  let spikes = 0;
  const property = fc.property(wideTreeCases, (c) => {
    const { cores } = expectAgreement(c);
    const at = CORE_COUNTERS.indexOf("spikes_received");
    spikes += cores.filter((count, i) => i % CORE_COUNTERS.length === at && count > 0).length;
  });
  fc.assert(property, { numRuns: many(8), seed: 20_261_127 });
  expect(spikes).toBeGreaterThan(many(25));
});

test("they also agree if a scan fetches rows from DRAM, on one core and on cores that wait for each other's fetches", {
  tags: ["long"],
  timeout: 600_000,
}, () => {
  const waits = { event: 0, compressed: 0, dense: 0 };
  const together = { ...waits };
  const scanned = cases.filter(({ chip, statesAway }) => !statesAway && chip.spill !== null && chip.cores[0].scan.policy !== "event");
  const expectSame = (c: Case): void => {
    const { cores } = expectAgreement(c);
    const at = CORE_COUNTERS.indexOf("synapse_stall_dram_cycles");
    const waiting = c.chip.cores.filter((_, id) => cores[id * CORE_COUNTERS.length + at] > 0).length;
    if (waiting > 0) waits[c.chip.cores[0].scan.policy]++;
    if (waiting > 1) together[c.chip.cores[0].scan.policy]++;
  };
  fc.assert(fc.property(scanned, expectSame), { numRuns: many(50), seed: 20_260_312 });
  expect(Math.min(waits.compressed, waits.dense)).toBeGreaterThan(many(5));
  expect(Math.min(together.compressed, together.dense)).toBeGreaterThan(many(2));
});

test("they also agree with populations whose fan-in is split", { tags: ["long"] }, () => {
  const cut = fc.tuple(allCases, fc.integer({ min: 1, max: 2 }), fc.integer({ min: 2, max: 3 })).map((drawn) => cutByFanIn(...drawn));
  fc.assert(
    fc.property(cut, (c) => void expectAgreement(c)),
    { numRuns: many(24), seed: 20_250_103 },
  );
});

test("they also agree with membrane states in DRAM, for dense and touched updates", { tags: ["long"], timeout: 600_000 }, () => {
  const waits = { dense: 0, touched: 0 };
  const expectSame = (c: Case): void => {
    const { cores } = expectAgreement(c);
    const at = CORE_COUNTERS.indexOf("soma_stall_dram_cycles");
    if (cores.some((count, i) => i % CORE_COUNTERS.length === at && count > 0)) waits[c.chip.cores[0].neuronUpdate.policy]++;
  };
  fc.assert(
    fc.property(
      cases.filter(({ statesAway }) => statesAway),
      expectSame,
    ),
    { numRuns: many(34), seed: 20_260_311 },
  );
  expect(Math.min(waits.dense, waits.touched)).toBeGreaterThan(many(12));
});
