/**
 * Why the resources of a chip on an FPGA may be wrong: errors of the laws by the kind of parts that each law counts, as
 * they were for parts that a law did not know (`fpga-laws.ts`). Pure.
 */
import type { FpgaFamily } from "./devices.js";
import type { FpgaLaws } from "./fpga-laws.js";
import type { FpgaPart, LogicErrors, Resources } from "./resources.js";

/**
 * ln(what synthesis gives / number) grows by z x `down` or z x `up`, z standard normal and below 0 or not. Errors of
 * one name share their z, for all chips.
 */
interface FpgaError {
  readonly name: string;
  readonly down: number;
  readonly up: number;
}
export type FpgaErrors = { readonly [kind in keyof Resources]: readonly FpgaError[] };

/** Parts by their law. */
const LAWS: { readonly [kind in FpgaPart["kind"]]: string } = {
  core: "synthesised cores",
  generator: "address generators",
  decoder: "decoders of rows",
  router: "routers",
  port: "the port",
};

const WORDS = { luts: "tables", flipFlops: "flip-flops" } as const;

/** The error of a part counts by the part's share of the total. */
function logicErrors(
  kind: keyof LogicErrors,
  family: FpgaFamily,
  parts: readonly (FpgaPart & { readonly errors: LogicErrors })[],
  total: Resources,
): readonly FpgaError[] {
  const sums = new Map<string, number>();
  for (const part of parts) {
    const name = `${family} ${WORDS[kind]} of ${LAWS[part.kind]}`;
    if (part[kind] > 0) sums.set(name, (sums.get(name) ?? 0) + (part[kind] / total[kind]) * part.errors[kind]);
  }
  return [...sums].map(([name, sigma]) => ({ name, down: sigma, up: sigma }));
}

/** A number that is 0 has no error. */
export function errorsIn(
  parts: readonly (FpgaPart & { readonly errors: LogicErrors })[],
  total: Resources,
  family: FpgaFamily,
  { dspSigma, blockRamDown, blockRamUp }: FpgaLaws,
): FpgaErrors {
  return {
    luts: logicErrors("luts", family, parts, total),
    flipFlops: logicErrors("flipFlops", family, parts, total),
    blockRams: total.blockRams === 0 ? [] : [{ name: `${family} block RAMs`, down: blockRamDown, up: blockRamUp }],
    dsps: total.dsps === 0 ? [] : [{ name: `${family} multipliers`, down: dspSigma, up: dspSigma }],
  };
}
