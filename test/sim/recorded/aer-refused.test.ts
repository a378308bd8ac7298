/** Cases of ODIN and tinyODIN that switch on what the models do not have are refused with the register's name. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../../base/package-root.js";
import { conformCase } from "../../../sim/recorded/conform.js";
import { recordedChip } from "../../../sim/recorded/shipped-chip.js";

function caseWith(design: "odin" | "tinyodin", name: string, settings: { readonly [name: string]: number }): Map<string, string> {
  const folder = join(packageRoot(), "test", "conformance", design, "cases", name);
  const files = new Map(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]));
  return files.set("case.json", JSON.stringify({ ...JSON.parse(files.get("case.json") as string), ...settings }));
}

test.each([
  ["gate_activity", { gate_activity: 1 }, "gate_activity is 1, expected 0: access to the memories over SPI is not modelled"],
  ["SPI_OUT_AER_MONITOR_EN", { SPI_OUT_AER_MONITOR_EN: 1 }, "SPI_OUT_AER_MONITOR_EN is 1, expected 0: the monitoring mode is not modelled"],
  [
    "monitor_neur_addr",
    { monitor_neur_addr: 3, aer_src_ctrl_nneur: 1 },
    "monitor_neur_addr is 3, expected 0: output by event at another neuron than 0 is not modelled",
  ],
])("ODIN: a case that sets %s is refused", (_, settings, message) => {
  expect(() => conformCase(recordedChip("odin"), caseWith("odin", "closed_bist", settings))).toThrow(message);
});

test("tinyODIN: a case that gates the activity is refused", () => {
  const files = caseWith("tinyodin", "tiny_percycle", { gate_activity: 1 });
  expect(() => conformCase(recordedChip("tinyodin"), files)).toThrow("gate_activity is 1, expected 0");
});

test("ODIN: registers without effect on LIF neurons, or at 0, do not stop a case", () => {
  // scheduler.v: a spike with no burst goes only to the main queue, whatever the time base of bursts;
  // controller.v: the monitored neuron counts only if events cause the output, aer_out.v: or in the monitoring mode
  const settings = { burst_timeref: 1000, monitor_neur_addr: 3, monitor_syn_addr: 9, out_aer_monitor_en: 0, gate_activity: 0 };
  expect(conformCase(recordedChip("odin"), caseWith("odin", "closed_bist", settings)).firstDifference).toBeNull();
});

test("ODIN: an Izhikevich neuron is refused with its row, a column of LIF neurons is taken", () => {
  const files = caseWith("odin", "closed_bist", {});
  const [header, ...rows] = (files.get("neur_init.csv") as string).trimEnd().split("\n");
  const withBits = (bit: (neuron: number) => number): Map<string, string> =>
    new Map(files).set("neur_init.csv", [`${header},lif_izh_sel`, ...rows.map((row, i) => `${row},${bit(i)}`)].join("\n"));
  expect(
    conformCase(
      recordedChip("odin"),
      withBits(() => 1),
    ).firstDifference,
  ).toBeNull();
  expect(() =>
    conformCase(
      recordedChip("odin"),
      withBits((neuron) => (neuron === 5 ? 0 : 1)),
    ),
  ).toThrow("neur_init.csv:7: lif_izh_sel is 0, expected 1: Izhikevich neurons are not modelled");
});

test.each(["open_loop", "aer_src_ctrl_nneur", "update_unmapped", "propagate_unmapped", "sdsp_on_syn_stim"])(
  "ODIN: %s has one bit",
  (name) => {
    const files = caseWith("odin", "closed_bist", { [name]: 2 });
    expect(() => conformCase(recordedChip("odin"), files)).toThrow(`${name} is 2, expected 0 or 1`);
  },
);

test("a neuron or a row of synapses that is given twice is refused", () => {
  const twice = (file: string): Map<string, string> => {
    const files = caseWith("tinyodin", "tiny_percycle", {});
    const text = (files.get(file) as string).trimEnd();
    return files.set(file, `${text}\n${text.split("\n").at(-1)}\n`);
  };
  const run = (files: Map<string, string>) => (): unknown => conformCase(recordedChip("tinyodin"), files);
  expect(run(twice("neur_init.csv"))).toThrow("neur_init.csv:258: neuron 255 is given twice");
  expect(run(twice("syn.hex"))).toThrow(/syn\.hex: row \d+ is given twice/);
});
