/** Checks that a core can use rows from DRAM in the way that the description asks for. */
import type { CoreDocument, RootDocument } from "./schema.js";

type Check = (ok: boolean, key: readonly string[], message: string, fix: string) => void;

/** Reports a buffer for rows of waiting spikes that holds no burst, and one on an FPGA. */
export function checkSpill({ chip, spill }: Pick<RootDocument, "chip" | "spill">, check: Check): void {
  const { to, prefetch_bits: bits, burst_bits: burst } = spill;
  if (to === "none" || bits === 0) return;
  const path = ["spill", "prefetch_bits"];
  check(bits >= burst, path, `${bits} bits cannot hold a burst of ${burst} bits`, `set it to ${burst} or more, or to 0`);
  check(
    (chip.fpga ?? null) === null,
    path,
    `is given, but so is chip.fpga: ${chip.fpga}, for which its resources are not counted`,
    "set it to 0",
  );
}

/** Reports a core that scans rows and would have to stream or prefetch them. */
export function checkCoreSpill({ scan }: CoreDocument, { spill }: Pick<RootDocument, "spill">, check: Check): void {
  check(
    scan.policy === "event" || spill.to === "none" || spill.rows === "whole",
    ["scan", "policy"],
    `is ${scan.policy}, but spill.rows: streamed uses a row's words while they arrive, event by event`,
    "set it to event, or spill.rows: whole",
  );
  check(
    scan.policy === "event" || spill.to === "none" || spill.prefetch_bits === 0,
    ["scan", "policy"],
    `is ${scan.policy}, but spill.prefetch_bits is for rows of spikes in the input queue, and a scan reads them at the step's end`,
    "set it to event, or spill.prefetch_bits: 0",
  );
}
