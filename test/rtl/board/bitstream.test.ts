/** The three commands make a bitstream of the board's top level. */
// @module-tag slow
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../../base/package-root.js";
import { emit, versionOf, writeChip } from "../../../rtl/index.js";
import { randomCore } from "../random-cores.js";

const absent = (["yosys", "nextpnr", "ecppack"] as const).some((name) => versionOf(name) === null);

/** Replaces the chip, so that the test takes seconds: it answers each step with a feature. */
const ECHO = `  always_ff @(posedge clk) begin
    start <= go;
    finished <= !rst && !go && (finished || start);
    frame_ask <= start;
    frame_neuron <= '0;
    wave <= wave + 1'b1;
    score_valid <= '1;
    score_class <= '0;
    scores <= frame_values;
  end
endmodule
`;

test.skipIf(absent)(
  `pins, clock and line of a ULX3S become a bitstream${absent ? " (skipped: a tool is absent)" : ""}`,
  { tags: ["long"] },
  () => {
    const chip = join(mkdtempSync(join(tmpdir(), "bitstream-")), "chip");
    try {
      const { files, expected } = emit(randomCore(7));
      const head = /^module chip[\s\S]*?^\);\n/m.exec(files["chip.sv"])?.[0] ?? "";
      writeChip(chip, files, expected, "bitstream");
      writeFileSync(join(chip, "chip.sv"), `${head}${ECHO}`);
      const { status, stdout, stderr } = spawnSync("bash", [join(packageRoot(), "scripts/rtl-bitstream.sh"), chip], { encoding: "utf8" });
      expect(status, stderr.slice(-500)).toBe(0);
      const slowest = Math.min(...[...stdout.matchAll(/: ([\d.]+) MHz/g)].map(([, mhz]) => Number(mhz)));
      expect(slowest).toBeGreaterThan(12.5);
      expect(stdout).toMatch(/board\.clk': [\d.]+ MHz \(PASS at 12\.50 MHz\)/);
      expect(readFileSync(join(chip, "ulx3s.bit")).length).toBeGreaterThan(50_000);
    } finally {
      rmSync(dirname(chip), { recursive: true });
    }
  },
);
