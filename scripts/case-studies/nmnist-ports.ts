/**
 * The network of `nmnist-cnn` with 8-bit kernels: an event camera's pixels as neurons of the cores, or events at a
 * port.
 */
import type { Metrics } from "../../sweeps/index.js";
import { markdownTable } from "../validation/markdown.js";
import { type CaseStudy, metric, pointWith, type StudyPoint } from "./study.js";

const SIDES = [1, 2, 4];
const at = (points: readonly StudyPoint[], side: number, inputs: "cores" | "port", multicast = "unicast"): StudyPoint =>
  pointWith(points, { at: inputs, width: side, multicast });

/** Energy of the link to the host, uJ. */
const linkUj = ({ result }: StudyPoint): number =>
  (result.breakdown.find(({ component }) => component === "host link")?.energyPj ?? 0) / 1e6;

export const NMNIST_PORTS: CaseStudy = {
  name: "nmnist-ports",
  needsData: true,
  needsModel: true,
  figure: null,
  report: (points) => {
    const row = (side: number, inputs: string, point: StudyPoint): readonly (string | number)[] => [
      ...[side * side, inputs, metric(point, "energy_uj_per_inference").toFixed(0)],
      linkUj(point) === 0 ? "-" : linkUj(point).toFixed(1),
      ...[(metric(point, "latency_us") / 1000).toFixed(2), metric(point, "area_mm2").toFixed(2)],
    ];
    const pairs = SIDES.map((side) => [at(points, side, "cores"), at(points, side, "port")] as const);
    const rows = [
      ...SIDES.flatMap((side, i) => [row(side, "cores", pairs[i][0]), row(side, "port", pairs[i][1])]),
      row(4, "port, `noc.multicast: tree`", at(points, 4, "port", "tree")),
    ];
    const less = (name: keyof Metrics): readonly number[] =>
      pairs.map(([cores, port]) => 100 * (1 - metric(port, name) / metric(cores, name)));
    const steps = less("step_latency_us").map((percent) => percent.toFixed(0));
    const areas = pairs.map(([cores, port]) => (metric(port, "area_mm2") - metric(cores, "area_mm2")).toFixed(3));
    return `${markdownTable(["cores", "inputs", "energy [µJ]", "of which host link [µJ]", "latency [ms]", "area [mm²]"], rows)}

Without the pixels' updates a step is ${steps.join(", ")} % shorter (1, 4, 16 cores). The link is what costs: a packet per destination core crosses it, so on 16 cores each event comes sixteen times, unless one packet forks on the chip. The port adds ${areas.join(", ")} mm², nearly all of it the pads of a link measured at 180 nm.`;
  },
};
