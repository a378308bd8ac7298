/** Lays out in the memory of the compiled board which core waits for which. */
import type { SourcePace } from "../../arch/index.js";
import { InfeasibleError } from "../../base/errors.js";
import { powerOfTwo } from "../../base/math.js";
import type { Program } from "../program/index.js";
import type { Handle, TableKernel } from "./table-kernel.js";

/** Limit of numbers of entries, or of events: their bits in a message, beside those of the wave. */
const MOST_NAMES = powerOfTwo(26);

/**
 * Gives cores and port, by id, their records of neighbours. `events`: number of a run's events if messages carry them,
 * else 0. @throws InfeasibleError if a network has too many for a message.
 */
export function addLinks(
  kernel: TableKernel,
  handles: ReadonlyMap<number, Handle>,
  { links, entryCore }: Pick<Program, "links" | "entryCore">,
  { runAheadWaves }: SourcePace,
  events: number,
): void {
  const names = Math.max(entryCore.length, events);
  if (names > MOST_NAMES) {
    const fix = "set barrier.scope: chip, or fewer timing samples";
    throw new InfeasibleError("SOURCES_TOO_LARGE", "messages of barrier.scope: sources,", `${names} names`, `${MOST_NAMES} at most`, fix);
  }
  kernel.setRunAhead(runAheadWaves);
  for (const [id, handle] of handles) {
    const { neighbours, flits } = links[id];
    kernel.waitForSources(handle, neighbours.length, flits, runAheadWaves + 2, links.length);
    neighbours.forEach(({ id: other, sends, gets }, i) => void kernel.linkTo(handle, i, other, Number(sends), Number(gets)));
  }
}
