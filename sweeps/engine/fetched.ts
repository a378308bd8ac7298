/**
 * What a worker process has fetched by content hash for one study: description, models, data, traces, cases. Each is
 * fetched once, checked when it is opened, and held in shared memory for all threads. Throws: `Missing` if nothing is
 * stored under an address, `InputError` if it is damaged.
 */

import { decodeModel, decodeNetwork, type ModelNetwork, type SampleSet } from "../../arch/index.js";
import { boundedJson } from "../../base/bounded-json.js";
import { GIB, MIB } from "../../base/bytes.js";
import { inputError } from "../../base/errors.js";
import type { Json } from "../../base/hash.js";
import type { Functional } from "../../sim/functional/index.js";
import type { CaseFiles } from "../../sim/recorded/index.js";
import type { MadeModel } from "../models/made-model.js";
import { type SentRecipe, sentRecipe } from "../models/remote-models.js";
import { decodeFunctional, decodeSamples } from "./parcel.js";
import { remember } from "./pool.js";
import { caseSchema, type Missing as MissingReply } from "./protocol.js";
import { shared, sharedBytes } from "./share.js";
import type { Blobs } from "./transfer.js";

/** Most bytes of traces kept in memory; older ones are fetched again. */
const CACHE_BYTES = GIB;

/** Most bytes of a study's description and of a case's files. The coordinator reads at most 1 MiB and 4 MiB of them. */
const JSON_LIMIT_BYTES = 64 * MIB;

/** An input that a job names is not on the server; the coordinator sends it again. */
export class Missing extends Error {
  constructor(readonly what: MissingReply["what"]) {
    super(what);
  }
}

export class Fetched {
  private readonly documents = new Map<string, Promise<Json>>();
  private readonly networks = new Map<string, Promise<ModelNetwork>>();
  private readonly parents = new Map<string, Promise<MadeModel>>();
  private readonly sets = new Map<string, Promise<SampleSet>>();
  private readonly cases = new Map<string, Promise<CaseFiles>>();
  private readonly traces = new Map<string, Promise<Functional>>();
  private readonly traceBytes = new Map<string, number>();

  constructor(
    private readonly blobs: Blobs,
    private readonly cacheBytes = CACHE_BYTES,
  ) {}

  document(address: string): Promise<Json> {
    return remember(this.documents, address, async () => jsonOf(await this.fetch(address, "document"), "description"));
  }

  network(address: string): Promise<ModelNetwork> {
    return remember(this.networks, address, async () => {
      const bytes = await this.fetch(address, "model");
      return shared(decodeNetwork(bytes));
    });
  }

  /** The network with which a training begins, and its record. */
  parent(address: string): Promise<MadeModel> {
    return remember(this.parents, address, async () => {
      const { network, record } = decodeModel(await this.fetch(address, "model"), "model");
      return { network: shared(network), record };
    });
  }

  /** Recipe of a network. The job that names it is signed by a coordinator of the same build, so it can be trusted. */
  async recipe(address: string): Promise<SentRecipe> {
    return sentRecipe.parse(jsonOf(await this.fetch(address, "recipe"), "recipe"));
  }

  samples(address: string): Promise<SampleSet> {
    return remember(this.sets, address, async () => shared(decodeSamples(await this.fetch(address, "data"))));
  }

  caseFiles(address: string): Promise<CaseFiles> {
    return remember(this.cases, address, async () => {
      const parsed = caseSchema.safeParse(jsonOf(await this.fetch(address, "case"), "case"));
      if (!parsed.success) throw inputError("case", "is no set of case files");
      return new Map(Object.entries(parsed.data).sort(([a], [b]) => (a < b ? -1 : 1)));
    });
  }

  trace(address: string): Promise<Functional> {
    const known = this.traces.get(address);
    if (known === undefined)
      return this.keep(
        address,
        this.fetch(address, "trace").then((bytes) => shared(decodeFunctional(bytes))),
      );
    this.traces.delete(address); // moves it to the end, where the newest are
    this.traces.set(address, known);
    return known;
  }

  /** Keeps a trace that this process has made or is making. */
  keep(address: string, made: Promise<Functional>): Promise<Functional> {
    this.traces.set(address, made);
    made.then(
      (functional) => {
        if (this.traces.get(address) !== made) return; // dropped before it came
        this.traceBytes.set(address, sharedBytes(functional));
        this.evict(address);
      },
      () => this.traces.delete(address),
    );
    return made;
  }

  /** Drops the oldest traces above the limit, never `keep`. */
  private evict(keep: string): void {
    let total = [...this.traceBytes.values()].reduce((sum, bytes) => sum + bytes, 0);
    for (const [address, bytes] of [...this.traceBytes]) {
      if (total <= this.cacheBytes) return;
      if (address === keep) continue;
      total -= bytes;
      this.traces.delete(address);
      this.traceBytes.delete(address);
    }
  }

  private async fetch(address: string, what: MissingReply["what"]): Promise<Uint8Array> {
    const bytes = await this.blobs.get(address);
    if (bytes === null) throw new Missing(what);
    return bytes;
  }
}

function jsonOf(bytes: Uint8Array, what: string): Json {
  try {
    return boundedJson(Buffer.from(bytes).toString(), JSON_LIMIT_BYTES) as Json;
  } catch (error) {
    throw inputError(what, `cannot be read: ${(error as Error).message}`);
  }
}
