/**
 * Breaks every rule of the SNE slice, one at a time, and runs random streams until one differs.
 *
 *   npx tsx scripts/sne-faults.ts [streams] [seed]      most streams per fault (2000), seed of the first stream (1)
 */
import { FAULTS } from "../test/sim/recorded/sne/faults.js";
import { faultySne, saidBy } from "../test/sim/recorded/sne/mutant.js";
import { featuresOf, randomStream } from "../test/sim/recorded/sne/random-stream.js";

const [most, first] = [Number(process.argv[2] ?? 2000), Number(process.argv[3] ?? 1)];
const sound = faultySne(null);
const streams: { readonly stream: ReturnType<typeof randomStream>; readonly said: string }[] = [];
const met = new Map<string, number>();

function streamAt(i: number): (typeof streams)[number] {
  while (streams.length <= i) {
    const stream = randomStream(first + streams.length);
    const said = saidBy(sound, stream);
    for (const feature of featuresOf(stream, said)) met.set(feature, (met.get(feature) ?? 0) + 1);
    streams.push({ stream, said });
  }
  return streams[i];
}

/** A fault that takes more streams is listed. */
const SLOW = 30;

console.log(`npx tsx scripts/sne-faults.ts ${most} ${first}`);
const silent: string[] = [];
let slowest = 0;
for (const fault of FAULTS) {
  const faulty = faultySne(fault);
  let found = -1;
  for (let i = 0; i < most && found < 0; i++) {
    const { stream, said } = streamAt(i);
    if (saidBy(faulty, stream) !== said) found = i;
  }
  slowest = Math.max(slowest, found + 1);
  if (found < 0) silent.push(`section ${fault.section}: ${fault.title}: ${fault.unseen ?? "NOT EXPLAINED"}`);
  else if (fault.unseen !== null) console.log(`${fault.section} ${fault.title}: differs, but should not: ${fault.unseen}`);
  if (found >= SLOW) console.log(`${fault.section} ${fault.title}: differs in stream ${found + 1}`);
}
console.log(
  `${FAULTS.length - silent.length} of ${FAULTS.length} faults differ, the slowest in stream ${slowest}; streams drawn ${streams.length}`,
);
console.log(
  `streams that met: ${[...met]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${count}`)
    .join(", ")}`,
);
console.log(`failed runs of the sound model: ${streams.filter(({ said }) => said.startsWith("failed")).length}`);
for (const line of silent) console.log(`silent: ${line}`);
