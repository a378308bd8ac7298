/** The board agrees with the naive model on plain random chips, whose networks vary most. */
// @module-tag slow
import fc from "fast-check";
import { expect, test } from "vitest";
import { kernelOf } from "../../../sim/board/chip-tables.js";
import { CompiledBoard } from "../../../sim/board/compiled-chip.js";
import { CORE_COUNTERS, ROUTER_COUNTERS } from "../../../sim/counters.js";
import { nocSpec } from "../../../sim/noc/chip-noc.js";
import { buildProgram } from "../../../sim/program/program.js";
import { timeline } from "../../../sim/program/timeline.js";
import { cases } from "../../cases.js";
import { Counted } from "../../counted.js";
import { type Agreed, cutByFanIn, expectAgreement } from "./agreement.js";
import { precision } from "./fixtures.js";
import { type Case, place, plainCases, plainChoices, withPlainCores } from "./random-chips.js";

/** Number of chips drawn. */
const CHIPS = cases(90);
/** Features that at least a twentieth of them must have. */
const COMMON = [
  ...['full="drop"', 'full="freeze"', "visibility=2", "visibility=5", 'fullJudged="after-pop"', "lost messages"],
  ...['synapseRefetch="group"', 'stateRefetch="group"', "rereads=true", "stateRereads=true", "synapse_rereads", "state_rereads"],
  ...["away=16", "away=256", "dram_state_bits", "soma_stall_dram_cycles", "dram_bits", "synapse_stall_dram_cycles"],
  ...['policy="touched"', "scan compressed", "scan dense"],
];
/** Loop of the kernel that the network runs in. */
function loopOf({ noc }: Case["chip"]): string {
  const isShort = noc.routingDelayCycles <= 1 && noc.vcAllocationDelayCycles === 1;
  if (isShort && noc.virtualChannels === 1) return noc.multicast === "tree" ? "trees" : "single";
  return isShort && noc.multicast === "unicast" ? "virtual" : "masks";
}
const LOOPS = ["single", "trees", "virtual", "masks"];

/** Columns of a flat table that are not zero in some row. */
function counted(table: Float64Array, names: readonly string[]): string[] {
  return names.filter((_, column) => table.some((value, at) => at % names.length === column && value > 0));
}

function featuresOf(c: Case, { cores, routers, dropped }: Agreed): string[] {
  const loop = loopOf(c.chip);
  return [
    `loop ${loop}`,
    `scan ${c.chip.cores[0].scan.policy}`,
    ...c.choices,
    ...(dropped > 0 ? ["lost messages"] : []),
    ...counted(cores, CORE_COUNTERS),
    ...counted(routers, ROUTER_COUNTERS).map((name) => `${loop} ${name}`),
  ];
}

test(`${CHIPS} random plain chips agree; together they reach every choice and every counter`, () => {
  const seen = new Counted("compiled boards");
  const property = fc.property(plainCases, (c) => {
    const agreed = expectAgreement(c);
    seen.see(...featuresOf(c, agreed));
  });
  fc.assert(property, { numRuns: CHIPS, seed: 20_261_132 });
  seen.expectEach(
    [
      ...[...LOOPS.map((loop) => `loop ${loop}`), ...plainChoices],
      // rows that are decoded are drawn in weight-formats.test.ts
      ...CORE_COUNTERS.filter((name) => name !== "decoded_weights"),
      ...LOOPS.flatMap((loop) =>
        ROUTER_COUNTERS.filter((name) => loop !== "single" || name !== "stall_switch_cycles").map((name) => `${loop} ${name}`),
      ),
    ],
    3,
  );
  seen.expectEach(COMMON, CHIPS / 20);
}, 600_000);

/** Chips without the rarer features: the kernel of most chips has only a part of the code. */
test("chips of plain cores run on the plain kernel and agree, with every loop of the network", { tags: ["long"], timeout: 600_000 }, () => {
  const seen = new Counted("plain kernel");
  const drawn = cases(28);
  const property = fc.property(plainCases.map(withPlainCores), (c) => {
    const agreed = expectAgreement(c);
    seen.see(kernelOf(c.chip, buildProgram(c.chip, place(c), precision)), ...featuresOf(c, agreed));
  });
  fc.assert(property, { numRuns: drawn, seed: 20_261_134 });
  seen.expectEach([...LOOPS.map((loop) => `loop ${loop}`), 'policy="touched"'], 3);
  expect(seen.of("plain-chip-kernel")).toBe(drawn);
});

test("populations whose fan-in is split agree too, with every loop of the network", { tags: ["long"], timeout: 600_000 }, () => {
  const seen = new Counted("compiled boards with partial sums");
  const cut = fc.tuple(plainCases, fc.integer({ min: 1, max: 2 }), fc.integer({ min: 2, max: 3 })).map((drawn) => cutByFanIn(...drawn));
  const property = fc.property(cut, (c) => {
    expectAgreement(c);
    seen.see(loopOf(c.chip));
  });
  fc.assert(property, { numRuns: cases(36), seed: 20_261_129 });
  seen.expectEach(LOOPS, 3);
});

test("tables of numbers beyond 16 bits give the same run, for more than 65,536 cores or blocks", () => {
  const property = fc.property(plainCases, (c) => {
    const placement = place(c);
    const narrow = buildProgram(c.chip, placement, precision);
    const wide = { ...narrow, entryCore: Uint32Array.from(narrow.entryCore), segmentBlock: Uint32Array.from(narrow.segmentBlock) };
    const [few, many] = [narrow, wide].map((program) => {
      const board = new CompiledBoard(c.chip, placement, program, c.trace, nocSpec(c.chip));
      const line = timeline(c.trace, [0, 1]);
      return { waves: board.runLine(line, board.waves(line)), counters: board.counters, messages: board.messages };
    });
    expect(few.messages.packets + few.counters[CORE_COUNTERS.indexOf("spikes_sent")]).toBeGreaterThan(0);
    expect(many).toEqual(few);
  });
  fc.assert(property, { numRuns: cases(10), seed: 20_261_133 });
});
