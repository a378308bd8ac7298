/** The real program in a real terminal (tmux): however it ends, the terminal is restored and the results are whole. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../../base/package-root.js";
import { Store } from "../../../sweeps/index.js";
import { program } from "../small-sweep.js";
import { expectRestored, expectWholeResults, folder, hindrance, PATIENT, startSweep, terminal } from "./terminal-sweep.js";

describe.skipIf(hindrance !== "")("ways out of the dashboard", PATIENT, () => {
  test("q lets running points end, and the same command continues without running a point twice", async () => {
    startSweep(5000, 100, 30);
    await terminal.until(/front: [1-9]/);
    terminal.press("q");
    await expectRestored(130);
    const done = expectWholeResults();
    expect(done).toBeGreaterThan(0);
    terminal.close();
    terminal.start(`'${process.execPath}' '${program}' sweep small.yaml --resume`, folder, 100, 30);
    // the number rises while the search is told what is stored
    const stored = (): number => Number(/\((\d+) of them stored before\)/.exec(terminal.screen())?.[1] ?? 0);
    await expect.poll(stored, { timeout: 120_000 }).toBeGreaterThanOrEqual(done);
    terminal.press("C-c");
    await expectRestored(130);
    expect(expectWholeResults()).toBeGreaterThanOrEqual(done);
  });

  test("SIGTERM from outside restores the terminal and keeps the results", async () => {
    startSweep(5000, 100, 30);
    await terminal.until(/front: [1-9]/);
    process.kill(terminal.programPid(), "SIGTERM");
    await expectRestored(130);
    expect(expectWholeResults()).toBeGreaterThan(0);
  });

  test("without unicode and colour the same dashboard is plain ASCII, and SIGINT from outside ends it cleanly", {
    tags: ["long"],
  }, async () => {
    startSweep(5000, 100, 30, "export LC_ALL=C NO_COLOR=1; unset CI LANG");
    const screen = await terminal.until(/front: [1-9]/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is about control characters
    expect(screen).toMatch(/^[\x0a\x20-\x7e]*$/);
    expect(screen).toContain("+- Pareto");
    process.kill(terminal.programPid(), "SIGINT");
    await expectRestored(130);
  });

  test("a lost terminal ends the sweep like any signal: the session is closed, the results are whole", { tags: ["long"] }, async () => {
    startSweep(5000, 100, 30);
    await terminal.until(/front: [1-9]/);
    const pid = terminal.programPid();
    terminal.close();
    await expect.poll(() => isRunning(pid), { timeout: 120_000 }).toBe(false);
    // The failing writes must not end the program before it has closed its session.
    expect(readFileSync(join(folder, "errors.txt"), "utf8")).not.toContain("standard output");
    expect(expectWholeResults()).toBeGreaterThan(0);
    const store = Store.read(join(folder, "small.db"));
    expect(store.query("SELECT ended_at FROM session ORDER BY id DESC LIMIT 1")[0]?.ended_at).not.toBeNull();
    store.close();
  });

  test("a defect of the view gives the terminal back and says what broke, and a defect elsewhere is printed where it can be read", {
    tags: ["long"],
  }, async () => {
    const script = join(packageRoot(), "test/cli/dashboard/broken-view.ts");
    for (const [kind, code] of [
      ["view", 0],
      ["program", 1],
    ] as const) {
      terminal.start(`'${process.execPath}' --import tsx '${script}' ${kind}`, packageRoot(), 100, 30);
      await terminal.until(new RegExp(`ended ${code}\\b`));
      expect(terminal.fact("alternate_on")).toBe("0");
      expect(terminal.fact("cursor_flag")).toBe("1");
      expect(terminal.history()).toContain(kind === "view" ? "told of the defect" : "a defect of the program");
      terminal.close();
    }
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
