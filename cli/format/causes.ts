/** The causes that decide a ranking, as text. Pure. */
import type { CauseIndex } from "../../app/confidence.js";
import { wholePercent } from "./number.js";
import { type Look, paint } from "./style.js";
import { tableLines } from "./text-table.js";

/** Least total index of a cause that is shown. */
const LEAST_SHOWN = 0.02;
const MOST_SHOWN = 8;

const shareText = (share: number): string => wholePercent(Math.min(1, Math.max(0, share)));

/** `state memory writes 62 %, supply 20 %`: the largest total indices. */
export const causesText = (causes: readonly CauseIndex[], most = 3): string =>
  causes
    .filter(({ total }) => total >= LEAST_SHOWN)
    .slice(0, most)
    .map(({ cause, total }) => `${cause} ${shareText(total)}`)
    .join(", ");

/** Both indices of the causes that matter, largest total first. */
export function causeLines(look: Look, title: string, causes: readonly CauseIndex[]): readonly string[] {
  const shown = causes.filter(({ total }) => total >= LEAST_SHOWN).slice(0, MOST_SHOWN);
  if (shown.length === 0) return [];
  const columns = [
    { title: "cause", align: "left" as const },
    { title: "alone", align: "right" as const },
    { title: "with others", align: "right" as const },
  ];
  const rows = shown.map(({ cause, first, total }) => [cause, shareText(first), shareText(total)]);
  return [paint(look, title, "bold"), ...tableLines(look, columns, rows)];
}
