/**
 * How often the 95 % interval of the distance of two recipes holds the truth, by the number of utterances:
 * `npx tsx scripts/distance-coverage.ts` (25 s). Utterances are drawn from populations whose distance is known, 1,000
 * studies each, and decided by networks that err independently, with each utterance's own chance. For comparison: the
 * percentiles of 1,000 bootstrap draws of the utterances, in 200 of these studies.
 */
import { createRng, type Rng } from "../base/rng.js";
import type { UtteranceScores } from "../training/evaluate.js";
import { distanceInterval } from "../training/paired-distance.js";

const STUDIES = 1000;
const BOOTSTRAPPED = 200;
const DRAWS = 1000;

/** Chances of a wrong decision of an utterance. */
type Chances = readonly [one: number, other: number];
interface Population {
  readonly name: string;
  /** Decisions of an utterance: least and most. */
  readonly decisions: readonly [number, number];
  readonly networks: readonly [one: number, other: number];
  readonly chances: (rng: Rng) => Chances;
  /** Mean difference of the chances. */
  readonly distance: number;
}

const [WHOLE, FRAMES] = [[1, 1] as const, [5, 60] as const];
const alike = (one: number, other: number) => ({ chances: (): Chances => [one, other], distance: one - other });
const hard = (share: number, one: number, easy: number) => ({
  chances: (rng: Rng): Chances => [rng.float() < share ? one : easy, easy],
  distance: share * (one - easy),
});
const POPULATIONS: readonly Population[] = [
  { name: "digits: 0.6 and 0.2 % wrong", decisions: WHOLE, networks: [1, 1], ...alike(0.006, 0.002) },
  { name: "digits: 2 and 1 % wrong", decisions: WHOLE, networks: [1, 1], ...alike(0.02, 0.01) },
  { name: "digits: 0.9 and 0.3 % wrong, three networks and one", decisions: WHOLE, networks: [3, 1], ...alike(0.009, 0.003) },
  { name: "frames: 20 and 18 % wrong", decisions: FRAMES, networks: [1, 1], ...alike(0.2, 0.18) },
  {
    name: "frames: a quarter of the utterances has 30 % wrong by one, all others 5 %",
    decisions: FRAMES,
    networks: [3, 3],
    ...hard(0.25, 0.3, 0.05),
  },
  {
    name: "frames: 4 % of the utterances have half wrong by one, all others 1 %",
    decisions: FRAMES,
    networks: [1, 1],
    ...hard(0.04, 0.5, 0.01),
  },
];

/** Both recipes' scores of one study. */
function study(rng: Rng, { decisions, networks, chances }: Population, utterances: number): [UtteranceScores[], UtteranceScores[]] {
  const scored = Uint32Array.from({ length: utterances }, () => rng.int(...decisions));
  const ofEach = Array.from({ length: utterances }, () => chances(rng));
  const network = (recipe: 0 | 1): UtteranceScores => {
    const correct = scored.map((count, u) => {
      let right = 0;
      for (let k = 0; k < count; k++) right += Number(rng.float() >= ofEach[u][recipe]);
      return right;
    });
    return { scored, correct };
  };
  return [Array.from({ length: networks[0] }, () => network(0)), Array.from({ length: networks[1] }, () => network(1))];
}

function bootstrap(rng: Rng, one: readonly UtteranceScores[], other: readonly UtteranceScores[]): [number, number] {
  const [{ scored }] = one;
  const right = (recipe: readonly UtteranceScores[], u: number): number =>
    recipe.reduce((sum, { correct }) => sum + correct[u], 0) / recipe.length;
  const differences = Float64Array.from(scored, (_, u) => right(other, u) - right(one, u));
  const distances = Float64Array.from({ length: DRAWS }, () => {
    let [difference, decisions] = [0, 0];
    for (let k = 0; k < scored.length; k++) {
      const u = rng.int(0, scored.length - 1);
      difference += differences[u];
      decisions += scored[u];
    }
    return (100 * difference) / decisions;
  }).sort();
  return [distances[Math.round(0.025 * (DRAWS - 1))], distances[Math.round(0.975 * (DRAWS - 1))]];
}

for (const population of POPULATIONS) {
  console.log(population.name);
  const truth = 100 * population.distance;
  const holds = ([low, high]: readonly [number, number]): number => Number(low <= truth && truth <= high);
  for (const utterances of [20, 50, 100, 300]) {
    const rng = createRng(1, `${population.name} ${utterances}`);
    let [held, heldByDraws] = [0, 0];
    for (let k = 0; k < STUDIES; k++) {
      const [one, other] = study(rng, population, utterances);
      held += holds(distanceInterval(one, other) ?? [Number.NaN, Number.NaN]);
      if (k < BOOTSTRAPPED) heldByDraws += holds(bootstrap(rng, one, other));
    }
    const percent = (count: number, of: number): string => ((100 * count) / of).toFixed(1);
    console.log(
      `  ${utterances} utterances: ${percent(held, STUDIES)} % of the intervals hold it; of the bootstrap's ${percent(heldByDraws, BOOTSTRAPPED)} %`,
    );
  }
}
