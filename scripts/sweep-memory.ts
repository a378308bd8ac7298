/**
 * `npx tsx scripts/sweep-memory.ts`: peak memory of whole sweeps beside what `check` predicts, into the table of
 * docs/robustness.md. Takes two minutes of processor time; the peaks do not depend on what else runs. Constants of the
 * prediction: `sweeps/engine/memory.ts`.
 */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sweepFolder } from "../test/cli/small-sweep.js";
import { heavySweep, quickEdge, shortEdge, sweepMemory, wideSweep } from "../test/cli/sweep-memory.js";
import { tonesFolder } from "../test/sweeps/models/tones.js";
import { writePassage } from "./passages.js";
import { markdownTable } from "./validation/markdown.js";

const SMALL = 40;
const SWEEPS = [
  ...[1, 2, 4, 8].map((workers) => ["`edge`, 60 points", "edge60.yaml", workers] as const),
  ...[1_000, 3_000].map((points) => [`\`edge\`, 100 digits, ${points.toLocaleString("en")} points`, `edge${points}.yaml`, 2] as const),
  ["`mesh-scaling`, 16 points", "mesh-scaling", 2],
  ["8 points that train 6 networks on tones", "tones.yaml", 2],
  ["40 points, 1 digit of 20 timed", "small.yaml", 2],
  ["40 points, 5 precisions, 100 digits of 200 timed", "heavy.yaml", 2],
  ["40 points on 1,024 cores", "wide.yaml", 2],
] as const;

const folder = sweepFolder(SMALL);
const trained = tonesFolder();
try {
  writeFileSync(join(folder, "edge60.yaml"), shortEdge(60));
  for (const points of [1_000, 3_000]) writeFileSync(join(folder, `edge${points}.yaml`), quickEdge(points));
  writeFileSync(join(folder, "heavy.yaml"), heavySweep(SMALL));
  writeFileSync(join(folder, "wide.yaml"), wideSweep(SMALL));
  const rows = SWEEPS.map(([title, description, workers]) => {
    const place = description === "tones.yaml" ? trained : folder;
    const { predictedMib, peakMib } = sweepMemory(place, description, workers);
    const row = [title, workers, `${predictedMib.toFixed(0)} MiB`, `${peakMib.toFixed(0)} MiB`, (peakMib / predictedMib).toFixed(2)];
    console.log(row.join("  "));
    rmSync(join(place, `${description.replace(".yaml", "")}.db`));
    return row;
  });
  const text = markdownTable(["sweep", "workers", "predicted", "measured peak", "measured / predicted"], rows);
  writePassage({ page: "docs/robustness.md", mark: "memory", text });
} finally {
  for (const made of [folder, trained]) rmSync(made, { recursive: true });
}
