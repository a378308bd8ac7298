/**
 * How an open library's leakage lies beside prices on silicon, and from which node of measured chips it is away: what
 * `silicon_nodes.csv` holds.
 */
import { openLeakages, type SiliconGroup } from "../../../arch/index.js";
import { exp, log } from "../../../base/math.js";
import type { Boards } from "./boards.js";
import { type Calibration, entersFactors } from "./calibration.js";

/** Leakage of an open library over that of a group's prices on silicon. */
export interface NodeRatio {
  readonly group: SiliconGroup;
  /** The largest node of the chips behind the factor. */
  readonly chipsNm: number;
  /** The open library's. */
  readonly nodeNm: number;
  /** Geometric mean over n macros or cells. */
  readonly overSilicon: number;
  readonly n: number;
  readonly source: string;
}

/** One line per group of prices that leak. */
export function nodeRatios(boards: Boards, { fits, checks }: Calibration): readonly NodeRatio[] {
  const behind = checks.flatMap(({ value }) => (value.kind === "leakage" && entersFactors(value) ? [boards[value.board]] : []));
  const chipsNm = Math.max(...behind.map(({ chip }) => chip.technology.nodeNm));
  return openLeakages().map(({ group, nodeNm, ratios, source }) => ({
    ...{ group, chipsNm, nodeNm, n: ratios.length, source },
    overSilicon: exp(ratios.reduce((sum, ratio) => sum + log(ratio), 0) / ratios.length) / fits.silicon.leakage.factor,
  }));
}
