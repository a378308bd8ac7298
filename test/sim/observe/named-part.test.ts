/**
 * What is named as the limit of a run is what its parameters say: on random chips, those of the part that is named gain
 * about as much as any. Gains are cycles of the changed chips, mapped and run; the limit follows from counters alone.
 */
import { expect, test } from "vitest";
import type { Chip, MappingRequest } from "../../../arch/index.js";
import { unlessInfeasible } from "../../../base/errors.js";
import { createRng, type Rng } from "../../../base/rng.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { busiestDieShare } from "../../../sim/die-links.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { bindingOf } from "../../../sim/observe/binding.js";
import { singleChanges } from "../../../sim/observe/changes.js";
import { groupLimits } from "../../../sim/observe/group-limits.js";
import { cases } from "../../cases.js";
import { chip, core, precision, randomTrace, recurrentTopology } from "../board/fixtures.js";
import { written } from "./written.js";

/** Parameters of each part; the units of a core share its state memory. */
const PARTS: readonly (readonly [resource: RegExp, paths: RegExp])[] = [
  [/network on chip/, /^noc\.(?!dies)|put_queue/],
  [/links between dies/, /^noc\./],
  [/host link/, /^inputs\.port/],
  [/barrier/, /^barrier/],
  [/update units/, /neuron_update|state_memory/],
  [/lanes|weight words|accumulator words|short rows|look-up|memory/, /lanes|_memory|overhead|input_queue/],
];

function drawn(rng: Rng): { readonly on: Chip; readonly request: MappingRequest; readonly neurons: number } {
  const pick = <T>(values: readonly T[]): T => values[rng.int(0, values.length - 1)];
  const [width, height, neurons] = [rng.int(1, 3), rng.int(1, 2), pick([16, 32])];
  const dies = width === 2 && rng.float() < 0.2 ? { columns: 2, rows: 1, bitsPerCycle: pick([0.5, 4]), latencyCycles: 10 } : null;
  const port = rng.float() < 0.2 ? { tile: 0, bitsPerCycle: pick([1, 10, 100]), latencyCycles: 0, packetBits: null, queueDepth: 16 } : null;
  const on = chip(new Array<number>(width * height).fill(rng.int(1, 2)), {
    core: {
      lanes: pick([1, 4, 16]),
      eventOverheadCycles: pick([1, 2, 4]),
      inputQueue: { depth: pick([2, 8, 64]) },
      outputQueue: { depth: pick([2, 8, 64]) },
      synapseMemory: { ...core.synapseMemory, wordBits: pick([16, 32, 128]) },
      stateMemory: { ...core.stateMemory, wordBits: pick([32, 64, 256]), ports: pick(["1rw", "1r1w"]) },
      neuronUpdate: { ...core.neuronUpdate, units: pick([1, 4]), cyclesPerNeuron: pick([1, 4, 20, 60]) },
    },
    noc: { width, height, dies, flitWidthBits: pick([4, 8, 32]), vcBufferFlits: pick([4, 8]), multicast: pick(["unicast", "tree"]) },
    barrier: { baseCycles: pick([1, 4, 50]), perCoreCycles: 1 },
    port,
  });
  const maxNeuronsPerCore = Math.max(12, Math.ceil(neurons / rng.int(1, 3)));
  return { on, neurons, request: { strategy: pick(["balanced", "sequential"]), manual: {}, maxNeuronsPerCore, seed: 1 } };
}

test("the parameters of the part that is named gain at least half as much as any other, in 19 of 20 random chips; the network too", () => {
  const rng = createRng(4, "named parts");
  const seen = { all: 0, right: 0, network: 0, networkRight: 0 };
  for (let draw = 0; draw < cases(16); draw++) {
    const { on, neurons, request } = drawn(rng);
    const rates = [0.3, [0.05, 0.3][rng.int(0, 1)], 0.1, 0];
    const trace = randomTrace(recurrentTopology(neurons), [3], rates, draw);
    const run = (of: Chip) =>
      unlessInfeasible(() => {
        const placement = mapNetwork(trace.topology, of, precision, request, trace);
        return { placement, total: runTiming(of, placement, precision, trace).total };
      });
    const before = run(on);
    if (before === null) continue;
    const { placement, total } = before;
    const named = bindingOf(total, busiestDieShare(on, total), null, groupLimits(on, placement, precision, trace));
    const [, paths] = PARTS.find(([resource]) => resource.test(named?.resource ?? "")) ?? [null, /$^/];
    const gains = singleChanges({ chip: on, values: {} }, written(on)).map(({ path, chip: other }) => ({
      path,
      gain: 1 - (run(other)?.total.cycles ?? Number.POSITIVE_INFINITY) / total.cycles,
    }));
    const best = Math.max(...gains.map(({ gain }) => gain));
    // nothing to tell parts by
    if (best < 0.1) continue;
    const own = Math.max(0, ...gains.filter(({ path }) => paths.test(path)).map(({ gain }) => gain));
    const isRight = own >= best / 2;
    seen.all++;
    if (isRight) seen.right++;
    if (named?.resource !== "the network on chip") continue;
    seen.network++;
    if (isRight) seen.networkRight++;
  }

  expect(seen.right, JSON.stringify(seen)).toBeGreaterThanOrEqual(0.95 * seen.all);
  expect(seen.networkRight).toBeGreaterThanOrEqual(0.9 * seen.network);
  expect(seen.network, JSON.stringify(seen)).toBeGreaterThan(0);
});
