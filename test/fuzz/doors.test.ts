/**
 * Whatever a database, a file or a queue names, no control character and no markup leaves. `npx tsx
 * scripts/fuzz-doors.ts` is the long form.
 */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { shellWord } from "../../base/escape/shell.js";
import { DOORS } from "./doors.js";
import { KINDS } from "./hostile-study.js";
import { SEED } from "./run.js";
import { runDoor } from "./run-doors.js";

const CASES = 40;

test.each(DOORS.map((door) => [door.name, door] as const))("M1, M2, L13: %s lets nothing hostile out", async (name, door) => {
  const drawn = await runDoor(door, 0, CASES - 1);
  console.log(`${name}: seed ${SEED}, ${CASES} studies, ${[...drawn].map(([kind, count]) => `${count} ${kind}`).join(", ")}`);
  for (const kind of KINDS) expect(drawn.get(kind) ?? 0, kind).toBeGreaterThan(0);
});

test("a real shell takes a hostile name for one word, and runs nothing of it", () => {
  const names = ["$(id)", "`id`", "';id;'", "a b", "x\\", "*", "~", "#", "a=b", "-n", "-a b", "!!"];
  const said = execFileSync("sh", ["-c", `printf '%s\\n' ${names.map(shellWord).join(" ")}`], { encoding: "utf8" });
  // a name that begins with a hyphen would be an option: it gets its folder
  expect(said).toBe(`${names.map((name) => name.replace(/^-/, "./-")).join("\n")}\n`);
});
