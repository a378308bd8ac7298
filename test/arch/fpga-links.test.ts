/** Registers of links on an FPGA are those that Yosys builds of the emitted library's links. */
import { expect, test } from "vitest";
import { type LinkTimes, linkOf, linkResources, linkStages } from "../../arch/fpga/link-resources.js";

const noc: LinkTimes = {
  ...{ virtualChannels: 2, flitWidthBits: 32, switchAllocationDelayCycles: 1, switchTraversalDelayCycles: 1 },
  ...{ creditDelayCycles: 0, linkCycles: 1 },
};
const between = (change: Partial<LinkTimes>, family: "ecp5" | "ultrascale-plus"): readonly [flipFlops: number, luts: number] => {
  const { flipFlops, luts } = linkOf(linkStages({ ...noc, ...change }).toRouter, { ...noc, ...change }, family);
  return [flipFlops, luts];
};

// Yosys 0.52 of rtl/lib/link.sv, FLIT 34: synth_ecp5 (TRELLIS_FF), synth_xilinx -family xcup (FDRE, SRL16E and SRLC32E)
test.each([
  [{ linkCycles: 1 }, 74, 74, 0],
  [{ linkCycles: 2 }, 112, 7, 35],
  [{ linkCycles: 8 }, 340, 17, 36],
  [{ linkCycles: 16 }, 644, 68, 36],
  [{ linkCycles: 40 }, 1556, 81, 72], // two tables in a row per bit
  [{ linkCycles: 8, virtualChannels: 4 }, 357, 17, 38],
])("a link of %j has the synthesised flip-flops, and on UltraScale+ shift registers", (change, ecp5, wide, shifts) => {
  expect(between(change, "ecp5")).toEqual([ecp5, 0]);
  expect(between(change, "ultrascale-plus")).toEqual([wide, shifts]);
});

test("with one VC, two links of 16 cycles have 600 flip-flops more than two of one, as a whole mesh of two routers", () => {
  // Yosys 0.52, synth_ecp5 of rtl/lib/mesh.sv with WIDTH 16: 527 flip-flops with LINK 1, 1,127 with LINK 16
  const of = (linkCycles: number): number =>
    2 * linkResources(2, 1, { ...noc, virtualChannels: 1, flitWidthBits: 16, linkCycles }, "ecp5").flipFlops;
  expect(of(16) - of(1)).toBe(1127 - 527);
});

test("each stage of allocation, traversal, credits and links has registers, between routers or at an end", () => {
  const of = (change: Partial<LinkTimes>): number =>
    linkResources(5, 1, { ...noc, ...change }, "ecp5").flipFlops - linkResources(5, 1, noc, "ecp5").flipFlops;
  const [flit, credit] = [32 + 2 + 1 + 1, 1 + 1];
  expect(of({ linkCycles: 2 })).toBe(4 * (flit + credit));
  expect(of({ switchTraversalDelayCycles: 2 })).toBe(5 * flit);
  expect(of({ switchAllocationDelayCycles: 2 })).toBe(5 * (flit + credit));
  expect(of({ creditDelayCycles: 1 })).toBe(5 * credit);
});
