/** Random RANC chips, core memories and stimuli for tests. */
import fc from "fast-check";
import type { RancChip } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import type { RancCoreNet, RancStimulus } from "../../../sim/recorded/ranc.js";

export const rancChips: fc.Arbitrary<RancChip> = fc
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
    input_queue_depth: fc.constantFrom(1, 2, 3, 512),
    merge_arbiter: fc.constantFrom("ordered" as const, "round-robin" as const),
    power: fc.constant(null),
  })
  .map(({ output, ...chip }) => {
    const position = output % (chip.grid.width * chip.grid.height);
    return { ...chip, output_core: { x: position % chip.grid.width, y: Math.floor(position / chip.grid.width) } };
  });
export const rancSpecs = fc.record({
  seed: fc.integer({ min: 0, max: 10_000 }),
  /** Cycle of the first tick, and earliest cycle of the first injection. */
  first: fc.constantFrom(0, 0, 5),
  /** Mean cycles between injections. */
  gap: fc.integer({ min: 1, max: 40 }),
  ticks: fc.integer({ min: 0, max: 6 }),
  /** Tick period in % of the stall-free tick cost. */
  period: fc.integer({ min: 40, max: 400 }),
});
export type Spec = { seed: number; first: number; gap: number; ticks: number; period: number };

export const tickCost = (chip: RancChip): number => chip.neurons * (chip.axons + 2) + 2;

export function stimulusOf(chip: RancChip, { seed, first, gap, ticks, period }: Spec, maxDelay: number): RancStimulus {
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
  const tickCycles = Array.from({ length: ticks }, (_, i) => first + i * spacing);
  const limitCycles = 10 + (ticks + 1) * spacing + tickCost(chip);
  const injections = [];
  for (let cycle = first + rng.int(0, 1); cycle < limitCycles - 10; cycle += rng.int(1, 2 * gap)) {
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
