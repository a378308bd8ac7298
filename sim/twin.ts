/**
 * Chips that differ only in the size of the same network, as a row of routers and a column: their replays are equal but
 * for the numbers of ports.
 */
import { type Chip, nocTopology, type Twin } from "../arch/index.js";
import type { TimingRun } from "./board/index.js";
import type { Counters } from "./counters.js";

function twinOf({ noc }: Chip): Twin | null {
  // dies divide rows and columns; a plug-in's network is its own
  return noc.dies === null && noc.own === null ? nocTopology(noc).twin(noc) : null;
}

/** The chip that stands for all chips with the same cycles. */
export function twinChip(chip: Chip): Chip {
  const twin = twinOf(chip);
  return twin === null ? chip : { ...chip, noc: { ...chip.noc, width: twin.width, height: twin.height } };
}

/** Cycles and counters on a chip as its `twinChip` counts them, and the reverse. */
export function twinTiming(chip: Chip, timing: TimingRun): TimingRun {
  const twin = twinOf(chip);
  if (twin === null) return timing;
  const counted = (counters: Counters): Counters => {
    const { links, portsPerRouter } = counters;
    const turned = links.map((_, at) => links[at - (at % portsPerRouter) + twin.port(at % portsPerRouter)]);
    return { ...counters, links: turned };
  };
  return { ...timing, total: counted(timing.total), utterances: timing.utterances.map(counted) };
}
