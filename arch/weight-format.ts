/** Checks that weight formats fit the way in which a core reads its rows. */
import type { CoreDocument, RootDocument } from "./schema.js";
import type { WeightFormat } from "./weight-format-schema.js";

const CODED: readonly WeightFormat[] = ["smallest", "bitmap", "run-length"];

/** Reports a core that scans and would have to decode rows. */
export function checkCoreFormats(
  { scan }: CoreDocument,
  { chip, precision }: Pick<RootDocument, "chip" | "precision">,
  check: (ok: boolean, key: readonly string[], message: string, fix: string) => void,
): void {
  const coded = [chip.weight_format, ...Object.values(precision.layers).map((layer) => layer.weight_format)].find(
    (format) => format !== undefined && CODED.includes(format),
  );
  check(
    scan.policy === "event" || coded === undefined,
    ["scan", "policy"],
    `is ${scan.policy}, but rows of weight_format: ${coded} are decoded event by event`,
    "set it to event, or weight_format: auto, dense or rows",
  );
}
