/**
 * Reads networks of Lava (`.net`, HDF5 as lava-dl exports it and netx reads it) as graphs: a chain of layers, each with
 * weights and then neurons. Types `input`, `dense`, `conv`, `pool`, `flatten` and `average`, with Loihi's neuron
 * (LOIHI, CUBA) or sigma-delta neurons (SDNN), and axonal delays. A network may begin with a dense layer: its weights
 * give the number of inputs. A spike arrives one step after it was sent, by
 * definition of these node types; a delay adds steps. Everything else is refused by name, in one report: other layers
 * and neurons, graded spikes of Loihi's neuron, complex weights, unknown keys.
 * Throws: InputError. Source: lava-nc/lava-dl, `netx/hdf5.py` and `slayer/block/base.py`, commit d825ac5.
 * Not modelled: values of training (`tauRho`, `scaleRho`), `simulation`; a weight that Loihi would round to its step.
 */
import type { Group } from "h5wasm/node";
import { InputError, inputError, type Problem } from "../../../base/errors.js";
import { type NirFile, type NirNode, nirArray } from "../nir/graph.js";
import { h5wasm } from "../nir/hdf5.js";
import { readHdf5 } from "../nir/read.js";
import { LavaGroup } from "./group.js";
import { denseInput, LAYERS, type Layer } from "./layers.js";

/** A graph of the layers of the file at `path`. */
export async function readLava(path: string): Promise<NirFile> {
  return readHdf5(path, { what: "a network of Lava", fix: "export it with lava-dl" }, (file) => {
    const problems: Problem[] = [];
    const root = file.get("layer");
    if (!(root instanceof h5wasm.Group)) throw inputError(path, "has no group `layer`: not a network of Lava", "export it with lava-dl");
    const graph = new LavaGraph(path, problems);
    const names = root.keys().sort((a, b) => Number(a) - Number(b));
    for (const [at, name] of names.entries()) {
      const group = root.get(name);
      if (name !== String(at) || !(group instanceof h5wasm.Group))
        throw inputError(path, `layer/${name} is not the group of layer ${at}`, "layers are numbered from 0");
      graph.add(group, at);
    }
    if (problems.length > 0) throw new InputError(problems);
    return graph.file();
  });
}

/** Builds the graph layer by layer. */
class LavaGraph {
  private readonly nodes = new Map<string, NirNode>();
  private readonly edges: { from: string; to: string }[] = [];
  private last = "";
  private shape: readonly number[] = [];
  /** Number of layers of neurons so far. */
  private depth = 0;

  constructor(
    private readonly path: string,
    private readonly problems: Problem[],
  ) {}

  add(group: Group, at: number): void {
    const layer = new LavaGroup(group, this.path, `layer/${at}`, this.problems);
    const type = layer.text("type");
    const known = Object.hasOwn(LAYERS, type) ? LAYERS[type] : null;
    if (known === null) {
      layer.problem("type", `is ${JSON.stringify(type)}, expected one of ${Object.keys(LAYERS).join(", ")}`, "other layers cannot be read");
      return;
    }
    if (at === 0 && type === "dense") {
      const port = denseInput(layer);
      if (port !== null) this.put("input", port);
    } else if ((at === 0) !== (type === "input"))
      layer.problem("type", `is ${type}, as layer ${at}`, "only layer 0 is input; a network without one begins with dense");
    const before = this.problems.length;
    const made = known.read(layer, { shape: this.shape, depth: this.depth });
    layer.refuseOthers(known.keys);
    if (this.problems.length > before || made === null) return;
    this.put(type === "input" ? "input" : `${type}${at}`, made);
  }

  /** Adds the nodes of a layer: port or weights, neurons, delays. */
  private put(name: string, { port, weights, neurons, delay, shape }: Layer): void {
    if (port !== null) this.behind(neurons === null ? name : "port", port);
    if (weights !== null) this.behind(neurons === null ? name : `${name}.weights`, weights);
    if (neurons !== null) {
      this.behind(name, neurons);
      this.depth++;
    }
    if (delay !== null) this.behind(`${name}.delay`, delay);
    this.shape = shape;
  }

  private behind(name: string, node: NirNode): void {
    this.nodes.set(name, node);
    if (this.last !== "") this.edges.push({ from: this.last, to: name });
    this.last = name;
  }

  file(): NirFile {
    if (this.nodes.size === 0) throw inputError(this.path, "has no layers");
    const size = nirArray(this.shape, [this.shape.length], "i8");
    this.behind("output", { type: "Output", fields: new Map([["shape", size]]), metadata: new Map(), graph: null });
    return { version: "Lava", graph: { nodes: this.nodes, edges: this.edges, metadata: new Map() } };
  }
}
