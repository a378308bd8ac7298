/** Runs the whole schema by seeds: reports disagreements, and counts what was drawn. */
import { InfeasibleError } from "../../../base/errors.js";
import { createRng } from "../../../base/rng.js";
import { CORE_COUNTERS, type CoreCounter, coreColumn } from "../../../sim/counters.js";
import { Counted } from "../../counted.js";
import { type Agreed, expectAgreement } from "./agreement.js";
import { behindSources, type Case, withPlainCores } from "./random-chips.js";
import { featuresOf, onDies, wholeCase } from "./whole-chips.js";

/** Effects that only some chips show. */
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
  /** One line per seed for which board and model disagree. */
  readonly found: readonly string[];
  /** Features drawn. */
  readonly seen: Counted;
}

/** Change of each chip: none; without features that the plain kernel lacks; with waves that wait for their sources. */
export type Kind = "whole" | "plain" | "sources";

function made(drawn: Case, kind: Kind): { readonly c: Case; readonly choices: readonly string[] } {
  if (kind === "whole") return { c: drawn, choices: drawn.choices };
  if (kind === "sources") {
    const runAhead = createRng(drawn.seed, "run ahead").int(0, 6);
    const c = behindSources(drawn, runAhead);
    return { c, choices: [...featuresOf(c.chip), `run ahead ${runAhead}`] };
  }
  const c = withPlainCores(drawn);
  return { c, choices: featuresOf(c.chip) };
}

/** Runs seeds `first .. first + cases - 1`. */
export function studyWhole(first: number, cases: number, kind: Kind = "whole"): WholeStudy {
  const seen = new Counted(`whole chips, seeds ${first} .. ${first + cases - 1}`);
  const found: string[] = [];
  for (let seed = first; seed < first + cases; seed++) {
    const { c, choices } = made(onDies(wholeCase(seed)), kind);
    try {
      const agreed = expectAgreement(c);
      seen.see(...choices, ...effectsOf(agreed));
    } catch (error) {
      if (error instanceof InfeasibleError) seen.see("refused by name");
      else found.push(`seed ${seed}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return { found, seen };
}
