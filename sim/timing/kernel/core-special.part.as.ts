/** The cycle of a core that is not plain: what comes before and beside its soma's and synapse unit's turns. */
import { Core } from "./core-records.part.as";
import { evaluateSoma } from "./core-soma.part.as";
import { fetchStates } from "./core-states.part.as";
import { evaluateSynapse } from "./core-synapse.part.as";

/** A due core evaluates in `now`. */
export function evaluateSpecial(core: Core, now: i64): void {
  if (core.somaNext <= now) {
    if (core.wantsStates) {
      core.wantsStates = false;
      fetchStates(core, now);
    }
    evaluateSoma(core, now);
  }
  if (core.synapseNext <= now) evaluateSynapse(core, now);
}
