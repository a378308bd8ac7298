/** RANC: conservation of packets, closed forms of tick cost and latency, and function against a plain tick-level model. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createRng, type RancChip } from "../../../../arch/index.js";
import { type RancCoreNet, type RancRun, type RancStimulus, runRanc } from "../../../../sim/timing/coupled/ranc.js";
import { denseShuffled } from "./kernels.js";

const SEED = 20_262;

const chipArb: fc.Arbitrary<RancChip> = fc
  .record({
    version: fc.constant(1 as const),
    name: fc.constant("test"),
    source: fc.constant("test"),
    model: fc.constant("ranc" as const),
    grid: fc.record({ width: fc.integer({ min: 1, max: 3 }), height: fc.integer({ min: 1, max: 3 }) }),
    output: fc.nat(),
    neurons: fc.integer({ min: 1, max: 6 }),
    axons: fc.integer({ min: 1, max: 9 }),
    delay_slots: fc.constantFrom(4, 16),
    potential_bits: fc.constantFrom(6, 9, 12),
    router_buffer_depth: fc.integer({ min: 1, max: 4 }),
    input_queue_depth: fc.constantFrom(2, 512),
    merge_arbiter: fc.constantFrom("ordered" as const, "round-robin" as const),
    power: fc.constant(null),
  })
  .map(({ output, ...chip }) => {
    const position = output % (chip.grid.width * chip.grid.height);
    return { ...chip, output_core: { x: position % chip.grid.width, y: Math.floor(position / chip.grid.width) } };
  });
const specArb = fc.record({
  seed: fc.integer({ min: 0, max: 10_000 }),
  /** Mean cycles between injections. */
  gap: fc.integer({ min: 1, max: 40 }),
  ticks: fc.integer({ min: 0, max: 6 }),
  /** Tick period in % of the stall-free tick cost. */
  period: fc.integer({ min: 40, max: 400 }),
});
type Spec = { seed: number; gap: number; ticks: number; period: number };

const tickCost = (chip: RancChip): number => chip.neurons * (chip.axons + 2) + 2;

function stimulusOf(chip: RancChip, { seed, gap, ticks, period }: Spec, maxDelay: number): RancStimulus {
  const rng = createRng(seed, "RANC stimulus");
  const { width, height } = chip.grid;
  const output = chip.output_core.x + chip.output_core.y * width;
  const small = (): number => rng.int(-6, 12);
  const cores = Array.from({ length: width * height }, (_, c): RancCoreNet => {
    if (c === output) return null;
    const neurons = Array.from({ length: chip.neurons }, () => {
      const target = rng.int(0, width * height - 1);
      return {
        axons: Array.from({ length: chip.axons }, (_unused, axon) => axon).filter(() => rng.float() < 0.6),
        potential: small(),
        reset: small(),
        weights: [small(), small(), small(), small()],
        leak: rng.int(-1, 3),
        positiveThreshold: rng.int(0, 20),
        negativeThreshold: -rng.int(1, 20),
        resetMode: rng.int(0, 1),
        packet: {
          dx: (target % width) - (c % width),
          dy: Math.floor(target / width) - Math.floor(c / width),
          axon: rng.int(0, chip.axons - 1),
          delayTicks: rng.int(0, maxDelay),
        },
      };
    });
    return { axonTypes: Array.from({ length: chip.axons }, () => rng.int(0, 3)), neurons };
  });
  const spacing = Math.max(1, Math.round((tickCost(chip) * period) / 100));
  const tickCycles = Array.from({ length: ticks }, (_, i) => 5 + i * spacing);
  const limitCycles = 10 + (ticks + 1) * spacing + tickCost(chip);
  const injections = [];
  for (let cycle = 6; cycle < limitCycles - 10; cycle += rng.int(1, 2 * gap)) {
    const packet = {
      dx: rng.int(0, width - 1),
      dy: rng.int(0, height - 1),
      axon: rng.int(0, chip.axons - 1),
      delayTicks: rng.int(0, maxDelay),
    };
    injections.push({ cycle, packet });
  }
  return { cores, ticks: tickCycles, injections, limitCycles };
}

const totalsOf = (run: RancRun): { [key: string]: number } => run.summary.totals as { [key: string]: number };

test("packets are conserved: injected + fired = refused + delivered + lost + sent out + in flight", () => {
  fc.assert(
    fc.property(chipArb, specArb, (chip, spec) => {
      const run = runRanc(chip, stimulusOf(chip, spec, chip.delay_slots - 1));
      const t = totalsOf(run);
      expect(run.injected + (t.spikes as number)).toBe(
        run.refused + (t.sched_writes as number) + (t.sched_drops as number) + run.outputs + run.inFlight,
      );
    }),
    { seed: SEED, numRuns: 120 },
  );
});

test("a run is the same with every cycle simulated and the parts in any order", () => {
  fc.assert(
    fc.property(chipArb, specArb, (chip, spec) => {
      const stimulus = stimulusOf(chip, spec, chip.delay_slots - 1);
      const { cores: _, ...skipped } = runRanc(chip, stimulus);
      const { cores: __, ...dense } = runRanc(chip, stimulus, denseShuffled(spec.seed));
      expect(dense).toEqual(skipped);
    }),
    { seed: SEED, numRuns: 60 },
  );
});

test("a tick costs neurons x (axons + 2) + 2 cycles and the stalls; every neuron is written once", () => {
  fc.assert(
    fc.property(chipArb, specArb, (chip, spec) => {
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
    fc.property(chipArb, fc.nat(), fc.nat(), (chip, x, y) => {
      const packet = { dx: x % chip.grid.width, dy: y % chip.grid.height, axon: 0, delayTicks: 0 };
      const spec = { seed: 1, gap: 1, ticks: 0, period: 100 };
      const run = runRanc(chip, { ...stimulusOf(chip, spec, 0), injections: [{ cycle: 10, packet }], limitCycles: 200 });
      const last = run.trace.trimEnd().split("\n").at(-1)?.split(",") as string[];
      expect(["SCHED_WR", "OUT"]).toContain(last[2]);
      expect(Number(last[0]) - 10).toBe(2 * (packet.dx + packet.dy + 3));
    }),
    { seed: SEED, numRuns: 60 },
  );
});

/** Plain model: whole ticks, no clock, no network; a packet is delivered at once. */
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
    const at = due[core] as Map<number, Set<number>>;
    at.set(tick, (at.get(tick) ?? new Set()).add(axon));
  };
  let spikes = 0;
  for (let tick = 0; tick <= stimulus.ticks.length; tick++) {
    const from = tick === 0 ? -1 : (stimulus.ticks[tick - 1] as number);
    if (tick > 0) {
      const fired: { core: number; axon: number; delayTicks: number }[] = [];
      stimulus.cores.forEach((core, c) => {
        core?.neurons.forEach((neuron, n) => {
          let u = potentials[c]?.[n] as number;
          for (const axon of due[c]?.get(tick) ?? [])
            if (neuron.axons.includes(axon)) u = wrap(u + (neuron.weights[core.axonTypes[axon] as number] as number));
          u = wrap(u + neuron.leak);
          let next = u;
          if (u >= neuron.positiveThreshold) {
            spikes++;
            next = neuron.resetMode === 0 ? neuron.reset : wrap(u - neuron.positiveThreshold);
            fired.push({ core: c + neuron.packet.dx + neuron.packet.dy * width, ...neuron.packet });
          } else if (u < neuron.negativeThreshold) next = neuron.resetMode === 0 ? wrap(-neuron.reset) : wrap(u - neuron.negativeThreshold);
          (potentials[c] as number[])[n] = next;
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
    fc.property(chipArb, fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 1, max: 6 }), (chip, seed, ticks) => {
      const roomy: RancChip = { ...chip, input_queue_depth: 512 };
      const spec = { seed, gap: 30, ticks, period: 100 };
      const raw = stimulusOf(roomy, spec, roomy.delay_slots - 2);
      // Ticks far apart; injections after the sweep and before the next one.
      const spacing = 2 * tickCost(roomy) + 600;
      const tickCycles = raw.ticks.map((_, i) => 5 + i * spacing);
      const injections = raw.injections.flatMap(({ packet }, i) =>
        i < 6 * ticks ? [{ cycle: 5 + Math.floor(i / 6) * spacing + tickCost(roomy) + 20 + 4 * (i % 6), packet }] : [],
      );
      const stimulus = { ...raw, ticks: tickCycles, injections, limitCycles: 5 + (ticks + 1) * spacing };
      const run = runRanc(roomy, stimulus);
      // A packet that meets the clear strobe is lost: that is the clock's doing, and the plain model has none.
      fc.pre(totalsOf(run).sched_drops === 0);
      const plain = plainTicks(roomy, stimulus);
      expect(run.cores.map((core) => (core === null ? [] : Array.from(core.potential)))).toEqual(plain.potentials);
      expect(totalsOf(run).spikes).toBe(plain.spikes);
    }),
    { seed: SEED, numRuns: 80 },
  );
});
