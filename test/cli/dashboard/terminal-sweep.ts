/** A small sweep under its dashboard in a real terminal (tmux), and what is true when it has ended. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect } from "vitest";
import { Store } from "../../../sweeps/index.js";
import { isBuilt, program, sweepFolder } from "../small-sweep.js";
import { hasTmux, Terminal } from "../tmux.js";

/** Why no terminal is driven here; empty: it is. */
export const hindrance = !hasTmux ? "tmux is not installed" : !isBuilt ? "dist is not built" : "";
if (hindrance !== "") console.log(`terminal tests skipped: ${hindrance}`);

/**
 * Each wait has its own limit, which only a defect reaches; together they may take long where the machine is busy. So
 * there is nothing to try again.
 */
export const PATIENT = { timeout: 600_000, retry: 0 };

export const terminal = new Terminal();
/** Of the sweep that runs or ran. */
export let folder = "";

afterEach(() => {
  terminal.close();
  if (folder !== "") rmSync(folder, { recursive: true, force: true });
  folder = "";
});

export function startSweep(budget: number, columns: number, rows: number, environment?: string): void {
  folder = sweepFolder(budget);
  terminal.start(`'${process.execPath}' '${program}' sweep small.yaml --workers 1 2>errors.txt`, folder, columns, rows, environment);
}

/** The terminal is as it was: normal screen, visible cursor, no raw mode (the shell echoes), summary above. */
export async function expectRestored(code: number): Promise<void> {
  await terminal.until(new RegExp(`ended ${code}\\b`));
  expect(terminal.fact("alternate_on")).toBe("0");
  expect(terminal.fact("cursor_flag")).toBe("1");
  const history = terminal.history();
  expect(history).toContain("snn-dse pareto small.db");
  expect(history).not.toContain("q quit");
}

/** No point is half stored, and none counts as running once the next session looks. */
export function expectWholeResults(): number {
  const store = Store.read(join(folder, "small.db"));
  let done = 0;
  for (const point of store.points()) {
    if (point.state !== "done") continue;
    done += 1;
    expect(store.result(point.id)?.metrics.latency_us).toBe(point.metrics?.latency_us);
  }
  store.close();
  return done;
}
