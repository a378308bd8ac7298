/**
 * AEDAT 4.0 (DV): `#!AER-DAT4.0`, a FlatBuffer IOHE (compression, offset of the data table, XML that names the
 * streams), then packets: stream (i32), size (i32), a FlatBuffer, which may be compressed as one LZ4 or Zstandard
 * frame. Packets of type EVTS hold structs of 16 bytes: microseconds (i64), x, y (i16), polarity (u8). Packets end
 * where the data table begins.
 * Source: iniVation, "AEDAT 4.0" (docs.inivation.com) and its schemas IOHeader, PacketHeader, EventPacket.
 * Not modelled: several streams of events in one file; frames, triggers and inertial samples, which are skipped.
 */
import { GIB, MIB } from "../../../base/bytes.js";
import { inputError } from "../../../base/errors.js";
import { byteError, type CameraEvents, EventCollector, viewOf } from "./event-list.js";
import { FlatBuffer } from "./flat-buffer.js";
import { beginsWith, type EventFormat } from "./format.js";
import { unpackLz4 } from "./lz4-frame.js";
import { unpackZstd } from "./zstd-frame.js";

const MAGIC = "#!AER-DAT4.0\r\n";
const COMPRESSION_FIELD = 0;
const TABLE_FIELD = 1;
const INFO_FIELD = 2;
const EVENT_BYTES = 16;
/** 4 million events; DV writes a packet every 10 ms. */
const MOST_PACKET = 64 * MIB;
const MOST_HEADER = MIB;
/**
 * Most bytes of all unpacked packets, four times the size of the most events: a hostile file may consist of packets
 * that unpack to a large size.
 */
const MOST_UNPACKED = 4 * GIB;

type Unpack = (packet: Uint8Array, most: number, fail: (message: string) => Error) => Uint8Array;
/** Unpackers by the number in the header. */
const COMPRESSIONS: readonly Unpack[] = [(packet) => packet, unpackLz4, unpackLz4, unpackZstd, unpackZstd];

export const aedat4: EventFormat = {
  about: "AEDAT 4.0, uncompressed, LZ4 or Zstandard",
  isOne: (start) => beginsWith(start, "#!AER-DAT4.0"),
  read: (path, bytes) => parseAedat4(bytes(), path),
};

function parseAedat4(bytes: Uint8Array, file: string): CameraEvents {
  const view = viewOf(bytes);
  const headerAt = MAGIC.length;
  if (!beginsWith(bytes, MAGIC) || headerAt + 4 > bytes.length) throw inputError(file, "has no header after #!AER-DAT4.0: cut or damaged");
  const headerBytes = 4 + view.getUint32(headerAt, true);
  if (headerBytes > MOST_HEADER || headerAt + headerBytes > bytes.length)
    throw byteError(file, headerAt, `a header of ${headerBytes} bytes in a file of ${bytes.length}: cut or damaged`);
  const { unpack, end, info } = headerOf(bytes.subarray(headerAt, headerAt + headerBytes), bytes.length, file, headerAt);
  const streams = new Set<number>();
  let unpacked = 0;
  const events = new EventCollector(file);
  for (let at = headerAt + headerBytes; at < end; ) {
    if (at + 8 > end) throw byteError(file, at, `${end - at} bytes are left, a packet's header has 8: cut`);
    const [stream, size] = [view.getInt32(at, true), view.getInt32(at + 4, true)];
    if (!(size > 0 && at + 8 + size <= end)) throw byteError(file, at, `a packet of ${size} bytes ends beyond byte ${end}: cut or damaged`);
    const type = info.get(stream)?.type ?? null;
    if (type === null || type === "EVTS") {
      const place = at;
      const fail = (message: string): Error => byteError(file, place, `a packet of stream ${stream} holds ${message}`);
      const content = unpack(bytes.subarray(at + 8, at + 8 + size), MOST_PACKET, fail);
      unpacked += content.length;
      if (unpacked > MOST_UNPACKED) throw fail(`with those before it, more than ${MOST_UNPACKED} bytes once unpacked`);
      const packet = new FlatBuffer(content, fail);
      if (packet.identifier === "EVTS") {
        streams.add(stream);
        addEvents(packet, events, fail);
      } else if (type !== null) throw fail(`a flatbuffer of type ${JSON.stringify(packet.identifier)}, expected EVTS`);
    }
    at += 8 + size;
  }
  if (streams.size > 1)
    throw inputError(file, `holds events of ${streams.size} streams (${[...streams].join(", ")})`, "write one stream per file");
  const size = info.get([...streams][0] ?? -1);
  return events.events(size?.width ?? null, size?.height ?? null);
}

interface Stream {
  readonly type: string;
  readonly width: number | null;
  readonly height: number | null;
}

function headerOf(header: Uint8Array, fileBytes: number, file: string, place: number) {
  const fail = (message: string): Error => byteError(file, place, `the header holds ${message}`);
  const buffer = new FlatBuffer(header, fail);
  if (buffer.identifier !== "IOHE") throw fail(`a flatbuffer of type ${JSON.stringify(buffer.identifier)}, expected IOHE`);
  const root = buffer.root();
  const [compressionAt, tableAt, infoAt] = [COMPRESSION_FIELD, TABLE_FIELD, INFO_FIELD].map((index) => root.field(index));
  const compression = compressionAt === null ? 0 : buffer.i32(compressionAt);
  const unpack = COMPRESSIONS[compression];
  if (unpack === undefined) throw fail(`compression ${compression}; only none, LZ4 and Zstandard can be read`);
  const table = tableAt === null ? -1 : Number(buffer.i64(tableAt));
  if (table >= 0 && (table > fileBytes || table < place + header.length))
    throw fail(`a data table at byte ${table}, the file has ${fileBytes}: cut or damaged`);
  return { unpack, end: table < 0 ? fileBytes : table, info: streamsOf(infoAt === null ? "" : buffer.text(infoAt)) };
}

/**
 * Streams by number, of `<node name="outInfo">` with a node per stream: `typeIdentifier`, and below it `sizeX` and
 * `sizeY`.
 */
function streamsOf(xml: string): ReadonlyMap<number, Stream> {
  const streams = new Map<number, Stream>();
  const pieces = xml.split(/<node\s+name="(\d{1,9})"/);
  for (let i = 1; i + 1 < pieces.length; i += 2) {
    const value = (key: string): string | null => new RegExp(`key="${key}"[^>]*>([^<]{0,40})<`).exec(pieces[i + 1])?.[1] ?? null;
    const size = (key: string): number | null => {
      const text = value(key) ?? "";
      return /^[1-9]\d{0,4}$/.test(text) ? Number(text) : null;
    };
    const type = value("typeIdentifier");
    if (type !== null) streams.set(Number(pieces[i]), { type, width: size("sizeX"), height: size("sizeY") });
  }
  return streams;
}

function addEvents(packet: FlatBuffer, events: EventCollector, fail: (message: string) => Error): void {
  const field = packet.root().field(0);
  if (field === null) return;
  const { start, count } = packet.structs(field, EVENT_BYTES);
  for (let e = 0; e < count; e++) {
    const at = start + e * EVENT_BYTES;
    const timeUs = Number(packet.i64(at));
    const address = packet.i32(at + 8);
    const [x, y] = [address & 0xffff, address >>> 16];
    if (!Number.isSafeInteger(timeUs) || x > 0x7fff || y > 0x7fff) throw fail(`event ${e} at x = ${x}, y = ${y}, ${timeUs} us: damaged`);
    events.add(x, y, packet.i32(at + 12) & 1, timeUs);
  }
}
