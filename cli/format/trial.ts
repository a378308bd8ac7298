/** What is said of a trial of a search where it is shown like a point. Pure. */
import { percent } from "./number.js";

/**
 * `a trial on 10 % of the timed utterances, no result of the study`; null for a point of the study. `learns`: its
 * network was trained for it.
 */
export function trialText({ fidelity }: { readonly fidelity: number }, learns = false): string | null {
  if (fidelity === 1) return null;
  const share = percent(fidelity, Number.isInteger(100 * fidelity) ? 0 : 1);
  return `a trial on ${share} of the timed utterances${learns ? " and epochs" : ""}, no result of the study`;
}
