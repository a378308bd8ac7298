/**
 * What a search asks and is told of networks, so that its engine stops some of them early. Effects: those of its
 * engine.
 */
import type { Engine, Task } from "../engine/engine.js";
import { type Admission, type Entry, taskOf } from "../points.js";
import type { Store, StoredPoint } from "../store/sqlite.js";
import { STOPPED } from "./made-model.js";
import type { Compared } from "./median-stopping.js";

type Described = NonNullable<Entry["described"]>;

export class LearntNetworks {
  /** Networks of the points with results of which the search was told. */
  private readonly keys = new Set<string>();
  /** Inputs of the points for which the search has asked, by key. */
  private readonly inputs = new Map<string, Task["inputs"]>();
  private compared: Compared;

  /** `afterEpochs`: 0: the search stops no network. */
  constructor(
    private readonly afterEpochs: number,
    private readonly engine: Pick<Engine, "ask" | "stops">,
    private readonly store: Pick<Store, "point" | "result">,
  ) {
    this.compared = { with: [], afterEpochs };
  }

  /**
   * The search asks for a point, which needs a network unless it is refused without a run. Returns the row with which
   * it goes on: that a search stopped it is its end only in this search.
   */
  async admit({ entry, row }: Admission, describe: (entry: Entry) => Promise<Described>): Promise<StoredPoint | null> {
    if (this.afterEpochs === 0) return row;
    const { id, key } = entry;
    const stored = this.store.point(id);
    const isRefused = stored?.state === "infeasible" && stored.attempts === 0;
    if (!this.inputs.has(key) && !isRefused) await this.ask(taskOf(entry, await describe(entry)));
    return row?.state === "queued" && stored?.code === STOPPED && this.stops(key) ? stored : row;
  }

  /** A new network that the search asks for is compared with those of the points told so far. */
  async ask(task: Task): Promise<void> {
    if (this.afterEpochs === 0) return;
    this.inputs.set(task.key, task.inputs);
    await this.engine.ask(task, this.compared);
  }

  /** Whether the search stops the network of a point for which it has asked, whatever is known of the point. */
  stops(key: string): boolean {
    const inputs = this.inputs.get(key);
    return inputs !== undefined && this.engine.stops({ inputs });
  }

  /** The search was told of a point with a result. */
  tell(point: number): void {
    if (this.afterEpochs === 0) return;
    this.keys.add(this.store.result(point)?.provenance.modelHash ?? "");
    this.compared = { with: [...this.keys], afterEpochs: this.afterEpochs };
  }
}
