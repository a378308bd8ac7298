/** A real terminal for tests: one tmux server a test file, driven by keys, read as text. */
import { execFileSync, spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

export const hasTmux = spawnSync("tmux", ["-V"]).status === 0;

export class Terminal {
  private static count = 0;
  /** A server of its own each start: one that is still going down is not met again. */
  private socket = "";

  private tmux(...parameters: readonly string[]): string {
    return execFileSync("tmux", ["-L", this.socket, "-u", ...parameters], { encoding: "utf8" });
  }

  /** Runs `command` in a shell that says `ended <code>` afterwards and stays. */
  start(command: string, folder: string, columns: number, rows: number, environment = "export LANG=C.UTF-8; unset CI NO_COLOR"): void {
    Terminal.count += 1;
    this.socket = `snn-dse-test-${process.pid}-${Terminal.count}`;
    const shell = `cd '${folder}'; ${environment}; ${command}; echo "ended $?"; exec sleep 600`;
    this.tmux("new-session", "-d", "-s", "t", "-x", String(columns), "-y", String(rows), shell);
  }

  press(...keys: readonly string[]): void {
    this.tmux("send-keys", "-t", "t", ...keys);
  }

  /** Text as it is, not as key names. */
  type(text: string): void {
    this.tmux("send-keys", "-t", "t", "-l", text);
  }

  resize(columns: number, rows: number): void {
    this.tmux("resize-window", "-t", "t", "-x", String(columns), "-y", String(rows));
  }

  screen(): string {
    return this.tmux("capture-pane", "-p", "-t", "t");
  }

  /** The screen and everything that scrolled off it. */
  history(): string {
    return this.tmux("capture-pane", "-p", "-S", "-", "-t", "t");
  }

  /** A fact of the terminal, e.g. `alternate_on`. */
  fact(name: string): string {
    return this.tmux("display-message", "-p", "-t", "t", `#{${name}}`).trim();
  }

  /** Process id of the program that runs in the shell. */
  programPid(): number {
    const shell = this.fact("pane_pid");
    return Number(execFileSync("pgrep", ["-P", shell], { encoding: "utf8" }).trim().split("\n")[0]);
  }

  /**
   * Waits until the screen matches, on a machine however busy; not for a program that has ended. @throws with the last
   * screen.
   */
  async until(pattern: RegExp, seconds = 120): Promise<string> {
    const endMs = Date.now() + seconds * 1000;
    for (;;) {
      const screen = this.screen();
      if (pattern.test(screen)) return screen;
      if (/^ended \d+$/m.test(screen)) throw new Error(`the program ended before ${pattern} appeared; the screen:\n${screen}`);
      if (Date.now() > endMs) throw new Error(`${pattern} did not appear within ${seconds} s; the screen:\n${screen}`);
      await sleep(20);
    }
  }

  close(): void {
    spawnSync("tmux", ["-L", this.socket, "kill-server"]);
  }
}
