/** A changed byte in a closed database is harmless, healed or refused. `scripts/damage-study.ts` is the long form. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createRng } from "../../base/rng.js";
import { cases } from "../cases.js";
import { usualAndLong } from "../usual.js";
import { continued, Damages, returned, writeEditions, writeSound } from "./damage.js";

const folder = mkdtempSync(join(tmpdir(), "damage-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const SEED = 7;

for (const [some, options] of usualAndLong(
  [
    [cases(24), "the same sweep", writeSound, continued],
    [cases(24), "a sweep and a merge that return to the inputs of an older edition", writeEditions, returned],
  ],
  ([, what]) => what === "the same sweep",
))
  test.each(some)(
    `M6: of %i single changed bytes none is silent, for readers and for %s (seed ${SEED})`,
    { ...options, timeout: 120_000 },
    async (count, what, write, resume) => {
      const sound = join(folder, `${what}.db`);
      await write(sound);
      const damages = await Damages.of(sound, join(folder, "victim.db"), resume);
      const rng = createRng(SEED, "damage");
      const counts = { noticed: 0, healed: 0 };
      for (let i = 0; i < count; i++) {
        const { what, reading, resuming } = await damages.trial(rng);
        expect([what, reading, resuming]).not.toContain("silent");
        if (reading === "refused") counts.noticed++;
        if (resuming === "healed") counts.healed++;
      }
      console.log(`${what}, seed ${SEED}: ${counts.noticed} of ${count} noticed by readers, ${counts.healed} healed by the sweep`);
      expect(counts.noticed).toBeGreaterThan(0);
      expect(counts.healed).toBeGreaterThan(0);
    },
  );
