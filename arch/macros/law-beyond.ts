/**
 * The 90 % interval of a fitted law outside of its range, as an expression over the law's variables: exp(t root(v)), v
 * the variance of an unseen macro at the place (`law-interval.ts`). It grows with the distance from the macros, so the
 * range's own interval would be too narrow there. Pure.
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
  /** [coefficients] of ln(mean supply) over 1 and the logarithms of the sizes. */
  readonly mean: readonly number[];
}

/**
 * Percent as an expression. @param texts the law's variables, the supply last if there is one @param t factor of the
 * standard deviation
 */
export function beyondText({ sigma2, covariance, supply }: LawVariance, texts: readonly string[], t: number): string {
  const logs = texts.map((text) => `log2(${text.replace(/^\((.*)\)$/, "$1")})`);
  const sizes = supply === null ? logs : logs.slice(0, -1);
  // covariance is symmetric: each product of two logarithms stands once
  const products = covariance.flatMap((row, i) =>
    row.slice(i).map((c, n) => ({ c: c * (n === 0 ? 1 : 2) * scaleOf(i) * scaleOf(i + n), of: [nameOf(sizes, i), nameOf(sizes, i + n)] })),
  );
  const ofSizes = sumText([{ c: 1, of: [] }, ...products].map(({ c, of }) => ({ c: sigma2 * c, of: of.filter((name) => name !== "") })));
  if (supply === null) return percentText(t, ofSizes);
  const { perSquare, least, mean } = supply;
  const distance = sumText([
    { c: Math.LN2, of: [logs[logs.length - 1]] },
    ...mean.map((c, i) => ({ c: -c * scaleOf(i), of: i === 0 ? [] : [sizes[i - 1]] })),
  ]);
  return percentText(t, `${ofSizes} + max(${digits(least)}, ${digits(perSquare)} * (${distance}) ** 2)`);
}

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
