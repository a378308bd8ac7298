/**
 * How many random cases a test draws: what its title's claim needs in `npm test`, and `SNN_DSE_CASES` times as many in
 * long runs (`npm run test:long`), whose seeds begin with those of the short ones.
 */
const factor = Number(process.env.SNN_DSE_CASES ?? 1);
if (!Number.isInteger(factor) || factor < 1)
  throw new Error(`SNN_DSE_CASES: got ${process.env.SNN_DSE_CASES}, expected a whole number from 1`);

/** Whether this is a long run, which leaves nothing out. */
export const isLong = factor > 1;

export const cases = (count: number): number => count * factor;
