/** Faults that are planted in the network's modules, one at a time, are all seen by random networks and chips. */
// @module-tag slow
import { rmSync } from "node:fs";
import { expect, test } from "vitest";
import { versionOf } from "../../../rtl/index.js";
import { planted } from "../faults.js";
import { randomChip } from "../random-chips.js";
import { runCore } from "../run-core.js";
import { NETWORK_FAULTS, type NetworkFault } from "./network-faults.js";
import { networkCase } from "./random-network.js";

const absent = versionOf("iverilog") === null;
/** A lost credit, a wrong turn, a pointer of an allocator. */
const SHORT = NETWORK_FAULTS.slice(0, 3);

function isSeen({ by, seed }: NetworkFault, library: string): boolean {
  if (by === "network") return networkCase(seed, library).differences.length > 0;
  const point = randomChip(seed);
  if (point === null) throw new Error(`seed ${seed} fits no chip`);
  return !runCore(point, "iverilog", library).verdict.isEqual;
}

for (const fault of NETWORK_FAULTS)
  test.skipIf(absent)(
    `a random ${fault.by} sees that '${fault.name}'${absent ? " (skipped: Icarus Verilog is absent)" : ""}`,
    { tags: SHORT.includes(fault) ? [] : ["long"], timeout: 300_000 },
    () => {
      const folder = planted(fault);
      try {
        expect(isSeen(fault, folder)).toBe(true);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
