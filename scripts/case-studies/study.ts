/** A case study: a shipped description, and how its finished sweep is drawn and described. */
import type { PlotSpec } from "../../base/plot/spec.js";
import type { Result } from "../../sim/index.js";
import type { Metrics, PointValues } from "../../sweeps/index.js";

/** A finished point. */
export interface StudyPoint {
  readonly id: number;
  readonly values: PointValues;
  readonly metrics: Metrics;
  readonly result: Result;
  /** Accuracy on the test set, percent, if the search was on other samples and ended by running the point there. */
  readonly testedPercent: number | null;
}

/** How sure the numbers of a study are, from draws of prices, samples and utterances within their errors. */
export interface Sureness {
  /** `a` over `b`, with the interval that holds nine of ten draws. */
  readonly ratio: (name: keyof Metrics, a: StudyPoint, b: StudyPoint) => string;
  /** By how many percent `a` is less than `b`, with the interval. */
  readonly lessPercent: (name: keyof Metrics, a: StudyPoint, b: StudyPoint) => string;
  /** A sentence on the errors of single energies, areas and latencies. */
  readonly sentence: string;
}

export interface CaseStudy {
  /** Name of the description in arch/examples, of the section in docs/case-studies.md, and of the figure. */
  readonly name: string;
  /** Folder of recordings that the user brings. */
  readonly needsData: boolean;
  /** File of the network that the user brings; the study's description is then in scripts/case-studies. */
  readonly needsModel?: true;
  /** null: the section has no figure. */
  readonly figure: ((points: readonly StudyPoint[]) => PlotSpec) | null;
  /** Markdown: the table, and sentences whose numbers are computed from it. */
  readonly report: (points: readonly StudyPoint[], sure: Sureness) => string;
}

/** The one point with these values. Throws if there is none. */
export function pointWith(points: readonly StudyPoint[], values: PointValues): StudyPoint {
  const found = points.find((point) => Object.entries(values).every(([name, value]) => point.values[name] === value));
  if (found === undefined) throw new Error(`the sweep holds no point with ${JSON.stringify(values)}`);
  return found;
}

export const metric = (point: StudyPoint, name: keyof Metrics): number => point.metrics[name] as number;
