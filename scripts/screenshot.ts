/**
 * Takes a picture of the real dashboard: runs `snn-dse sweep` in a tmux terminal, waits for a text, presses keys, and
 * draws the screen as SVG.
 *
 *   npx tsx scripts/screenshot.ts [--out docs/images/dashboard.svg] [--until REGEX] [--keys "Down Down"] [--size
 * 110x34] [-- snn-dse arguments]
 *
 * Needs tmux and a built program (`npm run build`). The sweep writes into a temporary folder and is stopped after the
 * picture.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { packageRoot } from "../base/package-root.js";
import { svgOfScreen } from "./ansi-svg.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: "string", default: "docs/images/dashboard.svg" },
    until: { type: "string", default: "[6-9]\\d\\.\\d %" },
    keys: { type: "string", default: "" },
    size: { type: "string", default: "110x34" },
    title: { type: "string", default: "The snn-dse dashboard during a sweep" },
  },
});
const out = resolve(values.out);
const [columns = "110", rows = "34"] = values.size.split("x");
const folder = mkdtempSync(join(tmpdir(), "snn-dse-screen-"));
const socket = `snn-dse-screen-${process.pid}`;
const tmux = (...parameters: readonly string[]): string => execFileSync("tmux", ["-L", socket, "-u", ...parameters], { encoding: "utf8" });
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const program = join(packageRoot(), "dist", "main.js");
const command = positionals.length > 0 ? positionals : ["sweep", join(packageRoot(), "arch/examples/edge.yaml")];
const line = [process.execPath, program, ...command].map(quoted).join(" ");
try {
  const shell = `cd ${quoted(folder)}; export LANG=C.UTF-8; unset CI NO_COLOR; ${line}; sleep 600`;
  tmux("new-session", "-d", "-s", "screen", "-x", columns, "-y", rows, shell);
  const until = new RegExp(values.until);
  for (let tries = 0; !until.test(tmux("capture-pane", "-p", "-t", "screen")); tries++) {
    if (tries > 3000) throw new Error(`${until} did not appear within 5 minutes`);
    await sleep(100);
  }
  for (const key of values.keys.split(" ").filter((name) => name !== "")) {
    tmux("send-keys", "-t", "screen", key);
    await sleep(1000);
  }
  if (tmux("display-message", "-p", "-t", "screen", "#{alternate_on}").trim() !== "1")
    throw new Error("the dashboard had ended before the picture: take an earlier --until, or more points");
  const screen = tmux("capture-pane", "-e", "-p", "-t", "screen").trimEnd();
  mkdirSync(dirname(out), { recursive: true });
  const svg = svgOfScreen(screen, values.title);
  writeFileSync(out, svg);
  console.log(`wrote ${out}, ${svg.length} bytes`);
  tmux("send-keys", "-t", "screen", "Q");
  await sleep(1500);
} finally {
  tmux("kill-server");
  rmSync(folder, { recursive: true, force: true });
}
