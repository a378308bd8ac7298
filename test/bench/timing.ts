/**
 * `npx tsx test/bench/timing.ts`: messages a second of the whole timing engine: cores with state-memory contention,
 * queues and back-pressure, and the flit-level network, saturated: 8 x 4 tiles of 4 cores, 8 % of the neurons fire a
 * step. By network size with one neuron on each of 16 random cores as targets; by fan-out with targets anywhere
 * (random) or in a run of neurons around the source (clustered). Time and memory of the tables.
 *
 * Process CPU time of one core; one warm-up, then three runs. Below: points per second of the analytical model.
 */
import { profileOf } from "../../sim/expect/activity-profile.js";
import { estimate } from "../../sim/expect/analytical.js";
import { chip, core, precision, randomTrace, recurrentTopology } from "../sim/board/fixtures.js";
import { rates } from "./harness/measure.js";
import { benchmark } from "./harness/program.js";
import { type Row, row } from "./harness/row.js";
import { saturatedRows } from "./harness/saturated.js";

const topology = recurrentTopology(128);
const profile = profileOf(randomTrace(topology, [28], [0.2, 0.08, 0.06, 0], 1));
const points = [1, 2, 4, 8].map((lanes) =>
  chip([1, 1, 1, 1], {
    core: {
      lanes,
      maxNeurons: 512,
      synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 20 },
      stateMemory: { ...core.stateMemory, sizeBits: 2 ** 17 },
    },
    noc: { width: 2, height: 2 },
  }),
);
const request = { strategy: "balanced", manual: {}, maxNeuronsPerCore: null, seed: 1 } as const;
await benchmark(import.meta.url, async () => {
  const rows: Row[] = [];
  const sizes = [1024, 4096, 16_384, 65_536];
  for (const neurons of sizes) rows.push(...(await saturatedRows(neurons, { fanOut: 16, kind: "cores" })));
  for (const kind of ["clustered", "random"] as const)
    for (const fanOut of [64, 256]) for (const neurons of sizes) rows.push(...(await saturatedRows(neurons, { fanOut, kind })));
  const priced = await rates(() => {
    let count = 0;
    for (let round = 0; round < 5_000; round++) for (const on of points) if (estimate(on, precision, request, profile) !== null) count++;
    return count;
  });
  return [...rows, row("analytical model, 4 cores", "points/s", "more", priced, 10_000)];
});
