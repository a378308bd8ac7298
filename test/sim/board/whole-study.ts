/** The whole schema by seeds: what disagrees, and what was drawn. */
import { InfeasibleError } from "../../../base/errors.js";
import { CORE_COUNTERS, type CoreCounter, coreColumn } from "../../../sim/counters.js";
import { Counted } from "../../counted.js";
import { type Agreed, expectAgreement } from "./agreement.js";
import { withPlainCores } from "./random-chips.js";
import { featuresOf, wholeCase } from "./whole-chips.js";

/** What only some chips do. */
function effectsOf({ cores, dropped, port }: Agreed): readonly string[] {
  const some = (counter: CoreCounter): boolean => cores.some((count, at) => at % CORE_COUNTERS.length === coreColumn[counter] && count > 0);
  return [
    ...(dropped > 0 ? ["lost messages"] : []),
    ...((port?.stallCycles ?? 0) > 0 ? ["port stalls"] : []),
    ...(some("synapse_stall_dram_cycles") ? ["rows wait for DRAM"] : []),
    ...(some("soma_stall_dram_cycles") ? ["states wait for DRAM"] : []),
    ...(some("synapse_rereads") || some("state_rereads") ? ["words read again"] : []),
  ];
}

export interface WholeStudy {
  /** A line per seed where board and model disagree. */
  readonly found: readonly string[];
  /** Features drawn. */
  readonly seen: Counted;
}

/** Runs seeds `first .. first + cases - 1`; `isPlain`: without what the plain kernel cannot do. */
export function studyWhole(first: number, cases: number, isPlain = false): WholeStudy {
  const seen = new Counted(`whole chips, seeds ${first} .. ${first + cases - 1}`);
  const found: string[] = [];
  for (let seed = first; seed < first + cases; seed++) {
    const drawn = wholeCase(seed);
    const c = isPlain ? withPlainCores(drawn) : drawn;
    try {
      const agreed = expectAgreement(c);
      seen.see(...(isPlain ? featuresOf(c.chip) : c.choices), ...effectsOf(agreed));
    } catch (error) {
      if (error instanceof InfeasibleError) seen.see("refused by name");
      else found.push(`seed ${seed}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return { found, seen };
}
