/** A case study: a shipped description, and what its finished sweep is drawn and told as. */
import type { PlotSpec } from "../../base/plot/spec.js";
import type { Result } from "../../sim/index.js";
import type { Metrics, PointValues } from "../../sweeps/index.js";

/** A finished point. */
export interface StudyPoint {
  readonly values: PointValues;
  readonly metrics: Metrics;
  readonly result: Result;
}

export interface CaseStudy {
  /** Name of the description in arch/examples, of the section in docs/case-studies.md, and of the figure. */
  readonly name: string;
  /** Folder of recordings that the user brings. */
  readonly needsData: boolean;
  /** File of the network that the user brings; its description then lies in scripts/case-studies. */
  readonly needsModel?: true;
  readonly figure: (points: readonly StudyPoint[]) => PlotSpec;
  /** Markdown: the table, and the sentences whose numbers follow from it. */
  readonly report: (points: readonly StudyPoint[]) => string;
}

/** The one point with these values. Throws if there is none. */
export function pointWith(points: readonly StudyPoint[], values: PointValues): StudyPoint {
  const found = points.find((point) => Object.entries(values).every(([name, value]) => point.values[name] === value));
  if (found === undefined) throw new Error(`the sweep holds no point with ${JSON.stringify(values)}`);
  return found;
}

export const metric = (point: StudyPoint, name: keyof Metrics): number => point.metrics[name] as number;
