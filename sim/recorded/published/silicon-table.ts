/**
 * The calibration as the tables that the component library reads, `arch/components/silicon.csv`, `silicon_leakage.csv`
 * and `silicon_nodes.csv`.
 */
import type { SiliconGroup } from "../../../arch/index.js";
import { CAUSES, type Calibration, type Cause, type Fit, type LeakageAs } from "./calibration.js";
import type { NodeRatio } from "./node-ratios.js";

const REASONS: { readonly [cause in Cause]: string } = {
  area: "placement density; periphery; power grid; logic that no description names",
  energy: "glitches; periphery of memories; wires and control beyond those of the emitted core; Tianjic's value is second hand",
  leakage: "device and corner of the chip at its own supply against CACTI's lstp",
  clock: "tree and every register that no description names",
};

const cells = (evidence: string, cause: Cause, group: SiliconGroup, { factor, sigma, n, chips }: Fit): string =>
  [group, factor.toPrecision(4), sigma.toPrecision(3), n, evidence, cause, chips.join("; "), REASONS[cause]].join(",");

/** One line per group and kind of evidence; a group without a value has no line. */
export function siliconTable({ fits }: Calibration): string {
  const lines = (["silicon", "synthesis"] as const).flatMap((evidence) =>
    (Object.keys(CAUSES) as Cause[]).flatMap((cause) =>
      fits[evidence][cause].n === 0 ? [] : CAUSES[cause].map((group) => cells(evidence, cause, group, fits[evidence][cause])),
    ),
  );
  return `${["group,factor,sigma,n,evidence,cause,chips,source", ...lines].join("\n")}\n`;
}

/** One line per family of cells and corner: the factor of leakage if the measured chips had them. */
export function leakageTable(leakages: readonly LeakageAs[]): string {
  const lines = leakages.map(({ sramCell, corner, fit }) =>
    [sramCell, corner, fit.factor.toPrecision(4), `factor of ${fit.chips.join(" and ")} described with these cells at this corner`].join(
      ",",
    ),
  );
  return `${["sram_cell,corner,factor,source", ...lines].join("\n")}\n`;
}

/** One line per group of prices: how an open library lies beside its factor at a node above the measured chips'. */
export function nodeTable(ratios: readonly NodeRatio[]): string {
  const lines = ratios.map(({ group, chipsNm, nodeNm, overSilicon, n, source }) =>
    [group, chipsNm, nodeNm, overSilicon.toPrecision(4), n, `"${source}"`].join(","),
  );
  return `${["group,chips_nm,node_nm,over_silicon,n,source", ...lines].join("\n")}\n`;
}
