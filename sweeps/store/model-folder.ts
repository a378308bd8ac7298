/**
 * Networks that a search has trained, each in a file under its recipe's key, beside the search's database. A file that
 * was changed is ignored, and its network is made again. One of another content than the database's results come from
 * is refused: some back ends give other bits on another host, and a front is of one network per recipe. What the search
 * decides by, it keeps in its database, so lost files change no decision. Effects: reads and writes the folder and the
 * ledger.
 */
import { existsSync, lstatSync, rmSync } from "node:fs";
import { join } from "node:path";
import { encodeNetwork, readModel, writeModel } from "../../arch/index.js";
import { InputError, inputError } from "../../base/errors.js";
import { followed } from "../../base/follow.js";
import { canonicalJson, type Json, sha256 } from "../../base/hash.js";
import { readText } from "../../base/read-file.js";
import { makeFolder, writeWhole } from "../../base/write-file.js";
import { Ledger } from "../models/ledger.js";
import { contentOf, type GivenUp, type MadeModel, type ModelStore } from "../models/made-model.js";

const MOST_REASON_BYTES = 20_000;

/** Key of a record with the checksum of the network and the rest of the record. */
const SEAL = "content_sha256";

/** Characters of a SHA-256. */
const DIGEST = 64;

const sealOf = ({ network, record }: MadeModel): string => sha256(encodeNetwork(network), canonicalJson(record));

/** Note of a training that diverged: a checksum, then the reason. */
const noteOf = (key: string, reason: string): string => `${sha256(canonicalJson([key, reason]))} ${reason}`;

/** Folder of a study's networks, beside the database's file: the same for every symbolic link to it. */
export const modelsBeside = (database: string): string => `${fileOf(database).replace(/\.db$/, "")}.models`;

function fileOf(database: string): string {
  if (lstatSync(database, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return database;
  const at = followed(database);
  return "file" in at ? at.file : database;
}

export class ModelFolder implements ModelStore {
  /** `ledger`: what the database beside the folder holds of its networks. */
  constructor(
    private readonly folder: string,
    private readonly ledger = new Ledger(),
  ) {}

  read(key: string): MadeModel | null {
    const path = this.model(key);
    if (!existsSync(path)) return null;
    try {
      const { network, record: sealed } = readModel(path);
      const { [SEAL]: seal, ...record } = sealed as { readonly [field: string]: Json };
      const model = { network, record };
      return record.recipe === key && seal === sealOf(model) && !this.isOther(key, model) ? model : null;
    } catch (error) {
      if (error instanceof InputError) return null;
      throw error;
    }
  }

  isOther(key: string, { network }: MadeModel): boolean {
    const known = this.ledger.contents.get(key);
    return known !== undefined && known !== contentOf(network);
  }

  write(key: string, model: MadeModel): void {
    if (this.isOther(key, model))
      throw inputError(
        this.model(key),
        `was trained again and is another network (SHA-256 ${contentOf(model.network).slice(0, 12)}) than that of the stored results (${this.ledger.contents.get(key)?.slice(0, 12)}): its back end gives other bits here`,
        "put back the folder of networks that belongs to the database, or sweep into another --db; training.backend: wasm gives the same bits everywhere",
      );
    makeFolder(this.folder);
    const record = model.record as { readonly [field: string]: Json };
    writeModel(this.model(key), model.network, { ...record, [SEAL]: sealOf(model) });
  }

  failure(key: string): GivenUp | null {
    const stopped = this.ledger.stopped(key);
    if (stopped !== null) return { code: "STOPPED", reason: stopped };
    const reason = this.diverged(key);
    return reason === null ? null : { code: "DIVERGED", reason };
  }

  /** Why a training diverged, by its note; null: there is none, or it was changed, so the network is trained again. */
  private diverged(key: string): string | null {
    const path = this.note(key);
    if (!existsSync(path)) return null;
    try {
      const text = readText(path, { what: "note", mostBytes: MOST_REASON_BYTES, fix: "delete it" });
      const reason = text.slice(DIGEST + 1);
      return text === noteOf(key, reason) ? reason : null;
    } catch (error) {
      if (error instanceof InputError) return null;
      throw error;
    }
  }

  fail(key: string, { code, reason }: GivenUp): void {
    if (code === "STOPPED") this.ledger.keepStopped(key, reason);
    else {
      makeFolder(this.folder);
      writeWhole(this.note(key), new TextEncoder().encode(noteOf(key, reason)));
    }
  }

  learnt(key: string): Json | null {
    return this.ledger.learnt(key);
  }

  keepLearnt(key: string, record: Json): void {
    this.ledger.keepLearnt(key, record);
  }

  /**
   * Takes a network, or why its training diverged, from another folder if this one has neither; true if it took a
   * network. A file that was changed there is not taken.
   */
  take(key: string, from: ModelFolder): boolean {
    if (this.read(key) !== null) return false;
    const model = from.read(key);
    if (model !== null) this.write(key, model);
    const failure = model === null && this.failure(key) === null ? from.failure(key) : null;
    if (failure?.code === "DIVERGED") this.fail(key, failure);
    return model !== null;
  }

  checkpoint(run: string): string {
    makeFolder(this.folder);
    return join(this.folder, `${run}.checkpoint`);
  }

  drop(run: string): void {
    rmSync(join(this.folder, `${run}.checkpoint`), { force: true });
  }

  private model(key: string): string {
    return join(this.folder, `${key}.safetensors`);
  }

  private note(key: string): string {
    return join(this.folder, `${key}.failed`);
  }
}

/** Keeps networks in memory while the search runs. */
export class ModelsInMemory implements ModelStore {
  private readonly models = new Map<string, MadeModel>();
  private readonly failures = new Map<string, GivenUp>();

  read(key: string): MadeModel | null {
    return this.models.get(key) ?? null;
  }

  isOther(): boolean {
    return false;
  }

  write(key: string, model: MadeModel): void {
    this.models.set(key, model);
  }

  failure(key: string): GivenUp | null {
    return this.failures.get(key) ?? null;
  }

  fail(key: string, why: GivenUp): void {
    this.failures.set(key, why);
  }

  learnt(key: string): Json | null {
    return this.models.get(key)?.record ?? null;
  }

  keepLearnt(): void {}

  checkpoint(): null {
    return null;
  }

  drop(): void {}
}
