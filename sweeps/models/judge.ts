/**
 * Which networks a search stops (`stop_after_epochs`). A network is judged once, by the comparison of the first point
 * that needs it for which the search asks: between its epochs if it is trained then, or else by how it learnt, whoever
 * trained it before: a point of the caller's choice, a search that was merged, another one in the same folder. So what
 * a search stops follows from its description and from what it was told. Effects: reads the store.
 */
import { asJson } from "../../base/hash.js";
import type { Learning, ModelStore } from "./made-model.js";
import { type Compared, type Learnt, type Limits, learntOf, limitsOf, NO_LIMITS, stopReason, type Training } from "./median-stopping.js";
import { lineage, type ModelRecipe } from "./recipe.js";

/** Why a network is stopped, and after how many epochs. */
interface Stop {
  readonly reason: string;
  readonly epochs: number;
}

export class Judge {
  /** Networks for which the search has asked, each with the comparison of that moment. */
  private readonly asked = new Map<string, { readonly recipe: ModelRecipe; readonly compared: Compared }>();
  /** How networks learnt in this session. */
  private readonly heard = new Map<string, Learning>();
  private readonly learnt = new Map<string, Learnt>();
  private readonly limited = new Map<string, Limits>();
  private readonly decided = new Map<string, Stop | null>();

  constructor(private readonly store: Pick<ModelStore, "learning">) {}

  /** The search asks for a network; those of its lineage for which it has not asked before are compared with these. */
  ask(recipe: ModelRecipe, compared: Compared): void {
    for (const one of lineage(recipe)) if (!this.asked.has(one.key)) this.asked.set(one.key, { recipe: one, compared });
  }

  hear(key: string, learning: Learning): void {
    this.heard.set(key, learning);
  }

  /** Errors above which a network stops that is trained now, after those from which it begins. */
  limits({ key }: Pick<ModelRecipe, "key">): Limits {
    return this.limitsAt(key) ?? NO_LIMITS;
  }

  /**
   * Whether the search stops a network by how it learnt. Null: it does not, or that cannot be said before it is
   * trained.
   */
  stop({ key, epochs }: Pick<ModelRecipe, "key" | "epochs">): Stop | null {
    const decided = this.decided.get(key);
    if (decided !== undefined) return decided;
    const learning = this.asked.has(key) ? this.learning(key) : null;
    const limits = learning === null ? null : this.limitsAt(key);
    if (learning === null || limits === null) return null;
    const { errors, isWhole } = learning;
    const curve = errors.map((validationError) => ({ validationError }));
    for (let e = 1; e <= curve.length; e++) {
      const reason = stopReason(curve.slice(0, e), epochs, limits);
      if (reason !== null) return this.decide(key, { reason, epochs: e });
    }
    return isWhole ? this.decide(key, null) : null;
  }

  /** Why the search stops a network, or one from which its training begins, as far as is known. */
  stopped(key: string): string | null {
    const asked = this.asked.get(key);
    for (const recipe of asked === undefined ? [] : lineage(asked.recipe)) {
      const stop = this.stop(recipe);
      if (stop !== null) return stop.reason;
    }
    return null;
  }

  private decide(key: string, stop: Stop | null): Stop | null {
    this.decided.set(key, stop);
    return stop;
  }

  private learning(key: string): Learning | null {
    return this.heard.get(key) ?? this.store.learning(key);
  }

  /** Null: the search has not asked for the network, or its parent has not been trained. */
  private limitsAt(key: string): Limits | null {
    const known = this.limited.get(key);
    if (known !== undefined) return known;
    const asked = this.asked.get(key);
    const training = asked === undefined ? null : this.trainingOf(asked.recipe);
    if (asked === undefined || training === null) return null;
    const { recipe, compared } = asked;
    const others = new Set<Learnt>();
    for (const other of compared.with) for (let at = this.learntAt(other); at !== null; at = at.parent) others.add(at);
    const limits = limitsOf(training, recipe.epochs, [...others], compared.afterEpochs);
    this.limited.set(key, limits);
    return limits;
  }

  /** Null: it is not known how the network learnt from which training begins. */
  private trainingOf({ config, ground, parent: from }: ModelRecipe): Training | null {
    const parent = from === null ? null : this.learntBy(from);
    return from !== null && parent === null ? null : { ...ground, config: asJson(config), parent };
  }

  private learntAt(key: string): Learnt | null {
    const asked = this.asked.get(key);
    return asked === undefined ? null : this.learntBy(asked.recipe);
  }

  private learntBy(recipe: ModelRecipe): Learnt | null {
    const known = this.learnt.get(recipe.key);
    if (known !== undefined) return known;
    const learning = this.learning(recipe.key);
    const training = learning?.isWhole === true ? this.trainingOf(recipe) : null;
    const learnt = learning === null || training === null ? null : learntOf(training, learning, recipe.epochs);
    if (learnt !== null) this.learnt.set(recipe.key, learnt);
    return learnt;
  }
}
