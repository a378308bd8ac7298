/** The accuracy of a point of the front on the test set, as text. Pure. */
import { testedInterval } from "../../app/nouns.js";
import { besideInterval, intervalText } from "./interval.js";
import { counted } from "./number.js";

interface Tested {
  readonly metrics: { readonly accuracy_percent?: number | null | undefined };
  readonly utterances: number | null;
  readonly samples: number | null;
  readonly reason: string | null;
}

/** `48.00 % right (42.2 .. 53.8), 200 utterances`, with the 90 % interval; or why there is none. */
export function testedText({ metrics, utterances, samples, reason }: Tested): string {
  const accuracy = metrics.accuracy_percent ?? null;
  if (accuracy === null) return reason ?? "no accuracy";
  const interval = testedInterval(accuracy, samples);
  const ends = interval === null ? "" : ` (${intervalText(interval)})`;
  const of = utterances === null ? "" : `, ${counted(utterances, "utterance")}`;
  return `${besideInterval(accuracy, "%", interval ?? undefined)} % right${ends}${of}`;
}
