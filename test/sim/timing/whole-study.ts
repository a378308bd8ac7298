/** The whole schema by seeds: what disagrees, and what was drawn. */
import { deepStrictEqual } from "node:assert";
import { InfeasibleError } from "../../../base/errors.js";
import { CORE_COUNTERS, type CoreCounter, coreColumn } from "../../../sim/counters.js";
import { withPartialSums } from "../../../sim/mapping/fan-in.js";
import { Counted } from "../../counted.js";
import { type Agreed, expectAgreement } from "./agreement.js";
import { recordings } from "./observe/recordings.js";
import { type Case, place } from "./random-chips.js";
import { wholeCase } from "./whole-chips.js";

/** What only some chips do. */
function effectsOf({ cores, dropped }: Agreed): readonly string[] {
  const some = (counter: CoreCounter): boolean => cores.some((count, at) => at % CORE_COUNTERS.length === coreColumn[counter] && count > 0);
  return [
    ...(dropped > 0 ? ["lost messages"] : []),
    ...(some("synapse_stall_dram_cycles") ? ["rows wait for DRAM"] : []),
    ...(some("soma_stall_dram_cycles") ? ["states wait for DRAM"] : []),
    ...(some("synapse_rereads") || some("state_rereads") ? ["words read again"] : []),
  ];
}

function expectSameRecordings(c: Case): void {
  const placement = place(c);
  const both = recordings(c.chip, placement, withPartialSums(placement.topology, c.trace));
  if (both !== null) deepStrictEqual(both[1], both[0]);
}

export interface WholeStudy {
  /** A line per seed whose boards disagree. */
  readonly found: readonly string[];
  /** Features drawn; `compiled` and `compiled: <feature>` for cases that the compiled board takes. */
  readonly seen: Counted;
}

/** Runs seeds `first .. first + cases - 1`. */
export function studyWhole(first: number, cases: number): WholeStudy {
  const seen = new Counted(`whole chips, seeds ${first} .. ${first + cases - 1}`);
  const found: string[] = [];
  for (let seed = first; seed < first + cases; seed++) {
    const c = wholeCase(seed);
    try {
      const agreed = expectAgreement(c);
      expectSameRecordings(c);
      seen.see(...c.choices, ...effectsOf(agreed));
      if (agreed.isCompiled) seen.see("compiled", ...c.choices.map((feature) => `compiled: ${feature}`));
    } catch (error) {
      if (error instanceof InfeasibleError) seen.see("refused by name");
      else found.push(`seed ${seed}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return { found, seen };
}
