/** What a message says to set can be typed after `--set`: its path is one of a description. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { settablePaths } from "../../app/settable-paths.js";
import { packageRoot } from "../../base/package-root.js";

/** Parts of messages that a program fills in, and one text that it writes there. */
const FILLED: readonly (readonly [part: string, text: string])[] = [["$" + "{name}_memory", "synapse_memory"]];

/** Keys of coupled chips, of a macro that the message has named, and prices, which `--set` does not complete. */
const ELSEWHERE = new Set(["workload.synthetic", "word_bits", "prices.die_link_leakage_mw", "prices.dram_background_mw"]);

test("each path that a message in arch, sim or rtl says to set is a path of a description", () => {
  const known = new Set(settablePaths().map(({ path }) => path));
  const parents = new Set([...known].flatMap((path) => path.split(".").map((_, i, parts) => parts.slice(0, i).join("."))));
  const named = ["arch", "sim", "rtl"].flatMap((folder) =>
    readdirSync(join(packageRoot(), folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".as.ts"))
      .flatMap((file) => {
        const source = FILLED.reduce(
          (text, [part, value]) => text.replaceAll(part, value),
          readFileSync(join(packageRoot(), folder, file), "utf8"),
        );
        const literals = source.match(/"[^"\n]*"|`[^`]*`/g) ?? [];
        return literals.flatMap((text) =>
          [
            ...text.matchAll(
              /\b(?:set|use) (?:an? )?(?:longer |larger |smaller |fewer |higher )?([a-z_]+(?:\.[a-z_0-9]+)*)(?=: |, |\.[a-z]|[`"]| or )/g,
            ),
          ].map(([, path]) => path),
        );
      })
      .filter((path) => path.includes(".") || path.includes("_")),
  );
  expect(named.length).toBeGreaterThan(20);
  expect([...new Set(named)].filter((path) => !known.has(path) && !parents.has(path) && !ELSEWHERE.has(path))).toEqual([]);
});
