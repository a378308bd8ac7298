/** Student's t distribution. Pure. */
import { square, wholePower } from "../../base/math.js";

/** Standard normal beyond which a twentieth lies. */
const NORMAL = 1.6448536269514722;
/** Student's t for few degrees of freedom, where the expansion is inaccurate. */
const FEW: { readonly [freedom: number]: number } = { 1: 6.313752, 2: 2.919986, 3: 2.353363, 4: 2.131847 };

/** Quantile of Student's t distribution at 95 % (Abramowitz and Stegun 26.7.5). */
export function tailOfT(freedom: number): number {
  const known = FEW[freedom];
  if (known !== undefined) return known;
  const z2 = square(NORMAL);
  const terms = [
    (z2 + 1) / 4,
    ((5 * z2 + 16) * z2 + 3) / 96,
    (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384,
    ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92_160,
  ];
  return terms.reduce((t, term, i) => t + (NORMAL * term) / wholePower(freedom, i + 1), NORMAL);
}
