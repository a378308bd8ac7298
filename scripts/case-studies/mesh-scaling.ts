/** One network on 1 to 64 cores: links of two widths, unicast and tree multicast. */
import { axisOver } from "../../base/plot/axis.js";
import { NAMED } from "../../base/plot/colours.js";
import { type Panel, pointsOf } from "../../base/plot/spec.js";
import type { Metrics } from "../../sweeps/index.js";
import { markdownTable } from "../validation/markdown.js";
import { type CaseStudy, metric, pointWith, type StudyPoint } from "./study.js";

const SIDES = [1, 2, 4, 8];
const NETWORKS = [
  { flit_width_bits: 32, multicast: "unicast" },
  { flit_width_bits: 32, multicast: "tree" },
  { flit_width_bits: 8, multicast: "unicast" },
  { flit_width_bits: 8, multicast: "tree" },
] as const;

const at = (points: readonly StudyPoint[], side: number, network: (typeof NETWORKS)[number]): StudyPoint =>
  pointWith(points, { width: side, height: side, ...network });

function panel(points: readonly StudyPoint[], name: keyof Metrics, label: string, log: boolean): Panel {
  const lines = NETWORKS.map((network) =>
    pointsOf(SIDES.map((side): [number, number] => [side * side, metric(at(points, side, network), name)])),
  );
  return {
    heading: "",
    x: axisOver("cores", lines, "x", true),
    y: axisOver(label, lines, "y", log),
    colour: null,
    series: lines.map((line, i) => ({
      kind: "line",
      name: `${NETWORKS[i].flit_width_bits}-bit links, ${NETWORKS[i].multicast}`,
      points: line,
      colour: NAMED[i],
      width: 1.2,
      dash: NETWORKS[i].multicast === "tree" ? [] : [4, 2],
      dotted: true,
    })),
    notes: [],
  };
}

export const MESH_SCALING: CaseStudy = {
  name: "mesh-scaling",
  needsData: false,
  figure: (points) => ({
    title: "One network on 1 to 64 cores",
    about: "MNIST rows, rec-v2 2 x 128 neurons, 22 nm, 200 MHz; flit-level timing",
    column: "single",
    legend: "above",
    panels: [panel(points, "latency_us", "latency (µs)", true), panel(points, "energy_uj_per_inference", "energy (µJ)", false)],
  }),
  report: (points, { ratio, sentence }) => {
    const rows = SIDES.flatMap((side) =>
      (side === 1 ? NETWORKS.slice(0, 1) : NETWORKS).map((network) => {
        const point = at(points, side, network);
        return [
          side * side,
          ...(side === 1 ? ["-", "-"] : [`${network.flit_width_bits} bit`, network.multicast]),
          metric(point, "energy_uj_per_inference").toFixed(3),
          metric(point, "latency_us").toFixed(1),
          Math.round(metric(point, "throughput_per_s")).toLocaleString("en-US"),
          metric(point, "area_mm2").toFixed(3),
          metric(point, "core_utilisation_percent").toFixed(1),
          metric(point, "peak_link_utilisation_percent").toFixed(1),
        ];
      }),
    );
    const [wide, tree, narrow, narrowTree] = NETWORKS;
    const [one, sixteen, many] = [at(points, 1, wide), at(points, 4, wide), at(points, 8, wide)];
    return `${markdownTable(
      [
        "cores",
        "links",
        "spikes to several cores",
        "energy [µJ]",
        "latency [µs]",
        "inferences per second",
        "area [mm²]",
        "busy share of the cores [%]",
        "busiest link [%]",
      ],
      rows,
    )}

The network has 294 neurons. Up to 16 cores its fan-out is shared well: ${ratio("latency_us", one, sixteen)} times faster for ${ratio("energy_uj_per_inference", sixteen, one)} times the energy. At 64 cores a core holds four or five
neurons, every spike must reach most of them, and the injection port of the sender (one packet per destination) decides: unicast takes ${ratio("latency_us", many, sixteen)} times
as long as on 16 cores. Tree multicast sends one packet and copies it where ways part: ${ratio("latency_us", many, at(points, 8, tree))} times faster than unicast there. Quartering the link width costs
unicast a factor of ${ratio("latency_us", at(points, 8, narrow), many)} in time, tree multicast one of ${ratio("latency_us", at(points, 8, narrowTree), at(points, 8, tree))}.
${sentence}`;
  },
};
