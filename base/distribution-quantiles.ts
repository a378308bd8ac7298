/** Quantiles of the normal distribution and of Student's t. Pure. */
import { cos, log, sin, square, wholePower } from "./math.js";

/** Quantile of the standard normal distribution at 95 %: the end of a two-sided interval of 90 %. */
export const NORMAL_95 = 1.6448536269514722;
/** Quantile of the standard normal distribution at 97.5 %: the end of a two-sided interval of 95 %. */
export const NORMAL_97_5 = 1.959963984540054;

/** A polynomial by its coefficients, constant first. */
const polynomial = (coefficients: readonly number[], x: number): number => coefficients.reduceRight((sum, each) => sum * x + each, 0);

/** Numerator and denominator of the central part, of the tails, and of the far tails. */
const CENTRE = [
  [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087, 33430.57558358813,
    2509.0809287301227,
  ],
  [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
    5226.495278852854,
  ],
] as const;
const TAIL = [
  [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
    0.022723844989269184, 0.0007745450142783414,
  ],
  [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 0.0005475938084995345,
    1.0507500716444169e-9,
  ],
] as const;
const FAR_TAIL = [
  [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124, 0.0012426609473880784,
    2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5, 1.421511758316446e-7,
    2.0442631033899397e-15,
  ],
] as const;

/**
 * The value below which a standard normal number lies with probability `share`, 0 < share < 1. Source: M. J. Wichura,
 * algorithm AS 241, Applied Statistics 37 (1988), PPND16: 16 digits.
 */
export function normalQuantile(share: number): number {
  const ratio = ([above, below]: typeof CENTRE | typeof TAIL | typeof FAR_TAIL, x: number): number =>
    polynomial(above, x) / polynomial(below, x);
  const centred = share - 0.5;
  if (Math.abs(centred) <= 0.425) return centred * ratio(CENTRE, 0.180625 - square(centred));
  const distance = Math.sqrt(-log(Math.min(share, 1 - share)));
  const size = distance <= 5 ? ratio(TAIL, distance - 1.6) : ratio(FAR_TAIL, distance - 5);
  return centred < 0 ? -size : size;
}

/** Halvings of an angle of a quarter turn, down to the last bit of a double. */
const HALVINGS = 60;

/**
 * From this many degrees of freedom on, the expansion below differs from the sum by less than 1e-8 for shares of 0.025
 * to 0.975, and by less than 4e-7 for 1e-6 to 1 - 1e-6.
 */
const EXPANDED_FROM = 100;

/**
 * The value below which Student's t of so many degrees of freedom, a whole number, lies with probability `share`. Few
 * degrees: the inverse of its finite sum over theta = atan(t / sqrt(freedom)), found by halving; many: the expansion
 * around the normal quantile. Source: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.3, 26.7.4
 * and 26.7.5.
 */
export function studentQuantile(share: number, freedom: number): number {
  if (freedom >= EXPANDED_FROM) return expandedStudent(normalQuantile(share), freedom);
  const within = Math.abs(2 * share - 1);
  let [low, high] = [0, Math.PI / 2];
  for (let k = 0; k < HALVINGS; k++) {
    const middle = (low + high) / 2;
    if (insideAngle(middle, freedom) < within) low = middle;
    else high = middle;
  }
  const size = (Math.sqrt(freedom) * sin(low)) / cos(low);
  return share < 0.5 ? -size : size;
}

/** From the normal quantile `z` of the same share. */
function expandedStudent(z: number, freedom: number): number {
  const z2 = square(z);
  const terms = [
    (z2 + 1) / 4,
    ((5 * z2 + 16) * z2 + 3) / 96,
    (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384,
    ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92_160,
  ];
  return terms.reduce((t, term, i) => t + (z * term) / wholePower(freedom, i + 1), z);
}

/** Probability that |t| is below sqrt(freedom) tan(theta). */
function insideAngle(theta: number, freedom: number): number {
  const squared = square(cos(theta));
  const isOdd = freedom % 2 === 1;
  let [term, sum] = isOdd ? [cos(theta), 0] : [1, 0];
  for (let power = isOdd ? 1 : 0; power <= freedom - 2; power += 2) {
    sum += term;
    term *= ((power + 1) / (power + 2)) * squared;
  }
  return isOdd ? (2 / Math.PI) * (theta + sin(theta) * sum) : sin(theta) * sum;
}
