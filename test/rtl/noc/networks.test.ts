/**
 * The library's mesh under random traffic behaves exactly as the network kernel and the object network, in Icarus
 * Verilog.
 */
// @module-tag slow
import { expect, test } from "vitest";
import { versionOf } from "../../../rtl/index.js";
import { networkCase } from "./random-network.js";
import { NETWORK_CATEGORIES, networkStudyOf } from "./study-networks.js";

const absent = versionOf("iverilog") === null;
const why = absent ? " (skipped: Icarus Verilog is absent)" : "";
/** Small networks that together meet most categories. */
const FEW = [1, 4];
const MANY = 40;

test.skipIf(absent)(
  `packets arrive, and routers count, in SystemVerilog as in the kernel: ${FEW.length} networks${why}`,
  { tags: ["long"], timeout: 120_000 },
  () => {
    const { found, packets } = networkStudyOf(FEW.map((seed) => networkCase(seed)));
    expect(found).toEqual([]);
    expect(packets).toBeGreaterThan(40 * FEW.length);
  },
);

test.skipIf(absent)(
  `the same for ${MANY} networks, every category among them (seeds from 1)${why}`,
  { tags: ["long"], timeout: 1_200_000 },
  () => {
    const { found, seen } = networkStudyOf(Array.from({ length: MANY }, (_, i) => networkCase(1 + i)));
    expect(found).toEqual([]);
    seen.expectEach(NETWORK_CATEGORIES);
  },
);
