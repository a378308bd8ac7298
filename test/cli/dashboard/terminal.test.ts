import { describe, expect, test } from "vitest";
import { program } from "../small-sweep.js";
import { Terminal } from "../tmux.js";
import { expectRestored, expectWholeResults, folder, hindrance, PATIENT, startSweep, terminal } from "./terminal-sweep.js";

describe.skipIf(hindrance !== "")("the dashboard in a terminal", PATIENT, () => {
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
    // The front may shrink to one point while the running ones end; the table of all points only grows, and has an
    // infeasible one as well.
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
    await terminal.until(/Pareto/);
    terminal.press("a");
    await terminal.until(/front: \d+ point/);
    terminal.press("e", "c");
    await terminal.until(/wrote small-front\.csv: \d+ points/);
    terminal.press("c");
    await terminal.until(/copied: snn-dse sim small\.yaml --set/);
    terminal.press("?");
    await terminal.until(/one worker more, one fewer/);
    terminal.press("Escape");
    await terminal.until(/Pareto/);
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
    await terminal.until(/Pareto/); // Escape and Tab in one read would be Alt and Tab
    terminal.press("Tab", "Enter");
    await terminal.until(/events, newest first/);
    terminal.press("Escape");
    await terminal.until(/Pareto/);
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

  test("attach shows a running sweep from another terminal, steers nothing, and leaves it running; afterwards it browses what was found", {
    tags: ["long"],
  }, async () => {
    startSweep(5000, 80, 24);
    await terminal.until(/front: [1-9]/);
    const watcher = new Terminal();
    try {
      watcher.start(`'${process.execPath}' '${program}' attach small.db`, folder, 100, 30);
      const shown = Number(/ok (\d+)/.exec(await watcher.until(/RUNNING/))?.[1]);
      await watcher.until(new RegExp(`ok (?!${shown}\\b)\\d+`));
      watcher.press("p");
      await watcher.until(/only the terminal of the sweep/);
      watcher.press("q");
      expect(await watcher.until(/ended 0/)).toMatch(/hypervolume[\s\S]*Next:[\s\S]*snn-dse pareto small\.db/);
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
});
