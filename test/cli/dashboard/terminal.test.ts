/** The real program in a real terminal (tmux): every key, resize, each way out; the terminal comes back and the results are whole. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { packageRoot } from "../../../base/package-root.js";
import { Store } from "../../../sweeps/index.js";
import { isBuilt, program, sweepFolder } from "../small-sweep.js";
import { hasTmux, Terminal } from "../tmux.js";

const reason = !hasTmux ? "tmux is not installed" : !isBuilt ? "dist is not built" : "";
if (reason !== "") console.log(`terminal tests skipped: ${reason}`);

const terminal = new Terminal();
let folder = "";

afterEach(() => {
  terminal.close();
  if (folder !== "") rmSync(folder, { recursive: true, force: true });
  folder = "";
});

function startSweep(budget: number, columns: number, rows: number, environment?: string): void {
  folder = sweepFolder(budget);
  terminal.start(`'${process.execPath}' '${program}' sweep small.yaml 2>errors.txt`, folder, columns, rows, environment);
}

/** The terminal is as it was: normal screen, visible cursor, no raw mode (the shell echoes), summary above. */
async function expectRestored(code: number): Promise<void> {
  await terminal.until(new RegExp(`ended ${code}\\b`));
  expect(terminal.fact("alternate_on")).toBe("0");
  expect(terminal.fact("cursor_flag")).toBe("1");
  const history = terminal.history();
  expect(history).toContain("snn-dse pareto small.db");
  expect(history).not.toContain("q quit");
}

/** No point is half stored, and none counts as running once the next session looks. */
function expectWholeResults(): number {
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

// Each wait has its own limit, which only a defect reaches; together they may take long where the machine is busy. So there is nothing to try again.
describe.skipIf(reason !== "")("the dashboard in a terminal", { timeout: 600_000, retry: 0 }, () => {
  test("a sweep runs to its end, leaves the normal screen with its summary, and exits 0", async () => {
    startSweep(12, 100, 30);
    await terminal.until(/Pareto/);
    expect(terminal.fact("alternate_on")).toBe("1");
    await expectRestored(0);
    expect(expectWholeResults()).toBeGreaterThan(0);
    expect(terminal.history()).toContain("FINISHED");
  });

  test("keys move, sort, filter, explain and change axes, at 120 x 40, 80 x 24 and below", async () => {
    startSweep(5000, 120, 40);
    await terminal.until(/infeasible [1-9]/);
    await terminal.until(/front: [1-9]/);
    terminal.press("p");
    await terminal.until(/PAUSED/);
    // The front may shrink to one point while the running ones end; the table of all points only grows, and has an infeasible one as well.
    terminal.press("a");
    await terminal.until(/all points: \d+/);
    terminal.press("Down");
    await terminal.until(/>[ *] *#\d+/);
    terminal.press("x");
    await terminal.until(/area \(mm²\)|accuracy \(%\)|step latency|latency std|edp/);
    terminal.press("X");
    await terminal.until(/latency \(µs\)/);
    terminal.press("l");
    await terminal.until(/latency \(µs\), min, log/);
    terminal.press("Enter");
    await terminal.until(/point #\d+/);
    await terminal.until(/2 x 2 mesh, busy share of cycles/);
    await terminal.until(/energy of an inference: \d/);
    await terminal.until(/state memory writes .* %/);
    const first = /point (#\d+)/.exec(terminal.screen())?.[1];
    terminal.press("Right");
    await terminal.until(new RegExp(`point (?!${first}\\b)#\\d+`));
    terminal.press("Escape");
    await terminal.until(/Pareto/);
    terminal.press("h");
    await terminal.until(/front \d+ of \d+ results/);
    terminal.press("Escape");
    terminal.press("a");
    await terminal.until(/front: \d+ point/);
    terminal.press("e", "c");
    await terminal.until(/wrote small-front\.csv: \d+ points/);
    terminal.press("c");
    await terminal.until(/copied: snn-dse sim small\.yaml --set/);
    terminal.press("?");
    await terminal.until(/one worker more, one fewer/);
    terminal.press("Escape");
    terminal.press("f");
    await terminal.until(/Enter apply/);
    terminal.type("latency_us < 1");
    terminal.press("Enter");
    await terminal.until(/no point passes the filter/);
    terminal.press("f");
    for (let i = 0; i < 14; i++) terminal.press("BSpace");
    terminal.press("Enter");
    await terminal.until(/front: [1-9]\d* point/);
    terminal.press("Tab");
    await terminal.until(/> infeasible and failed/);
    terminal.press("Enter");
    await terminal.until(/points? infeasible, last #/);
    await terminal.until(/no single setting stands out|settings where it happens more often/);
    terminal.press("Escape");
    terminal.press("Tab", "Enter");
    await terminal.until(/events, newest first/);
    terminal.press("Escape");
    terminal.press("s");
    await terminal.until(/latency µs\+/);
    terminal.press("+");
    await terminal.until(/workers \d\/[23]/);
    terminal.resize(80, 24);
    const small = await terminal.until(/\? help/);
    expect(small).toMatch(/q quit .* \? help/s);
    expect(small.split("\n").every((line) => [...line].length <= 80)).toBe(true);
    await terminal.until(/workers \d/);
    terminal.resize(60, 12);
    await terminal.until(/q quit {2}Q now {2}p pause {2}Enter detail/);
    terminal.resize(120, 40);
    await terminal.until(/hypervolume, sampler/);
    terminal.press("p");
    await terminal.until(/RUNNING/);
    terminal.press("Q");
    await expectRestored(130);
    expectWholeResults();
  });

  test("q lets running points end, and the same command continues without running a point twice", async () => {
    startSweep(5000, 100, 30);
    await terminal.until(/front: [1-9]/);
    terminal.press("q");
    await expectRestored(130);
    const done = expectWholeResults();
    expect(done).toBeGreaterThan(0);
    terminal.close();
    terminal.start(`'${process.execPath}' '${program}' sweep small.yaml --resume`, folder, 100, 30);
    const screen = await terminal.until(/cached [1-9]\d*/);
    expect(Number(/cached (\d+)/.exec(screen)?.[1])).toBeGreaterThanOrEqual(done);
    terminal.press("C-c");
    await expectRestored(130);
    expect(expectWholeResults()).toBeGreaterThanOrEqual(done);
  });

  test("SIGTERM from outside gives the terminal back and keeps the results", async () => {
    startSweep(5000, 100, 30);
    await terminal.until(/front: [1-9]/);
    process.kill(terminal.programPid(), "SIGTERM");
    await expectRestored(130);
    expect(expectWholeResults()).toBeGreaterThan(0);
  });

  test("without unicode and colour the same dashboard is plain ASCII, and SIGINT from outside ends it cleanly", async () => {
    startSweep(5000, 100, 30, "export LC_ALL=C NO_COLOR=1; unset CI LANG");
    const screen = await terminal.until(/front: [1-9]/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is about control characters
    expect(screen).toMatch(/^[\x0a\x20-\x7e]*$/);
    expect(screen).toContain("+- Pareto");
    process.kill(terminal.programPid(), "SIGINT");
    await expectRestored(130);
  });

  test("attach shows a running sweep from another terminal, steers nothing, and leaves it running; afterwards it browses what was found", async () => {
    startSweep(5000, 80, 24);
    await terminal.until(/front: [1-9]/);
    const watcher = new Terminal();
    try {
      watcher.start(`'${process.execPath}' '${program}' attach small.db`, folder, 100, 30);
      const shown = Number(/ok (\d+)/.exec(await watcher.until(/RUNNING/))?.[1]);
      await watcher.until(new RegExp(`ok (?!${shown}\\b)\\d+`));
      watcher.press("p");
      await watcher.until(/steered where it runs/);
      watcher.press("q");
      await watcher.until(/ended 0/);
      expect(watcher.fact("alternate_on")).toBe("0");
      expect(terminal.screen()).toMatch(/RUNNING/);
      terminal.press("q");
      await expectRestored(130);
      watcher.close();
      watcher.start(`'${process.execPath}' '${program}' attach small.db`, folder, 100, 30);
      await watcher.until(/STOPPED/);
      watcher.press("Enter");
      await watcher.until(/energy of an inference/);
      watcher.press("Escape");
      await watcher.until(/Pareto/);
      watcher.press("C-c");
      await watcher.until(/ended 0/);
    } finally {
      watcher.close();
    }
    expectWholeResults();
  });

  test("a terminal that goes away ends the sweep as any signal does: the session is closed, the results are whole", async () => {
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

  test("a defect of the view gives the terminal back and says what broke, and a defect elsewhere is printed where it can be read", async () => {
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
