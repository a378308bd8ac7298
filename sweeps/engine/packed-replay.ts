/**
 * A replay in the form in which threads pass it on and the engine keeps it: one array of bytes, in which counts take 7
 * bits per byte.
 *
 * As about thirty arrays of doubles in shared memory, a replay of `arch/examples/edge.yaml` took 23 KB, and one of
 * `arch/examples/thousand-chips.yaml` 532 KB; packed they take 5 KB and 110 to 126 KB. The thread that deals out points
 * receives them in 20 to 25 us instead of 74, and in 55 to 59 us instead of 338.
 */
import { DefaultDeserializer, DefaultSerializer } from "node:v8";
import type { Topology } from "../../arch/index.js";
import { InvariantError } from "../../base/errors.js";
import { MOST_COUNT_BYTES, readCounts, writeCounts } from "../../base/packed-counts.js";
import type { Replay } from "../../sim/index.js";
import { shared } from "./share.js";

export interface PackedReplay {
  /** Topology on the chip; null: that of the run. A sparse one has large tables, which threads share. */
  readonly topology: Topology | null;
  /** Everything else, for the program that wrote it. */
  readonly bytes: Uint8Array;
}

type Rest = Omit<Replay, "placement"> & { readonly placement: Omit<Replay["placement"], "topology"> };

/** `ran`: topology of the run that was replayed. */
export function packReplay({ placement: { topology, ...placement }, timing }: Replay, ran: Topology): PackedReplay {
  const rest: Rest = { placement, timing };
  const writer = new CountWriter();
  writer.writeHeader();
  writer.writeValue(rest);
  return shared({ topology: topology === ran ? null : topology, bytes: new Uint8Array(writer.releaseBuffer()) });
}

/** `ran`: topology of the run that was replayed. */
export function unpackReplay({ topology, bytes }: PackedReplay, ran: Topology): Replay {
  const reader = new CountReader(bytes);
  reader.readHeader();
  const { placement, timing }: Rest = reader.readValue();
  return { placement: { ...placement, topology: topology ?? ran }, timing };
}

/** Writes arrays of counts packed, and others unchanged. */
class CountWriter extends DefaultSerializer {
  private scratch = new Uint8Array(0);

  _writeHostObject(view: ArrayBufferView): void {
    if (!(view instanceof Float64Array)) throw new InvariantError("replay", null, "holds an array that is not of Float64");
    if (this.scratch.length < MOST_COUNT_BYTES * view.length) this.scratch = new Uint8Array(MOST_COUNT_BYTES * view.length);
    const length = writeCounts(view, this.scratch);
    this.writeUint32(view.length);
    this.writeUint32(length === null ? 0 : 1);
    const bytes = length === null ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : this.scratch.subarray(0, length);
    this.writeUint32(bytes.length);
    this.writeRawBytes(bytes);
  }
}

class CountReader extends DefaultDeserializer {
  _readHostObject(): Float64Array {
    const values = new Float64Array(this.readUint32());
    const areCounts = this.readUint32() === 1;
    const bytes = this.readRawBytes(this.readUint32());
    if (areCounts) readCounts(bytes, values);
    else new Uint8Array(values.buffer).set(bytes);
    return values;
  }
}
