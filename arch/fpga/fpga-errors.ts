/**
 * Why the resources of a chip on an FPGA may be wrong: errors of the laws by the kind of parts that each law counts, as
 * they were for parts that a law did not know (`fpga-laws.ts`). Pure.
 */
import { square } from "../../base/math.js";
import type { FpgaFamily } from "./devices.js";
import { FITTED_FAMILY, type FpgaLaws } from "./fpga-laws.js";
import type { CountedPart, FpgaPart, Resources } from "./resources.js";

/**
 * ln(what synthesis gives / number) grows by z x `down` or z x `up`, z standard normal and below 0 or not. Errors of
 * one name share their z, for all chips and devices. A law was compared with single parts, so parts of other sizes err
 * apart.
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

/** Causes of the error of a part's number: of one name are those of parts that err together. */
interface PartError {
  /** Before the name of the law. */
  readonly prefix: string;
  readonly sizes: Pick<FpgaError, "down" | "up">;
}

const alike = (sigma: number): PartError["sizes"] => ({ down: sigma, up: sigma });

/**
 * Logic errs by the law, alike on all families, and on a family to which the law was not fitted also by the ratio
 * between the two.
 */
function logicErrors({ errorsOn }: CountedPart, resource: "luts" | "flipFlops", family: FpgaFamily): readonly PartError[] {
  const [law, own] = [errorsOn(FITTED_FAMILY)[resource], errorsOn(family)[resource]];
  const ofLaw = { prefix: "", sizes: alike(law) };
  return own > law ? [ofLaw, { prefix: `${family} over ${FITTED_FAMILY}, `, sizes: alike(Math.sqrt(square(own) - square(law))) }] : [ofLaw];
}

/** The error of a part counts by the part's share of the total. A number that is 0 has no error. */
export function errorsIn(
  parts: readonly CountedPart[],
  total: Resources,
  family: FpgaFamily,
  { dspSigma, blockRamDown, blockRamUp }: FpgaLaws,
): FpgaErrors {
  const errors = (resource: keyof Resources, errorsOf: (part: CountedPart) => readonly PartError[]): readonly FpgaError[] => {
    const sums = new Map<string, FpgaError>();
    for (const part of parts) {
      if (part[resource] === 0) continue;
      const share = part[resource] / total[resource];
      const shape = part.shape?.[resource === "blockRams" ? "memories" : "logic"];
      for (const { prefix, sizes } of errorsOf(part)) {
        const kind = `${prefix}${WORDS[resource]} of ${LAWS[part.kind]}`;
        const name = shape === undefined ? kind : `${kind} of ${shape}`;
        const before = sums.get(name) ?? { down: 0, up: 0 };
        sums.set(name, { name, kind, down: before.down + share * sizes.down, up: before.up + share * sizes.up });
      }
    }
    return [...sums.values()];
  };
  // block RAMs and multipliers have a rule of their own on each family
  const own = { prefix: `${family} ` };
  return {
    luts: errors("luts", (part) => logicErrors(part, "luts", family)),
    flipFlops: errors("flipFlops", (part) => logicErrors(part, "flipFlops", family)),
    blockRams: errors("blockRams", () => [{ ...own, sizes: { down: blockRamDown, up: blockRamUp } }]),
    dsps: errors("dsps", () => [{ ...own, sizes: alike(dspSigma) }]),
  };
}
