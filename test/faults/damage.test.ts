/** A changed byte in a closed database is harmless, healed or refused. `scripts/damage-study.ts` is the long form. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createRng } from "../../base/rng.js";
import { Damages, writeSound } from "./damage.js";

const folder = mkdtempSync(join(tmpdir(), "damage-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [SEED, COUNT] = [7, 60];

test(`M6: of ${COUNT} single changed bytes none is silent, for readers and for the same sweep (seed ${SEED})`, async () => {
  const sound = join(folder, "sound.db");
  await writeSound(sound);
  const damages = new Damages(sound, join(folder, "victim.db"));
  const rng = createRng(SEED, "damage");
  const counts = { noticed: 0, healed: 0 };
  for (let i = 0; i < COUNT; i++) {
    const { what, reading, resuming } = await damages.trial(rng);
    expect([what, reading, resuming]).not.toContain("silent");
    if (reading === "refused") counts.noticed++;
    if (resuming === "healed") counts.healed++;
  }
  console.log(`seed ${SEED}: ${counts.noticed} of ${COUNT} noticed by readers, ${counts.healed} healed by the sweep`);
  expect(counts.noticed).toBeGreaterThan(5);
  expect(counts.healed).toBeGreaterThan(0);
}, 120_000);
