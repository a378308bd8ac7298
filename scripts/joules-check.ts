/**
 * `npx tsx scripts/joules-check.ts [CASES]`: runs the program of docs/joules.md on random points (default: 1,000), on
 * every shipped chip with a small random network, and on the shipped examples and models whose data ship. Prints how
 * many breakdowns and limits of clocks are equal line by line, and what does not run. Its output is
 * docs/logs/joules-page.txt.
 */
import { open, type Values } from "../app/open.js";
import { simulate } from "../app/simulate.js";
import { ofKind, shippedChips, shippedNames } from "../arch/index.js";
import { InfeasibleError, InputError } from "../base/errors.js";
import { Counted } from "../test/counted.js";
import { joulesLines } from "../test/sim/page-joules.js";
import { PRICED_FEATURES, type PricedPoint, pricedPoint, shippedPoint } from "../test/sim/random-priced.js";

const cases = Number(process.argv[2] ?? 1000);
const FEW = { "workload.samples": 4, "workload.timing_samples": 2 };
const LARGE = { "tile.core.synapse_memory.size_kib": 4096, "tile.core.state_memory.size_kib": 256, "chip.clock_mhz": 20 };

console.log("npx tsx scripts/joules-check.ts\n");
let unequal = 0;
interface Compared {
  readonly highestClocks: readonly unknown[] | null;
}
function compare(what: string, points: readonly Compared[]): void {
  const lines = joulesLines(points);
  const clocks = points.reduce((sum, { highestClocks }) => sum + (highestClocks?.length ?? 0), 0);
  const equal = lines.filter((line) => line.endsWith(": equal"));
  const compared = equal.reduce((sum, line) => sum + Number.parseInt(line, 10), 0);
  unequal += points.length - equal.length;
  console.log(`${what}: ${equal.length} of ${points.length} equal, ${compared} lines, ${clocks} limits of the clock`);
  for (const line of lines) if (!equal.includes(line)) console.log(`  ${line.slice(0, 500)}`);
}

/** Null, and a line that says why, if the point does not run. */
async function pointOf(name: string, made: () => Compared | Promise<Compared>): Promise<Compared | null> {
  try {
    return await made();
  } catch (error) {
    if (!(error instanceof InfeasibleError || error instanceof InputError)) throw error;
    console.log(`${name} does not run: ${error.message.split("\n")[0]}`);
    return null;
  }
}

/** The point as `sim --json` prints it. */
async function simulated(name: string, values: Values): Promise<Compared> {
  const { document, network, counters, highestClocks, result } = await simulate(open(name), { values: { ...FEW, ...values } });
  const printed = { document, network, counters, highestClocks, breakdown: result.breakdown };
  return printed;
}

async function compareAll(what: string, names: readonly string[], made: (name: string) => Compared | Promise<Compared>): Promise<void> {
  const points: (Compared | null)[] = [];
  for (const name of names) points.push(await pointOf(name, () => made(name)));
  compare(
    what,
    points.filter((point) => point !== null),
  );
}

const seen = new Counted("met");
const drawn: PricedPoint[] = [];
let seeds = 0;
for (; drawn.length < cases; seeds++) {
  const point = pricedPoint(seeds);
  if (point !== null) drawn.push(point);
}
for (const { met } of drawn) seen.see(...new Set(met));
compare(
  `random points (of ${seeds} seeds; ${seeds - cases} points cannot exist)`,
  drawn.map(({ printed }) => printed),
);
const rarest = PRICED_FEATURES.reduce((least, feature) => (seen.of(feature) < seen.of(least) ? feature : least));
console.log(`${PRICED_FEATURES.length} features, each met at least ${seen.of(rarest)} times (${rarest})`);
await compareAll("shipped chips, at 1 MHz", shippedChips(), shippedPoint);
const examples = shippedNames("example").filter((name) => ofKind(open(name).experiment, { board: () => true, coupled: () => false }));
await compareAll("shipped examples, as they are", examples, (name) => simulated(name, {}));
const models = shippedNames("model").filter((name) => name.startsWith("mnist-rows"));
await compareAll("shipped models of MNIST's rows, on mesh-4x4", models, (name) =>
  simulated("mesh-4x4", { ...LARGE, "network.model": name }),
);
process.exitCode = unequal === 0 ? 0 : 1;
