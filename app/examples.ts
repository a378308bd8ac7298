/**
 * Lists the shipped files. Every command and function that takes a file also takes their names. Effects: reads the
 * package's files.
 */
import {
  aboutShipped,
  readModel,
  SHIPPED_KINDS,
  type ShippedFile,
  type ShippedKind,
  shippedCoupledChips,
  shippedFiles,
} from "../arch/index.js";
import { inputError, quoted } from "../base/errors.js";
import { didYouMean } from "../base/nearest.js";
import { recordedSummary } from "../training/index.js";

export type { ShippedKind } from "../arch/index.js";
export { SHIPPED_KINDS } from "../arch/index.js";

/** One shipped file, which every command and function takes by its name. */
export interface Example extends ShippedFile {
  /** One sentence, from the file itself. */
  readonly about: string;
}

/**
 * Lists what ships.
 *
 * @param kinds default: all kinds
 * @returns the files in the order of the kinds, then by name
 * @throws InputError for an unknown kind
 */
export function examples(...kinds: readonly ShippedKind[]): readonly Example[] {
  for (const kind of kinds)
    if (!SHIPPED_KINDS.includes(kind))
      throw inputError(
        "examples",
        `got ${quoted(String(kind))}, expected one of ${SHIPPED_KINDS.join(", ")}`,
        didYouMean(String(kind), SHIPPED_KINDS),
      );
  return shippedFiles(...(kinds.length === 0 ? SHIPPED_KINDS : kinds)).map((file) => ({ ...file, about: aboutOf(file) }));
}

/** The shipped chips whose time decides their function, which `coupled` runs. */
export function coupledExamples(): readonly Example[] {
  const names = shippedCoupledChips();
  return examples("chip").filter(({ name }) => names.includes(name));
}

const aboutOf = (file: ShippedFile): string => (file.kind === "model" ? recordedSummary(readModel(file.path).record) : aboutShipped(file));
