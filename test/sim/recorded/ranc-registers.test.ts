/**
 * RANC agrees with a second interpretation, register by register on both edges: every row of every file, on random
 * cases.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { RancChip } from "../../../arch/index.js";
import { runRanc } from "../../../sim/recorded/ranc.js";
import { rancChips, rancSpecs, stimulusOf } from "./ranc-cases.js";
import { runRancRegisters } from "./ranc-registers.js";

const SEED = 20_271;
/** `SNN_DSE_RUNS=5000` for a long hunt. */
const RUNS = Number(process.env.SNN_DSE_RUNS ?? 30);

test("model and registers give the same trace, membranes and summary, including stalls, overruns, lost writes and wrap-around", () => {
  const seen = new Map<string, number>();
  const count = (what: string, by: unknown): void => void seen.set(what, (seen.get(what) ?? 0) + (by as number));
  const grids = fc.record({ width: fc.integer({ min: 1, max: 4 }), height: fc.integer({ min: 1, max: 4 }) });
  fc.assert(
    fc.property(rancChips, grids, fc.nat(), rancSpecs, fc.boolean(), (drawn, grid, output, spec, converges) => {
      const position = output % (grid.width * grid.height);
      const chip: RancChip = {
        ...{ ...drawn, grid, output_core: { x: position % grid.width, y: Math.floor(position / grid.width) } },
        ...{ delay_slots: 16, merge_arbiter: "ordered" },
      };
      const random = stimulusOf(chip, spec, 15);
      // every neuron sends to one core and fires easily, so routers back up and controllers stall
      const hot = output % (grid.width * grid.height);
      const cores = random.cores.map((core, c) =>
        core === null || !converges
          ? core
          : {
              ...core,
              neurons: core.neurons.map((neuron) => ({
                ...neuron,
                positiveThreshold: -3,
                packet: {
                  ...neuron.packet,
                  dx: (hot % grid.width) - (c % grid.width),
                  dy: Math.floor(hot / grid.width) - Math.floor(c / grid.width),
                },
              })),
            },
      );
      const stimulus = { ...random, cores };
      const { trace, potentials, summary } = runRanc(chip, stimulus);
      expect({ trace, potentials, summary }).toEqual(runRancRegisters(chip, stimulus));
      const totals = summary.totals as { [key: string]: number };
      for (const key of ["stall_cycles", "sched_drops", "spikes", "hops", "outputs"]) count(key, totals[key]);
      count("overruns", summary.token_controller_error);
      count("packets in cycle 0", trace.includes("\n0,-1,INJECT,0,") ? 1 : 0);
      count("ticks in cycle 0", trace.includes("\n0,-1,TICK,") ? 1 : 0);
      count("refused packets", trace.split("\n").filter((row) => row.includes("INJECT,1,")).length);
    }),
    { seed: SEED, numRuns: RUNS },
  );
  process.stdout.write(`RANC: ${[...seen].map(([what, times]) => `${what} ${times}`).join(", ")}\n`);
  const starts = ["packets in cycle 0", "ticks in cycle 0", "refused packets"];
  for (const what of ["stall_cycles", "sched_drops", "spikes", "hops", "outputs", "overruns", ...starts])
    expect(seen.get(what), what).toBeGreaterThan(0);
}, 600_000);
