/**
 * docs/joules.md says enough to find every line of a breakdown and what limits the clock: its program, which is all in
 * the page, prices counters without any code of this repository, and gives the energies, areas and clocks that the
 * product gives.
 */
// @module-tag slow
import { expect, test } from "vitest";
import { open, withValues } from "../../app/open.js";
import { type Simulation, simulate } from "../../app/simulate.js";
import { cases } from "../cases.js";
import { Counted } from "../counted.js";
import { hasPython, joulesLines, pageOf } from "./page-joules.js";
import { PRICED_FEATURES, type PricedPoint, pricedPoint } from "./random-priced.js";

/** What sources say of macros and laws that a table does not have; # is a number. */
const ASKED = [
  "interpolated between lines #",
  "interpolated between # and # V",
  "extrapolated: from lines #",
  "extrapolated: from # V by the library's laws",
  "extrapolated: # macros on top of each other",
  "extrapolated: # words beyond # to #",
];
const askedOf = (point: PricedPoint): readonly string[] => {
  const sources = JSON.stringify(point.printed.breakdown).replaceAll(/\d[\d.]*/g, "#");
  return ASKED.filter((text) => sources.includes(text));
};

const POINTS = cases(45);
/** What `sim --json` prints of a run, as far as the program reads it. */
const printed = ({ document, network, counters, highestClocks, result }: Simulation) => ({
  ...{ document, network, counters, highestClocks, breakdown: result.breakdown },
});

/** Each feature in one of 45 points. */
const LEAST = POINTS / 45;

test.skipIf(!hasPython)(
  `the program of docs/joules.md finds every line of the breakdowns, and every limit of the clock, of ${POINTS} random points${hasPython ? "" : " (skipped: there is no python3, 3.9 or later)"}`,
  { tags: ["long"], timeout: 300_000 },
  () => {
    const points: PricedPoint[] = [];
    for (let seed = 0; points.length < POINTS; seed++) {
      const point = pricedPoint(seed);
      if (point !== null) points.push(point);
    }
    const seen = new Counted("docs/joules.md");
    for (const { met } of points) seen.see(...new Set(met));
    // the last point twice more, with one energy and with one clock that are wrong by 3e-9
    const { breakdown, highestClocks, ...rest } = points[POINTS - 1].printed;
    const most = breakdown.reduce((a, b) => ((b.energyPj ?? 0) > (a.energyPj ?? 0) ? b : a));
    const changed = breakdown.map((line) => (line === most ? { ...line, energyPj: Number(line.energyPj) * (1 + 3e-9) } : line));
    const [{ block, mhz }, ...clocks] = highestClocks;
    const wrong = { ...rest, breakdown: changed, highestClocks };
    const late = { ...rest, breakdown, highestClocks: [{ block, mhz: mhz * (1 + 3e-9) }, ...clocks] };
    const lines = joulesLines([...points.map(({ printed }) => printed), wrong, late]);
    expect(lines.slice(0, POINTS).filter((line) => !/^\d+ lines, .* MHz: equal$/.test(line))).toEqual([]);
    expect(lines).toHaveLength(POINTS + 2);
    expect(lines[POINTS]).toContain(`NOT EQUAL: ${most.component}: `);
    expect(lines[POINTS + 1]).toContain(`NOT EQUAL: ${block.replace(/^core\[\d+\] /, "")}: `);
    seen.expectEach(PRICED_FEATURES, LEAST);
  },
);

const TABLES = cases(60);

test.skipIf(!hasPython)(
  `it finds the costs of memories between and beyond the macros and laws of ${TABLES} random tables`,
  { tags: ["long"], timeout: 300_000 },
  () => {
    const points: PricedPoint[] = [];
    for (let seed = 0; points.length < TABLES; seed++) {
      const point = pricedPoint(seed, true);
      if (point !== null && askedOf(point).length > 0) points.push(point);
    }
    const seen = new Counted("tables of docs/joules.md");
    for (const point of points) seen.see(...askedOf(point));
    for (const line of joulesLines(points.map(({ printed }) => printed))) expect(line).toMatch(/MHz: equal$/);
    seen.expectEach(ASKED, TABLES / 60);
  },
);

test.skipIf(!hasPython)("it prints for `edge` what the page shows", async () => {
  const [line] = joulesLines([printed(await simulate(open("edge")))]);
  const shown = /^```text\n(.*)\n```$/m.exec(pageOf("joules.md"));
  expect(line).toBe(shown?.[1]);
});

test.skipIf(!hasPython)(
  "it knows links of several cycles, ends of a crossbar behind such links, a core alone, and the period of the user's own logic",
  { tags: ["long"] },
  async () => {
    const alone = {
      ...{ "noc.width": 1, "noc.height": 1, "tile.core.max_neurons": 512 },
      ...{ "tile.core.synapse_memory.size_kib": 256, "tile.core.state_memory.size_kib": 16 },
    };
    const chips = [
      { "noc.topology": "crossbar", "noc.link_cycles": 3 },
      { "noc.link_cycles": 4, "noc.switch_traversal_delay_cycles": 2 },
      alone,
      { "chip.logic_period_ns": 4 },
    ];
    const points = await Promise.all(
      chips.map(async (values) => {
        return printed(await simulate(withValues(open("mesh-2x2"), { ...values, "workload.samples": 20 })));
      }),
    );
    for (const line of joulesLines(points)) expect(line).toMatch(/MHz: equal$/);
  },
);
