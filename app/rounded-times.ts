/** Times of the tick that whole cycles of the chip's clock give only roughly, as warnings. Pure. */
import { type Experiment, isHardTick } from "../arch/index.js";
import type { Json } from "../base/hash.js";
import { scalarAt } from "./open.js";

/** Largest relative difference that is not worth a word. */
const TOLERANCE = 0.01;

/** @param document the description that gave the experiment */
export function roundedTimes({ chip }: Experiment, document: Json): readonly string[] {
  const { tick, technology } = chip;
  if (tick === null) return [];
  const { clockMhz } = technology;
  const isLocal = scalarAt(document, "tick.timers") === "local";
  const times: readonly (readonly [path: string, cycles: number])[] = [
    ["tick.period_us", tick.periodCycles],
    ...(isHardTick(tick) && isLocal ? [["tick.spread_us", tick.spreadCycles] as const] : []),
  ];
  return times.flatMap(([path, cycles]) => {
    const us = Number(scalarAt(document, path));
    const real = cycles / clockMhz;
    if (Math.abs(real - us) <= TOLERANCE * us) return [];
    const [exact, whole, taken] = [us * clockMhz, cycles === 1 ? "1 cycle" : `${cycles} cycles`, Number(real.toPrecision(4))];
    return [`${path}: ${us} us would be ${Number(exact.toPrecision(3))} cycles at ${clockMhz} MHz; rounded to ${whole}, ${taken} us`];
  });
}
