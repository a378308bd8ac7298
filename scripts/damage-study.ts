/**
 * Single changed bytes in closed databases: none stays unnoticed. Prints the outcomes. npx tsx scripts/damage-study.ts
 * [count] [seed]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRng } from "../base/rng.js";
import { continued, Damages, writeSound } from "../test/faults/damage.js";

const [count, seed] = [Number(process.argv[2] ?? 2000), Number(process.argv[3] ?? 1)];
const folder = mkdtempSync(join(tmpdir(), "damage-study-"));
const sound = join(folder, "sound.db");
await writeSound(sound);
const damages = await Damages.of(sound, join(folder, "victim.db"), continued);
const rng = createRng(seed, "damage study");
const tables = new Map<string, Map<string, number>>();
let silent = 0;
for (let i = 0; i < count; i++) {
  const { what, reading, resuming } = await damages.trial(rng);
  const [table] = what.split(",") as [string];
  const outcomes = tables.get(table) ?? new Map<string, number>();
  const outcome = `read ${reading}, resumed ${resuming}`;
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  tables.set(table, outcomes);
  if (reading !== "silent" && resuming !== "silent") continue;
  silent++;
  console.log(`silent: ${what}: ${outcome}`);
}
rmSync(folder, { recursive: true });
for (const [table, outcomes] of [...tables].sort()) console.log(`${table}: ${[...outcomes].map(([name, n]) => `${n} ${name}`).join("; ")}`);
console.log(`${count} damages, seed ${seed}: ${silent} silent`);
process.exitCode = silent === 0 ? 0 : 1;
