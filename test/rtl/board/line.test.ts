/** The board's receiver takes the sound bytes of a disturbed line, in Icarus Verilog. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../../base/package-root.js";
import { versionOf } from "../../../rtl/index.js";

const absent = versionOf("iverilog") === null;

test.skipIf(absent)(
  `a line of random bytes up to 3 % off, disturbances, bytes without a stop bit and breaks gives the sound bytes in order${absent ? " (skipped: Icarus Verilog is absent)" : ""}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), "line-"));
    const program = join(folder, "line.vvp");
    try {
      const sources = ["test/rtl/board/uart_tb.sv", "rtl/board/uart_rx.sv"].map((name) => join(packageRoot(), name));
      const sizes = ["-Puart_tb.BAUD=9", "-Puart_tb.EVENTS=250"];
      const built = spawnSync("iverilog", ["-g2012", "-s", "uart_tb", ...sizes, "-o", program, ...sources], { encoding: "utf8" });
      expect(built.stderr).toBe("");
      const { stdout } = spawnSync("vvp", ["-n", program], { encoding: "utf8" });
      const found = /^RESULT line (\d+) of (\d+) bytes, 0 wrong; (\d+) of (\d+) broken; (\d+) disturbances, (\d+) back to back$/m.exec(
        stdout,
      );
      const [come, given, broken, breaks, disturbances, close] = (found ?? []).slice(1).map(Number);
      expect([come, broken], stdout).toEqual([given, breaks]);
      for (const drawn of [given, breaks, disturbances, close]) expect(drawn).toBeGreaterThan(20);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
