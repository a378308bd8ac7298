/**
 * Situations that a study of random networks must meet, and the sum of its cases; used by the test and by the script
 * that runs hundreds.
 */
import { Counted } from "../../counted.js";
import type { NetworkCase } from "./random-network.js";

export const NETWORK_CATEGORIES = [
  ...["credits at zero", "head without a VC", "tie at the switch", "full injection queue", "refused flits", "copied packet"],
  ...["routing=xy", "routing=yx", "allocator=islip", "allocator=separable-input-first", "multicast=unicast", "multicast=tree"],
  ...["virtual channels=1", "virtual channels=2", "routing cycles=0", "routing cycles=1", "routing cycles=2", "VC allocation cycles=1"],
  ...["VC allocation cycles=2", "buffer=1"],
] as const;

export interface NetworkStudy {
  readonly seen: Counted;
  readonly packets: number;
  readonly cycles: number;
  readonly found: readonly string[];
}

export function networkStudyOf(cases: readonly NetworkCase[]): NetworkStudy {
  const seen = new Counted("networks");
  for (const { met } of cases) seen.see(...met);
  const sum = (kind: "packets" | "cycles"): number => cases.reduce((total, one) => total + one[kind], 0);
  return {
    seen,
    packets: sum("packets"),
    cycles: sum("cycles"),
    found: cases.flatMap(({ seed, differences }) => (differences.length > 0 ? [`seed ${seed}: ${differences.join("; ")}`] : [])),
  };
}
