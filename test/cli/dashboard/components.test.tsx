/** The dashboard as a component: keys, size, events and defects change what it shows, by ink-testing-library. */
import { cleanup, render } from "ink-testing-library";
import { afterEach, expect, test } from "vitest";
import { Dashboard } from "../../../cli/dashboard/dashboard.js";
import { createModel, type DashboardModel } from "../../../cli/dashboard/model.js";
import { Plot } from "../../../cli/dashboard/panels/plot-panel.js";
import type { Size } from "../../../cli/dashboard/screen.js";
import type { Wish } from "../../../cli/dashboard/ui.js";
import { canvasSize, Y_LABEL_CELLS } from "../../../cli/format/plot.js";
import { SCRIPTED_OPENING, scriptedPoints } from "./scripted-study.js";

const look = { colour: false, unicode: true } as const;
const models: DashboardModel[] = [];

afterEach(() => {
  cleanup();
  for (const model of models.splice(0)) model.close();
});

/** A dashboard on 100 x 30 cells with some points, and what was asked of the sweep. */
function opened(points: number) {
  const wishes: Wish[] = [];
  const broken: unknown[] = [];
  const model = createModel(
    (wish) => wishes.push(wish),
    () => 9000,
  );
  models.push(model);
  for (const event of [...SCRIPTED_OPENING, ...[...scriptedPoints(points)].flat()]) model.tell(event, 5000);
  let size: Size = { columns: 100, rows: 30 };
  const told = new Set<() => void>();
  const subscribe = (changed: () => void): (() => void) => {
    told.add(changed);
    return () => told.delete(changed);
  };
  const store = { subscribe, value: (): Size => size };
  const instance = render(
    <Dashboard model={model} size={store} look={look} press={model.press} onBroken={(error) => broken.push(error)} />,
  );
  model.change((ui) => ui);
  const resize = async (columns: number, rows: number): Promise<void> => {
    size = { columns, rows };
    for (const changed of told) changed();
    await drawn();
  };
  const press = async (key: string): Promise<void> => {
    instance.stdin.write(key);
    await drawn();
  };
  return { instance, model, wishes, broken, resize, press, screen: (): string => instance.lastFrame() ?? "" };
}

const drawn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("keys that Ink reads open overlays, select rows and become commands", async () => {
  const { press, screen, wishes } = opened(60);
  await drawn();
  expect(screen()).toContain("> front: ");
  await press("?");
  expect(screen()).toContain("keys   Esc back");
  expect(screen()).not.toContain("hypervolume, sampler");
  await press("q");
  expect(screen()).toContain("hypervolume, sampler");
  await press("\u001b[B");
  expect(screen()).toMatch(/>[ *] *#\d+/);
  await press("\t");
  expect(screen()).toContain("> infeasible and failed");
  expect(screen()).not.toContain("> front: ");
  await press("p");
  await press("+");
  expect(wishes).toEqual([{ type: "pause" }, { type: "workers", delta: 1 }]);
  expect(screen()).toContain("3 workers asked for");
});

test("another size gives another layout at once, and the old one comes back", async () => {
  const { resize, screen } = opened(60);
  await drawn();
  const before = screen();
  expect(before.split("\n")).toHaveLength(29);
  await resize(60, 12);
  expect(screen().split("\n")).toHaveLength(11);
  expect(screen()).not.toContain("Pareto");
  expect(screen()).toContain("q quit  Q now  p pause");
  await resize(100, 30);
  expect(screen()).toBe(before);
});

test("what the model tells shows in the next frame only", async () => {
  const { model, screen } = opened(0);
  await drawn();
  expect(screen()).toContain("no result yet");
  for (const event of [...scriptedPoints(3)].flat()) model.tell(event, 6000);
  await drawn();
  expect(screen()).toContain("no result yet");
  model.change((ui) => ui);
  await drawn();
  expect(screen()).toContain("ok 3");
});

test("a panel that fails is reported once, and the rest of the program continues", async () => {
  const { model, broken, screen } = opened(5);
  await drawn();
  // No type would let this through: it stands for a mistake of ours.
  model.tell({ type: "hosts", hosts: null as unknown as [] }, 6000);
  model.change((ui) => ui);
  await drawn();
  expect(broken).toHaveLength(1);
  expect(String(broken[0])).toMatch(/TypeError/);
  expect(screen().trim()).toBe("");
});

test("a figure is drawn in exactly its cells, with both names and a mark per point of the front", () => {
  const axis = { label: "time (s)", scale: "linear", low: 0, high: 10 } as const;
  const points = { x: [1, 5, 9], y: [8, 4, 2], length: 3 };
  const front = { kind: "marks", name: "front", points, fill: "#000000", labels: [], ringed: null } as const;
  const figure = { heading: "", x: axis, y: { ...axis, label: "size (m)" }, colour: null, series: [front], notes: [] };
  const [width, height] = [40, 12];
  const { lastFrame } = render(<Plot look={look} figure={figure} width={width} height={height} />);
  const rows = (lastFrame() ?? "").split("\n");
  expect(rows).toHaveLength(height);
  expect(rows[0]).toBe("size (m)");
  expect(rows.at(-1)?.trim()).toBe("time (s)");
  expect(rows.join("").match(/●/g)).toHaveLength(3);
  const { columns, rows: canvasRows } = canvasSize(width, height);
  expect(rows.slice(1, 1 + canvasRows).every((row) => [...row].length <= Y_LABEL_CELLS + 1 + columns)).toBe(true);
});
