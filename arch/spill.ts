/** Checks that a core can use rows from DRAM in the way that the description asks for. */
import type { CoreDocument, RootDocument } from "./schema.js";

/** Reports a core that scans rows and would have to stream them. */
export function checkCoreSpill(
  { scan }: CoreDocument,
  { spill }: Pick<RootDocument, "spill">,
  check: (ok: boolean, key: readonly string[], message: string, fix: string) => void,
): void {
  check(
    scan.policy === "event" || spill.to === "none" || spill.rows === "whole",
    ["scan", "policy"],
    `is ${scan.policy}, but spill.rows: streamed uses a row's words while they arrive, event by event`,
    "set it to event, or spill.rows: whole",
  );
}
