/**
 * `npx tsx scripts/calibrate-silicon.ts`: derives the factors from component library to silicon from the boards of
 * published chips, writes `arch/components/silicon.csv`, and prints the error that each factor leaves. If five or more
 * values were measured, each is predicted without itself.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../base/package-root.js";
import { calibrationOf, readPublishedChips, siliconTable } from "../sim/recorded/index.js";

const calibration = calibrationOf(readPublishedChips().boards);
writeFileSync(join(packageRoot(), "arch", "components", "silicon.csv"), siliconTable(calibration));
console.log(siliconTable(calibration));
for (const { value, silicon, leftOut, low, high } of calibration.checks) {
  const { chip, quantity, library, published, evidence } = value;
  const ratio = (model: number): string => (model / published.value).toPrecision(2).padStart(6);
  const holds = low <= published.value && published.value <= high;
  const cells = [ratio(library), ratio(silicon), leftOut === null ? "     -" : ratio(leftOut), `${ratio(low)} ..${ratio(high)}`];
  console.log(`${chip.padEnd(10)} ${evidence.padEnd(9)} ${cells.join(" ")} ${holds ? "holds" : "MISSES"}  ${value.kind}: ${quantity}`);
}
