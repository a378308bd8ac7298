/**
 * RANC: conservation of packets, closed forms of tick cost and latency, and function compared with a plain tick-level
 * model.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { RancChip } from "../../../arch/index.js";
import { type RancRun, type RancStimulus, runRanc } from "../../../sim/recorded/ranc.js";
import { denseShuffled } from "./kernels.js";
import { rancChips, rancSpecs, stimulusOf, tickCost } from "./ranc-cases.js";

const SEED = 20_262;

const totalsOf = (run: RancRun): { [key: string]: number } => run.summary.totals as { [key: string]: number };

test("packets are conserved: injected + fired = refused + delivered + lost + sent out + in flight", () => {
  fc.assert(
    fc.property(rancChips, rancSpecs, (chip, spec) => {
      const run = runRanc(chip, stimulusOf(chip, spec, chip.delay_slots - 1));
      const t = totalsOf(run);
      expect(run.injected + t.spikes).toBe(run.refused + t.sched_writes + t.sched_drops + run.outputs + run.inFlight);
    }),
    { seed: SEED, numRuns: 120 },
  );
});

test("a run does not change if every cycle is simulated and the parts are in any order", { tags: ["long"] }, () => {
  fc.assert(
    fc.property(rancChips, rancSpecs, (chip, spec) => {
      const stimulus = stimulusOf(chip, spec, chip.delay_slots - 1);
      const { cores: _, ...skipped } = runRanc(chip, stimulus);
      const { cores: __, ...dense } = runRanc(chip, stimulus, denseShuffled(spec.seed));
      expect(dense).toEqual(skipped);
    }),
    { seed: SEED, numRuns: 60 },
  );
});

test("a tick takes neurons x (axons + 2) + 2 cycles plus stalls; every neuron is written once", () => {
  fc.assert(
    fc.property(rancChips, rancSpecs, (chip, spec) => {
      const stimulus = stimulusOf(chip, { ...spec, period: 1000 }, 0);
      const run = runRanc(chip, stimulus);
      for (const core of run.cores) {
        if (core === null || core.busyCyclesUntil(stimulus.limitCycles + 1) > core.busyCyclesUntil(stimulus.limitCycles)) continue;
        const counters = core.counters();
        const sweeps = counters.csram_writes / chip.neurons;
        expect(core.busyCyclesUntil(stimulus.limitCycles)).toBe(sweeps * tickCost(chip) + counters.stall_cycles);
        expect(core.missedTicks + sweeps).toBe(spec.ticks);
      }
    }),
    { seed: SEED, numRuns: 100 },
  );
});

test("a lone packet takes 2 (hops + 3) cycles from its injection's buffer write to its delivery", () => {
  fc.assert(
    fc.property(rancChips, fc.nat(), fc.nat(), (chip, x, y) => {
      const packet = { dx: x % chip.grid.width, dy: y % chip.grid.height, axon: 0, delayTicks: 0 };
      const spec = { seed: 1, first: 5, gap: 1, ticks: 0, period: 100 };
      const run = runRanc(chip, { ...stimulusOf(chip, spec, 0), injections: [{ cycle: 10, packet }], limitCycles: 200 });
      const last = run.trace.trimEnd().split("\n").at(-1)?.split(",") as string[];
      expect(["SCHED_WR", "OUT"]).toContain(last[2]);
      expect(Number(last[0]) - 10).toBe(2 * (packet.dx + packet.dy + 3));
    }),
    { seed: SEED, numRuns: 60 },
  );
});

/** Plain model: whole ticks, no clock, no network; packets are delivered at once. */
function plainTicks(chip: RancChip, stimulus: RancStimulus): { potentials: number[][]; spikes: number } {
  const { width } = chip.grid;
  const wrap = (v: number): number => {
    const span = 2 ** chip.potential_bits;
    const raw = ((v % span) + span) % span;
    return raw >= span / 2 ? raw - span : raw;
  };
  const potentials = stimulus.cores.map((core) => (core?.neurons ?? []).map((neuron) => neuron.potential));
  /** By core: tick -> axons. */
  const due = stimulus.cores.map(() => new Map<number, Set<number>>());
  const deliver = (core: number, tick: number, axon: number): void => {
    const at = due[core];
    at.set(tick, (at.get(tick) ?? new Set()).add(axon));
  };
  let spikes = 0;
  for (let tick = 0; tick <= stimulus.ticks.length; tick++) {
    const from = tick === 0 ? -1 : stimulus.ticks[tick - 1];
    if (tick > 0) {
      const fired: { core: number; axon: number; delayTicks: number }[] = [];
      stimulus.cores.forEach((core, c) => {
        core?.neurons.forEach((neuron, n) => {
          let u = potentials[c]?.[n];
          for (const axon of due[c]?.get(tick) ?? []) if (neuron.axons.includes(axon)) u = wrap(u + neuron.weights[core.axonTypes[axon]]);
          u = wrap(u + neuron.leak);
          let next = u;
          if (u >= neuron.positiveThreshold) {
            spikes++;
            next = neuron.resetMode === 0 ? neuron.reset : wrap(u - neuron.positiveThreshold);
            fired.push({ core: c + neuron.packet.dx + neuron.packet.dy * width, ...neuron.packet });
          } else if (u < neuron.negativeThreshold) next = neuron.resetMode === 0 ? wrap(-neuron.reset) : wrap(u - neuron.negativeThreshold);
          potentials[c][n] = next;
        });
      });
      for (const { core, axon, delayTicks } of fired) deliver(core, tick + 1 + delayTicks, axon);
    }
    const until = stimulus.ticks[tick] ?? Number.POSITIVE_INFINITY;
    for (const { cycle, packet } of stimulus.injections) {
      if (cycle > from && cycle <= until) deliver(packet.dx + packet.dy * width, tick + 1 + packet.delayTicks, packet.axon);
    }
  }
  return { potentials, spikes };
}

test("with time to drain between ticks, membranes and spikes equal a plain tick-level model", () => {
  fc.assert(
    fc.property(rancChips, fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 1, max: 6 }), (chip, seed, ticks) => {
      const roomy: RancChip = { ...chip, input_queue_depth: 512 };
      const spec = { seed, first: 5, gap: 30, ticks, period: 100 };
      const raw = stimulusOf(roomy, spec, roomy.delay_slots - 2);
      // ticks are far apart; injections come after the sweep and before the next one
      const spacing = 2 * tickCost(roomy) + 600;
      const tickCycles = raw.ticks.map((_, i) => 5 + i * spacing);
      const injections = raw.injections.flatMap(({ packet }, i) =>
        i < 6 * ticks ? [{ cycle: 5 + Math.floor(i / 6) * spacing + tickCost(roomy) + 20 + 4 * (i % 6), packet }] : [],
      );
      const stimulus = { ...raw, ticks: tickCycles, injections, limitCycles: 5 + (ticks + 1) * spacing };
      const run = runRanc(roomy, stimulus);
      // A packet that meets the clear strobe is lost, which only the clocked model does.
      fc.pre(totalsOf(run).sched_drops === 0);
      const plain = plainTicks(roomy, stimulus);
      expect(run.cores.map((core) => (core === null ? [] : Array.from(core.potential)))).toEqual(plain.potentials);
      expect(totalsOf(run).spikes).toBe(plain.spikes);
    }),
    { seed: SEED, numRuns: 80 },
  );
});
