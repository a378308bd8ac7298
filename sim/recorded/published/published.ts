/**
 * All published numbers, compared with the models of their chips. Callers pass texts and chips, because only doors read
 * files.
 */
import type { OdinChip, RancChip, SnnDsePipelineChip } from "../../../arch/index.js";
import { boardRows } from "./board-rows.js";
import type { Boards } from "./boards.js";
import { loihiRows } from "./loihi.js";
import { odinRows } from "./published-odin.js";
import { snnDseRows } from "./published-snn-dse.js";
import type { PublishedRow } from "./row.js";
import { trueNorthRows } from "./truenorth.js";

export interface PublishedChips {
  readonly odin: OdinChip;
  readonly trueNorth: RancChip;
  readonly loihiSlice: { readonly file: string; readonly text: string };
  readonly boards: Boards;
  readonly snnDse: SnnDsePipelineChip;
  readonly snnDseSpikes: string;
}

/** Chips of `publishedRows`, in its order: those with a model of their own, and those as boards of library parts. */
export const PUBLISHED_CHIPS = {
  odin: (chips: PublishedChips) => odinRows(chips.odin),
  truenorth: (chips: PublishedChips) => trueNorthRows(chips.trueNorth),
  loihi: (chips: PublishedChips) => loihiRows(chips.loihiSlice),
  boards: (chips: PublishedChips) => boardRows(chips.boards),
  "snn-dse": (chips: PublishedChips) => snnDseRows(chips.snnDse, chips.snnDseSpikes),
} as const satisfies { readonly [name: string]: (chips: PublishedChips) => PublishedRow[] };
type PublishedChipName = keyof typeof PUBLISHED_CHIPS;

export function publishedRows(chips: PublishedChips, only: PublishedChipName | null): PublishedRow[] {
  return Object.entries(PUBLISHED_CHIPS).flatMap(([name, rows]) => (only === null || only === name ? rows(chips) : []));
}
