/** A sampler: positions that are evenly spread, a multiple of an irrational number per parameter. */
import { shares } from "./shares.mjs";

export const apiVersion = 1;

export default () => ({
  samplers: {
    "golden-ratio": {
      about: "evenly spread points by irrational steps",
      options: { skip: { value: 0, low: 0, high: 1_000_000, whole: true, about: "points left out at the start" } },
      create: ({ space }, { skip }) => {
        let count = skip;
        return {
          ask: () => [space.dimensions.map((_, k) => (++count * shares[k % shares.length]) % 1)],
          tell: () => {},
          state: () => ({ asked: count }),
        };
      },
    },
  },
});
