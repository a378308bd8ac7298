/** The claims of test files and their outcomes; every test's title is a claim. Effects: runs vitest. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../base/package-root.js";
import { markdownTable } from "./markdown.js";

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly title: string; readonly status: "passed" | "failed" | "pending" | "skipped" | "todo" }[];
  }[];
}

const RESULT = {
  passed: "holds",
  failed: "**fails**",
  pending: "not run: data absent",
  skipped: "not run: data absent",
  todo: "**fails**",
};

export interface Claims {
  readonly table: string;
  /** How many of the claims hold. */
  readonly summary: string;
}

/** The claims of the tests in `files`, and whether they hold. Throws if vitest wrote no report. */
export function claimsOf(files: readonly string[]): Claims {
  const folder = mkdtempSync(join(tmpdir(), "claims-"));
  try {
    const out = join(folder, "report.json");
    const run = spawnSync("npx", ["vitest", "run", ...files, "--reporter=json", `--outputFile=${out}`], {
      cwd: packageRoot(),
      encoding: "utf8",
    });
    if (run.error !== undefined) throw run.error;
    const report = JSON.parse(readFileSync(out, "utf8")) as Report;
    const claims = report.testResults.flatMap((file) => file.assertionResults);
    const held = claims.filter((claim) => claim.status === "passed").length;
    return {
      table: markdownTable(
        ["claim", "result"],
        claims.map((claim) => [claim.title, RESULT[claim.status]]),
      ),
      summary: `${held} of ${claims.length} claims hold`,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
