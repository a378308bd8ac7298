/** The networks of the points of which a search was told. Effects: those of its engine. */
import type { Engine } from "../engine/engine.js";
import type { Store } from "../store/sqlite.js";

/** With these a search that stops networks early compares new ones. */
export class LearntNetworks {
  private readonly keys = new Set<string>();

  /** `afterEpochs`: 0: the search stops no network, and its engine compares none. */
  constructor(
    private readonly afterEpochs: number,
    private readonly engine: Pick<Engine, "compare">,
    private readonly store: Pick<Store, "result">,
  ) {}

  /** The search was told of a point with a result. */
  tell(point: number): void {
    if (this.afterEpochs > 0) this.keys.add(this.store.result(point)?.provenance.modelHash ?? "");
  }

  /**
   * Networks that are asked for from now on are compared with those of the points told so far; how they learn is kept.
   */
  compare(): void {
    if (this.afterEpochs > 0) this.engine.compare({ with: [...this.keys], afterEpochs: this.afterEpochs });
  }
}
