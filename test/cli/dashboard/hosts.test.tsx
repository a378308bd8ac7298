/** The workers panel of a sweep over several hosts: one line per worker process, sums in the title, reasons shown. */
import { renderToString } from "ink";
import { expect, test } from "vitest";
import { WorkersPanel } from "../../../cli/dashboard/panels/workers.js";
import { EMPTY_STATE, reduce } from "../../../cli/dashboard/state.js";
import { lookOf } from "../../../cli/format/style.js";
import type { HostView } from "../../../sweeps/index.js";

const host = (change: Partial<HostView>): HostView => ({
  host: "node1",
  name: "w0",
  threads: 4,
  busy: 3,
  done: 17,
  failed: 0,
  state: "working",
  reason: "",
  ...change,
});
const look = lookOf({ isTTY: false }, { NO_COLOR: "1", LANG: "C" });

/** Title, and the rows inside the edges. */
function panelOf(hosts: readonly HostView[], height: number): { readonly title: string; readonly lines: readonly string[] } {
  const state = reduce(EMPTY_STATE, { type: "hosts", hosts }, 0);
  const rows = renderToString(<WorkersPanel {...state} look={look} width={92} height={height + 2} nowMs={0} />, { columns: 92 }).split(
    "\n",
  );
  expect(rows).toHaveLength(height + 2);
  return { title: (rows[0] ?? "").replace(/^\+-+ | -+\+$/g, ""), lines: rows.slice(1, -1).filter((row) => /[^| ]/.test(row)) };
}

test("hosts with threads in use, points done and their state; refused ones say why; the title sums what works", () => {
  const hosts = [
    host({}),
    host({ host: "node2", name: "w1", busy: 1, state: "draining" }),
    host({ host: "node3", threads: 8, busy: 0, state: "refused", reason: "other version" }),
  ];
  const { title, lines } = panelOf(hosts, 10);
  expect(title).toBe("workers 4/4 busy on 3 hosts");
  expect(lines.length).toBe(4);
  expect(lines[1]).toMatch(/node1 +3\/4 +17 +0 +working +w0/);
  expect(lines[2]).toMatch(/node2 +1\/4 .* draining +w1/);
  expect(lines[3]).toMatch(/node3 +0\/8 .* refused +other version/);
});

test("more workers than lines: the rest is counted", () => {
  const hosts = Array.from({ length: 50 }, (_, i) => host({ name: `w${i}` }));
  const { lines } = panelOf(hosts, 8);
  expect(lines.length).toBe(8);
  expect(lines.at(-1)).toContain("+ 44 more");
});
