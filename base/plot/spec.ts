/**
 * What a picture shows, independent of the renderer: panels with axes, series and notes, in the units of the data.
 * Renderers are `svg.ts`, `pdf.ts`, `pgfplots.ts`, `vega-lite.ts`, and the terminal's in `cli/format`. It lies in
 * `base` because sweeps, training and commands all make pictures and may not import each other.
 */

/** A numeric axis; limits in data units, margin included, low < high, positive when logarithmic. */
export interface Axis {
  /** Words and unit: `energy per inference (µJ)`. */
  readonly label: string;
  readonly scale: "linear" | "log";
  readonly low: number;
  readonly high: number;
  /** Only whole numbers lie on it: no tick stands between two. */
  readonly isWhole?: boolean;
}

/** An axis of names, the first one on top. */
export interface Categories {
  readonly label: string;
  readonly scale: "category";
  readonly names: readonly string[];
}

/** Points by index; only the first `length` entries count, so that growing columns need no copy. NaN is skipped. */
export interface PlotPoints {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly length: number;
}

export type Series =
  /** Many small dots behind everything else. */
  | { readonly kind: "cloud"; readonly name: string; readonly points: PlotPoints }
  | {
      readonly kind: "marks";
      readonly name: string;
      readonly points: PlotPoints;
      /** One colour for all, or a value per point on the panel's colour axis. */
      readonly fill: string | readonly number[];
      /** Shown when a reader points at a mark; one per point. */
      readonly labels: readonly string[];
      /** The mark with a ring around it, and the ring's name in the legend; null: none. */
      readonly ringed: { readonly index: number; readonly name: string } | null;
    }
  | {
      readonly kind: "line";
      /** Empty: not in the legend. */
      readonly name: string;
      readonly points: PlotPoints;
      readonly colour: string;
      /** 1/72 inch. */
      readonly width: number;
      /** Lengths of dashes and gaps, 1/72 inch; empty: solid. */
      readonly dash: readonly number[];
      /** A dot at every point. */
      readonly dotted: boolean;
    }
  /** Horizontal bars, one value per category; several series are stacked in their order. */
  | { readonly kind: "bars"; readonly name: string; readonly values: readonly number[]; readonly colour: string };

/** A text inside the picture, at a position in data units. */
interface Note {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

export interface Panel {
  /** Empty: none. */
  readonly heading: string;
  readonly x: Axis;
  readonly y: Axis | Categories;
  /** The colour axis of marks that are filled by value; null: none. */
  readonly colour: Axis | null;
  readonly series: readonly Series[];
  readonly notes: readonly Note[];
}

/**
 * Columns of printed pages, in 1/72 inch, rounded down so that LaTeX finds no figure too wide. `single` and `double`
 * are those of IEEE's journals and conferences (IEEEtran: 252 and 516 TeX points, of which 72.27 are an inch), the
 * others of ACM's two-column proceedings (acmart sigconf: 241.15 and 506.3).
 */
export const COLUMNS = {
  single: { width: 251, spans: 1 },
  double: { width: 514, spans: 2 },
  "acm-single": { width: 240.25, spans: 1 },
  "acm-double": { width: 504.4, spans: 2 },
} as const;
export type ColumnName = keyof typeof COLUMNS;

/** A figure as data: panels one below the other. */
export interface PlotSpec {
  /** What it shows; the file keeps it as its name. */
  readonly title: string;
  /** Where the numbers come from, in one line, which the file keeps. */
  readonly about: string;
  /** The column of the printed page that the picture fills. */
  readonly column: ColumnName;
  /** `ends` puts the name of a line at its right end. */
  readonly legend: "none" | "above" | "ends";
  /** One below the other; empty if there are no data. */
  readonly panels: readonly Panel[];
}

/** Points from pairs of x and y. */
export function pointsOf(pairs: readonly (readonly [number, number])[]): PlotPoints {
  return { x: pairs.map(([x]) => x), y: pairs.map(([, y]) => y), length: pairs.length };
}

/**
 * The staircase through the points of a front: `pairs` in the order of the first objective from best to worst, with
 * corners between.
 */
export function stairs(pairs: readonly (readonly [number, number])[]): PlotPoints {
  return pointsOf(
    pairs.flatMap((pair, i): readonly (readonly [number, number])[] => {
      const before = pairs[i - 1];
      return before === undefined ? [pair] : [[pair[0], before[1]], pair];
    }),
  );
}
