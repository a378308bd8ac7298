/**
 * Why the resources of a chip on an FPGA may be wrong: errors of the laws by the kind of parts that each law counts, as
 * they were for parts that a law did not know (`fpga-laws.ts`). Pure.
 */
import type { FpgaFamily } from "./devices.js";
import type { FpgaLaws } from "./fpga-laws.js";
import type { CountedPart, FpgaPart, Resources } from "./resources.js";

/**
 * ln(what synthesis gives / number) grows by z x `down` or z x `up`, z standard normal and below 0 or not. Errors of
 * one name share their z, for all chips. A law was compared with single parts, so parts of other sizes err apart.
 */
interface FpgaError {
  /** Of the law and the part's sizes. */
  readonly name: string;
  /** Of the law alone. */
  readonly kind: string;
  readonly down: number;
  readonly up: number;
}
export type FpgaErrors = { readonly [kind in keyof Resources]: readonly FpgaError[] };

/** Parts by their law. */
const LAWS: { readonly [kind in FpgaPart["kind"]]: string } = {
  core: "cores",
  generator: "address generators",
  decoder: "decoders of rows",
  router: "routers",
  link: "links",
  port: "the port",
};

const WORDS = { luts: "tables", flipFlops: "flip-flops", blockRams: "block RAMs", dsps: "multipliers" } as const;

/** The error of a part counts by the part's share of the total. A number that is 0 has no error. */
export function errorsIn(
  parts: readonly CountedPart[],
  total: Resources,
  family: FpgaFamily,
  { dspSigma, blockRamDown, blockRamUp }: FpgaLaws,
): FpgaErrors {
  const errors = (resource: keyof Resources, sizesOf: (part: CountedPart) => Pick<FpgaError, "down" | "up">): readonly FpgaError[] => {
    const sums = new Map<string, FpgaError>();
    for (const part of parts) {
      if (part[resource] === 0) continue;
      const kind = `${family} ${WORDS[resource]} of ${LAWS[part.kind]}`;
      const shape = part.shape?.[resource === "blockRams" ? "memories" : "logic"];
      const name = shape === undefined ? kind : `${kind} of ${shape}`;
      const share = part[resource] / total[resource];
      const before = sums.get(name) ?? { down: 0, up: 0 };
      const { down, up } = sizesOf(part);
      sums.set(name, { name, kind, down: before.down + share * down, up: before.up + share * up });
    }
    return [...sums.values()];
  };
  const alike = (sigma: number): Pick<FpgaError, "down" | "up"> => ({ down: sigma, up: sigma });
  return {
    luts: errors("luts", (part) => alike(part.errors.luts)),
    flipFlops: errors("flipFlops", (part) => alike(part.errors.flipFlops)),
    blockRams: errors("blockRams", () => ({ down: blockRamDown, up: blockRamUp })),
    dsps: errors("dsps", () => alike(dspSigma)),
  };
}
