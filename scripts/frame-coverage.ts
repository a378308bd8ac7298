/**
 * How often the 90 % interval of an accuracy of frames holds the truth, by the number of utterances:
 * `npx tsx scripts/frame-coverage.ts` (4 s). Utterances of 5 to 60 frames are drawn from populations whose accuracy is
 * known, 4,000 studies each. Within an utterance frames are wrong independently, with the utterance's own chance.
 */
import { NORMAL_95 } from "../base/distribution-quantiles.js";
import { square } from "../base/math.js";
import { createRng, type Rng } from "../base/rng.js";
import { independentSamples } from "../sim/functional/index.js";

const STUDIES = 4000;
const Z = NORMAL_95;

/** Chance of a wrong frame, by utterance, and its mean. */
interface Population {
  readonly name: string;
  readonly chance: (rng: Rng) => number;
  readonly mean: number;
}
const mixture = (share: number, hard: number, easy: number): Population => ({
  name: `${100 * share} % of the utterances have ${100 * hard} % of their frames wrong, the others ${100 * easy} %`,
  chance: (rng) => (rng.float() < share ? hard : easy),
  mean: share * hard + (1 - share) * easy,
});
const POPULATIONS: readonly Population[] = [
  mixture(0.25, 0.5, 0.05),
  { name: "0 to 40 % of an utterance's frames are wrong, evenly spread", chance: (rng) => 0.4 * rng.float(), mean: 0.2 },
  { name: "20 % of the frames are wrong, alike in all utterances", chance: () => 0.2, mean: 0.2 },
  mixture(0.04, 0.5, 0.01),
];

for (const { name, chance, mean } of POPULATIONS) {
  console.log(name);
  for (const utterances of [2, 3, 4, 8, 12, 20, 30, 50, 200]) {
    const rng = createRng(1, `${name} ${utterances}`);
    let [held, width] = [0, 0];
    for (let k = 0; k < STUDIES; k++) {
      const scored = Uint32Array.from({ length: utterances }, () => rng.int(5, 60));
      const wrong = scored.map((count) => {
        const p = chance(rng);
        let errors = 0;
        for (let t = 0; t < count; t++) errors += Number(rng.float() < p);
        return errors;
      });
      const run = { utterances: Uint32Array.from(scored, (_, u) => u), scored, wrong };
      const n = independentSamples(run) ?? Number.NaN;
      const share = wrong.reduce((sum, count) => sum + count, 0) / scored.reduce((sum, count) => sum + count, 0);
      // the interval holds the truth if the score test of the truth does not refuse the measured share
      held += Number(Math.abs(share - mean) <= Z * Math.sqrt((mean * (1 - mean)) / n));
      width += (2 * Z * Math.sqrt((share * (1 - share)) / n + square(Z / n) / 4)) / (1 + square(Z) / n);
    }
    const [percent, points] = [(100 * held) / STUDIES, (100 * width) / STUDIES];
    console.log(`  ${utterances} utterances: ${percent.toFixed(1)} % of the intervals hold it; mean width ${points.toFixed(1)} points`);
  }
}
