/**
 * Powers, exponentials, logarithms and circular functions, computed with + - * / and square root only. IEEE 754 defines
 * these to the last bit, so every Node version, processor and compiler gives the same bits. The runtime's own functions
 * do not; the linter forbids them. Special values are those of ECMAScript's `Math`. Errors stay below 1 ulp; those of
 * log10 and tanh below 2.5.
 */
export { powerOfTwo } from "./math/binary.js";
export { cos, hypot, sin } from "./math/circular.js";
export { exp, expm1, tanh } from "./math/exponential.js";
export { log, log2, log10 } from "./math/logarithm.js";
export { cube, pow, square, wholePower } from "./math/power.js";
