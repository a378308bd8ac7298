/** Who waits for whom, laid out in the memory of the compiled board. */
import type { SourcePace } from "../../arch/index.js";
import { InfeasibleError } from "../../base/errors.js";
import { powerOfTwo } from "../../base/math.js";
import type { Program } from "../program/index.js";
import type { Handle, TableKernel } from "./table-kernel.js";

/** A message names its entry, or its event, by as many bits as its wave leaves. */
const MOST_NAMES = powerOfTwo(26);

/**
 * Gives cores and port, by id, what they know of their neighbours. `events`: of a run, where messages are known by
 * them; 0 otherwise. @throws InfeasibleError for a network that is too large for that.
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
