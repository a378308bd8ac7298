/**
 * docs/fpga.md says enough to count a chip on an FPGA: its program, which is all in two pages, counts tables,
 * flip-flops, block RAMs and multipliers without any code of this repository, and finds what the product counts.
 */
// @module-tag slow
import { expect, test } from "vitest";
import { open, type Values, withValues } from "../../app/open.js";
import { simulate } from "../../app/simulate.js";
import { FPGA_DEVICES, type FpgaName } from "../../arch/index.js";
import { cases } from "../cases.js";
import { Counted } from "../counted.js";
import { fpgaLines, hasPython, pageOf } from "./page-joules.js";
import { pricedPoint } from "./random-priced.js";

const POINTS = cases(45);
const NAMES = Object.keys(FPGA_DEVICES) as FpgaName[];
const PARTS = [
  ...["core", "generator", "decoder", "router", "link", "port"],
  ...["weights", "states and sums", "rows of neurons' own numbers", "input queues"],
];

test.skipIf(!hasPython)(
  `the program of docs/fpga.md counts what the product counts, of ${POINTS} random points on a device each${hasPython ? "" : " (skipped: there is no python3, 3.9 or later)"}`,
  { tags: ["long"], timeout: 300_000 },
  () => {
    const seen = new Counted("docs/fpga.md");
    const points: object[] = [];
    for (let seed = 0; points.length < POINTS; seed++) {
      const name = NAMES[seed % NAMES.length];
      const made = pricedPoint(seed)?.on(name);
      if (made === undefined) continue;
      points.push(made.printed);
      seen.see(name, ...new Set(made.parts));
    }
    const [first] = points as { readonly metrics: { readonly fpga_luts: number } }[];
    const wrong = { ...first, metrics: { ...first.metrics, fpga_luts: first.metrics.fpga_luts + 1 } };
    const lines = fpgaLines([...points, wrong]);
    expect(lines.slice(0, POINTS).filter((line) => !/^\d+ tables, .* multipliers: equal$/.test(line))).toEqual([]);
    expect(lines[POINTS]).toContain("NOT EQUAL: ");
    seen.expectEach([...NAMES, ...PARTS], 1);
  },
);

const counted = async (values: Values): Promise<object> => {
  const { document, network, counters, result } = await simulate(withValues(open("edge"), { "chip.clock_mhz": 20, ...values }));
  return { document, network, counters, metrics: result.metrics };
};

test.skipIf(!hasPython)("it prints for `edge` what the page shows", async () => {
  const [line] = fpgaLines([await counted({ "chip.fpga": "ecp5-85" })]);
  expect(line).toBe(/^```text\n(.*)\n```$/m.exec(pageOf("fpga.md"))?.[1]);
});

test.skipIf(!hasPython)(
  "it knows long links, deep buffers, late messages, configuration bits and a core alone",
  { tags: ["long"] },
  async () => {
    const few = { "chip.fpga": "xczu7ev", "workload.samples": 20 };
    const alone = { "noc.width": 1, "tile.core.synapse_memory.size_kib": 128, "tile.core.state_memory.size_kib": 16 };
    const points = await Promise.all([
      ...[3, 16, 17, 31, 40].map((cycles) => counted({ ...few, "noc.link_cycles": cycles, "noc.credit_delay_cycles": cycles })),
      counted({ ...few, "chip.fpga": "ecp5-85", "noc.link_cycles": 9, "tile.core.input_queue.visibility_cycles": 4 }),
      counted({ ...few, "noc.vc_buffer_flits": 300, "noc.multicast": "tree" }),
      counted({ ...few, ...alone, "tile.core.configuration_bits": 100, "tile.core.input_queue.visibility_cycles": 2 }),
    ]);
    for (const line of fpgaLines(points)) expect(line).toMatch(/multipliers: equal$/);
  },
);
