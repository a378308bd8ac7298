/** Cases of one outward door by number: the same seed and number give the same study. */
import { createRng } from "../../base/rng.js";
import type { Door } from "./doors.js";
import { hostileText, type Kind, studyOf } from "./hostile-study.js";
import { SEED } from "./run.js";

/**
 * Cases `first` to `last`; counts the hostile pieces by kind. @throws Error with the case and its text where something
 * leaves that must not.
 */
export async function runDoor({ name, write }: Door, first: number, last: number): Promise<ReadonlyMap<Kind, number>> {
  const drawn = new Map<Kind, number>();
  for (let number = first; number <= last; number++) {
    const rng = createRng(SEED, `doors/${name}/${number}`);
    try {
      await write(studyOf(() => hostileText(rng, drawn)));
    } catch (error) {
      throw new Error(`${name}, seed ${SEED}, case ${number}: ${error instanceof Error ? error.stack : error}`);
    }
  }
  return drawn;
}
