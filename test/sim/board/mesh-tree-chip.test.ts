/**
 * Whole chips over trees of meshes: runs with and without a recorder count the same, also with multicast packets that
 * pass more routers than there are tiles.
 */
import { expect, test } from "vitest";
import { Recorder } from "../../../sim/board/recorder.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { chip, core, precision, randomTrace, recurrentTopology } from "./fixtures.js";

test("eight single tiles below a tree of seven routers, and meshes of two tiles below three, agree by unicast and multicast", () => {
  const topology = recurrentTopology(32);
  const trace = randomTrace(topology, [5, 4], [0.5, 0.3, 0.3, 0.2], 9);
  for (const [width, arity, levels] of [
    [1, 2, 3],
    [2, 2, 2],
  ])
    for (const multicast of ["unicast", "tree"] as const) {
      const on = chip(new Array<number>(8).fill(1), {
        core: { ...core, maxNeurons: 16, inputQueue: { depth: 2 } },
        noc: {
          ...{ topology: "mesh-tree", width, height: 1, multicast, virtualChannels: 1 },
          tree: { arity, levels, linkCycles: 3, linkLengthMm: 4 },
        },
      });
      const request = { strategy: "sequential", manual: {}, maxNeuronsPerCore: 16, seed: 1 } as const;
      const placement = mapNetwork(topology, on, precision, request, trace);
      const compiled = runTiming(on, placement, precision, trace);
      const plain = runTiming(on, placement, precision, trace, new Recorder());
      expect(compiled.total).toEqual(plain.total);
      expect(compiled.waveCycles).toEqual(plain.waveCycles);
    }
});
