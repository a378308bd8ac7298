/**
 * The 90 % interval of a fitted law outside of its range, as an expression over the law's variables: exp(t root(v)), v
 * the variance of an unseen macro at the place (`law-interval.ts`). It grows with the distance from the macros, so the
 * range's own interval would be too narrow there.
 *
 * A part of v is the law's, which all sizes share: sigma^2 x C x, x the vector of 1 and the logarithms of the sizes, C
 * the covariance of the coefficients. C = U U', U upper triangular, makes it a sum of independent causes, each linear
 * in x: the level at the centre of the macros, the exponent of the first variable about it, and so on. Pure.
 */
/** The variance of ln(cost) of an unseen macro, by the logarithms of the law's variables. */
export interface LawVariance {
  /** Of one macro. */
  readonly sigma2: number;
  /** Of the law relative to `sigma2`: [coefficients][coefficients] of 1 and the logarithms of the sizes. */
  readonly covariance: readonly (readonly number[])[];
  /** What the supply adds; null: the macros have one supply. */
  readonly supply: SupplyVariance | null;
}

interface SupplyVariance {
  /** Per squared distance in ln from the mean supply; at least `least`. */
  readonly perSquare: number;
  readonly least: number;
  /** The part of `perSquare` that is the law's. */
  readonly ofLaw: number;
  /** [coefficients] of ln(mean supply) over 1 and the logarithms of the sizes. */
  readonly mean: readonly number[];
}

/**
 * Percent as an expression. @param texts the law's variables, the supply last if there is one @param t factor of the
 * standard deviation
 */
export function beyondText({ sigma2, covariance, supply }: LawVariance, texts: readonly string[], t: number): string {
  const { sizes, volts } = logsOf(texts, supply);
  // covariance is symmetric: each product of two logarithms stands once
  const products = covariance.flatMap((row, i) =>
    row.slice(i).map((c, n) => ({ c: c * (n === 0 ? 1 : 2) * scaleOf(i) * scaleOf(i + n), of: [nameOf(sizes, i), nameOf(sizes, i + n)] })),
  );
  const ofSizes = sumText([{ c: 1, of: [] }, ...products].map(({ c, of }) => ({ c: sigma2 * c, of: of.filter((name) => name !== "") })));
  if (supply === null) return percentText(t, ofSizes);
  const { perSquare, least } = supply;
  return percentText(t, `${ofSizes} + max(${digits(least)}, ${digits(perSquare)} * (${distanceText(supply, sizes, volts)}) ** 2)`);
}

/** Half widths in ln of the law's own causes, as expressions; arguments as of `beyondText`. */
export function sharedTexts({ sigma2, covariance, supply }: LawVariance, texts: readonly string[], t: number): readonly string[] {
  const { sizes, volts } = logsOf(texts, supply);
  const root = upperRoot(covariance);
  const ofSizes = covariance.map((_, j) =>
    sumText(root.slice(0, j + 1).map((row, i) => ({ c: t * Math.sqrt(sigma2) * row[j] * scaleOf(i), of: i === 0 ? [] : [sizes[i - 1]] }))),
  );
  if (supply === null) return ofSizes;
  return [...ofSizes, `${digits(t * Math.sqrt(supply.ofLaw))} * (${distanceText(supply, sizes, volts)})`];
}

/** U, upper triangular with U U' = the symmetric, positive definite matrix. */
function upperRoot(matrix: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const root = matrix.map((row) => row.map(() => 0));
  const rest = (i: number, j: number): number => matrix[i][j] - root[i].reduce((sum, x, k) => (k > j ? sum + x * root[j][k] : sum), 0);
  for (let j = matrix.length - 1; j >= 0; j--) {
    root[j][j] = Math.sqrt(Math.max(0, rest(j, j)));
    for (let i = 0; i < j; i++) root[i][j] = root[j][j] === 0 ? 0 : rest(i, j) / root[j][j];
  }
  return root;
}

/** Logarithms of the law's variables: of the sizes, and of the supply; empty: the macros have one supply. */
function logsOf(texts: readonly string[], supply: SupplyVariance | null): { readonly sizes: readonly string[]; readonly volts: string } {
  const logs = texts.map((text) => `log2(${text.replace(/^\((.*)\)$/, "$1")})`);
  return supply === null ? { sizes: logs, volts: "" } : { sizes: logs.slice(0, -1), volts: logs[logs.length - 1] };
}

/** Distance in ln from the mean supply of macros of this size. */
const distanceText = ({ mean }: SupplyVariance, sizes: readonly string[], volts: string): string =>
  sumText([{ c: Math.LN2, of: [volts] }, ...mean.map((c, i) => ({ c: -c * scaleOf(i), of: i === 0 ? [] : [sizes[i - 1]] }))]);

/** Factor of a coefficient of ln for one of log2; the first is of 1. */
const scaleOf = (i: number): number => (i === 0 ? 1 : Math.LN2);
const nameOf = (sizes: readonly string[], i: number): string => (i === 0 ? "" : sizes[i - 1]);

const percentText = (t: number, variance: string): string => `100 * (${Math.E} ** (${digits(t)} * sqrt(${variance})) - 1)`;

/** A sum of products; constants are added up, and a negative one is subtracted. */
function sumText(terms: readonly { readonly c: number; readonly of: readonly string[] }[]): string {
  const constant = terms.reduce((sum, { c, of }) => (of.length === 0 ? sum + c : sum), 0);
  const others = terms.filter(({ c, of }) => of.length > 0 && c !== 0);
  return others.reduce(
    (text, { c, of }) => `${text} ${c < 0 ? "-" : "+"} ${[digits(Math.abs(c)), ...of].join(" * ")}`,
    constant < 0 ? `(${digits(constant)})` : digits(constant),
  );
}

/** With enough digits for sums in which large terms cancel. */
const digits = (value: number): string => String(Number(value.toPrecision(12)));
