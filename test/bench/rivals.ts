/**
 * `npm run bench -- rivals DIR`: SANA-FE (`DIR/sim`) and BookSim 2 (`DIR/booksim`), built by the user, beside this
 * program on the same generated files. A program that is not there is left out. Ratios are of processor time, above 1
 * where ours takes less; runs take turns.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { benchmark } from "./harness/program.js";
import { bookSimRows, sanafeRows, type TimeModels } from "./harness/rivals.js";
import { SANAFE_CASES } from "./harness/sanafe-pair.js";
import { stepsFor } from "./harness/sanafe-speed.js";

const MODELS: TimeModels = [
  { theirs: "simple", ours: ["--time", "simple"], target: 5 },
  { theirs: "detailed", ours: ["--time", "detailed"], target: 10 },
  { theirs: "cycle", ours: ["--time", "flit"], target: 20 },
];
const MESHES = [
  { size: 8, flits: 4, rate: 0.1, cycles: 40_000 },
  { size: 8, flits: 4, rate: 0.3, cycles: 40_000 },
  { size: 16, flits: 4, rate: 0.15, cycles: 8_000 },
];

await benchmark(import.meta.url, async () => {
  const folder = process.argv[2];
  if (folder === undefined) {
    console.log("no folder with other programs was named: left out");
    return [];
  }
  const scratch = mkdtempSync(join(tmpdir(), "snn-dse-rivals-"));
  const work = { folder, scratch, repeats: { warmUps: 0, runs: 3 } };
  try {
    const sanafe = await sanafeRows(work, SANAFE_CASES, MODELS, stepsFor);
    const bookSim = await bookSimRows(work, MESHES);
    if (sanafe === null) console.log(`${folder} has no sim: SANA-FE is left out`);
    if (bookSim === null) console.log(`${folder} has no booksim: BookSim is left out`);
    return [...(sanafe ?? []), ...(bookSim ?? [])];
  } finally {
    rmSync(scratch, { recursive: true });
  }
});
