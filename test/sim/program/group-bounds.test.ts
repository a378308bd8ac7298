/** Weights wider than all banks of their memory: what bounds a group of them, and what the cycle model takes. */
import { expect, test } from "vitest";
import type { Projection, Topology } from "../../../arch/index.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { coreColumn } from "../../../sim/counters.js";
import { estimate, profileOf } from "../../../sim/expect/index.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { groupBounds } from "../../../sim/observe/group-limits.js";
import { convolution } from "../board/convolutions.js";
import { chip, core, dense, population, precision, traceOf } from "../board/fixtures.js";

const geometry = { channels: [1, 2], size: [4, 4], kernel: [1, 1], stride: 1, padding: 0, dilation: 1, groups: 1 } as const;
const rows = (made: Projection): Topology => ({
  populations: [population("input", 16, 0), population("target", 32, 1, { accumulators: 1, payloadBits: 0 })],
  projections: [made],
});

test.each([
  ["dense", rows(dense(0, 1)), 32],
  ["kernel", rows(convolution(0, 1, geometry)), 2],
] as const)(
  "a weight of 4 words over 2 banks bounds the group of %s rows to half a weight per cycle, in the cycle model, too",
  (_, topology, length) => {
    const trace = traceOf(topology, [[[Array.from({ length: 16 }, (_, i) => i), []]]]);
    const synapseMemory = { ...core.synapseMemory, wordBits: precision.weightBits / 4, banks: 2, readLatencyCycles: 0 };
    const on = chip([1], { core: { synapseMemory } });
    const request = { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 } as const;
    const placement = mapNetwork(topology, on, precision, request, trace);
    const { total } = runTiming(on, placement, precision, trace);
    const issuing = (cores: Float64Array): number =>
      cores[coreColumn.synapse_busy_cycles] + cores[coreColumn.synapse_stall_memory_cycles] + cores[coreColumn.synapse_stall_state_cycles];
    expect(issuing(total.cores)).toBe(16 * length * 2);
    expect(groupBounds(on, placement, precision, trace)(0)?.weights).toBe(1 / 2);
    const expected = estimate(on, precision, request, profileOf(trace))?.counters.cores ?? new Float64Array();
    expect(issuing(expected)).toBeCloseTo(16 * length * 2, 9);
  },
);
