/**
 * Writes small HDF5 files by hand, with a feature that the usual library cannot write: rows of different lengths.
 * Source: HDF5 File Format Specification 3.0: superblock 0, old-style groups, contiguous data, one global heap
 * collection.
 */

export type Row16 = { readonly kind: "float16" | "uint16"; readonly rows: readonly (readonly number[])[] };
/** Whole numbers of 16 bits, or of 64 with a sign. */
export type Flat = { readonly kind: "flat" | "flat64"; readonly values: readonly number[] };
export type Tree = { readonly [name: string]: Row16 | Flat | Tree };

const UNDEFINED = 0xffffffffffffffffn;
const isTree = (node: Row16 | Flat | Tree): node is Tree => !("kind" in node);

/** Half-precision bits of a number that half precision holds exactly. */
export function toHalf(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  return (value < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | Math.round((Math.abs(value) / 2 ** exponent - 1) * 1024);
}

class Writer {
  readonly bytes = Buffer.alloc(1 << 20);
  end = 96;
  place(size: number): number {
    const at = this.end;
    this.end += Math.ceil(size / 8) * 8;
    return at;
  }
  u64(at: number, value: number | bigint): void {
    this.bytes.writeBigUInt64LE(BigInt(value), at);
  }
}

function message(type: number, body: Buffer): Buffer {
  const out = Buffer.alloc(8 + Math.ceil(body.length / 8) * 8);
  out.writeUInt16LE(type, 0);
  out.writeUInt16LE(out.length - 8, 2);
  body.copy(out, 8);
  return out;
}

function objectHeader(w: Writer, messages: readonly Buffer[]): number {
  const size = messages.reduce((sum, m) => sum + m.length, 0);
  const at = w.place(16 + size);
  w.bytes[at] = 1;
  w.bytes.writeUInt16LE(messages.length, at + 2);
  w.bytes.writeUInt32LE(1, at + 4);
  w.bytes.writeUInt32LE(size, at + 8);
  Buffer.concat(messages).copy(w.bytes, at + 16);
  return at;
}

function scalarType(kind: "float16" | "uint16"): Buffer {
  const out = Buffer.alloc(20);
  out.set(kind === "float16" ? [0x11, 0x20, 0x0f, 0] : [0x10, 0, 0, 0], 0);
  out.writeUInt32LE(2, 4);
  out.writeUInt16LE(16, 10);
  if (kind === "uint16") return out.subarray(0, 12);
  out.set([10, 5, 0, 10], 12);
  out.writeUInt32LE(15, 16);
  return out;
}

function dataset(w: Writer, type: Buffer, count: number, data: Buffer): number {
  const at = w.place(data.length);
  data.copy(w.bytes, at);
  const space = Buffer.alloc(16);
  space.set([1, 1], 0);
  space.writeBigUInt64LE(BigInt(count), 8);
  const layout = Buffer.alloc(18);
  layout.set([3, 1], 0);
  layout.writeBigUInt64LE(BigInt(at), 2);
  layout.writeBigUInt64LE(BigInt(data.length), 10);
  return objectHeader(w, [message(1, space), message(3, type), message(5, Buffer.from([2, 2, 0, 0])), message(8, layout)]);
}

function rowsDataset(w: Writer, { kind, rows }: Row16): number {
  const heapSize = Math.max(4096, 16 + rows.reduce((sum, row) => sum + 16 + Math.ceil((row.length * 2) / 8) * 8, 0) + 16);
  const heap = w.place(heapSize);
  w.bytes.write("GCOL", heap);
  w.bytes[heap + 4] = 1;
  w.u64(heap + 8, heapSize);
  const references = Buffer.alloc(rows.length * 16);
  let at = heap + 16;
  rows.forEach((row, i) => {
    references.writeUInt32LE(row.length, i * 16);
    references.writeBigUInt64LE(BigInt(row.length === 0 ? 0 : heap), i * 16 + 4);
    references.writeUInt32LE(row.length === 0 ? 0 : i + 1, i * 16 + 12);
    if (row.length === 0) return;
    w.bytes.writeUInt16LE(i + 1, at);
    w.bytes.writeUInt16LE(1, at + 2);
    w.u64(at + 8, row.length * 2);
    row.forEach((value, k) => {
      w.bytes.writeUInt16LE(kind === "float16" ? toHalf(value) : value, at + 16 + 2 * k);
    });
    at += 16 + Math.ceil((row.length * 2) / 8) * 8;
  });
  w.u64(at + 8, heap + heapSize - at);
  const type = Buffer.concat([Buffer.from([0x19, 0, 0, 0, 16, 0, 0, 0]), scalarType(kind)]);
  return dataset(w, type, rows.length, references);
}

/** Object header, B-tree and heap of a group. */
function group(w: Writer, tree: Tree): { header: number; btree: number; heap: number } {
  const names = Object.keys(tree).sort();
  const children = names.map((name) => {
    const node = tree[name];
    if (isTree(node)) return group(w, node);
    if ("rows" in node) return { header: rowsDataset(w, node), btree: null, heap: null };
    const isLong = node.kind === "flat64";
    const data = Buffer.from(isLong ? BigInt64Array.from(node.values, BigInt).buffer : Uint16Array.from(node.values).buffer);
    const type = isLong ? Buffer.from([0x10, 8, 0, 0, 8, 0, 0, 0, 0, 0, 64, 0]) : scalarType("uint16");
    return { header: dataset(w, type, node.values.length, data), btree: null, heap: null };
  });
  const offsets: number[] = [];
  let used = 8;
  for (const name of names) {
    offsets.push(used);
    used += Math.ceil((name.length + 1) / 8) * 8;
  }
  const segment = w.place(used);
  names.forEach((name, i) => {
    w.bytes.write(name, segment + offsets[i]);
  });
  const heap = w.place(32);
  w.bytes.write("HEAP", heap);
  w.u64(heap + 8, used);
  w.u64(heap + 16, 1);
  w.u64(heap + 24, segment);
  const node = w.place(8 + 8 * 40);
  w.bytes.write("SNOD", node);
  w.bytes[node + 4] = 1;
  w.bytes.writeUInt16LE(names.length, node + 6);
  children.forEach((child, i) => {
    const entry = node + 8 + 40 * i;
    w.u64(entry, offsets[i]);
    w.u64(entry + 8, child.header);
    if (child.btree === null || child.heap === null) return;
    w.bytes.writeUInt32LE(1, entry + 16);
    w.u64(entry + 24, child.btree);
    w.u64(entry + 32, child.heap);
  });
  const btree = w.place(24 + 33 * 8 + 32 * 8);
  w.bytes.write("TREE", btree);
  w.bytes.writeUInt16LE(1, btree + 6);
  w.u64(btree + 8, UNDEFINED);
  w.u64(btree + 16, UNDEFINED);
  w.u64(btree + 32, node);
  w.u64(btree + 40, offsets[offsets.length - 1]);
  const body = Buffer.alloc(16);
  body.writeBigUInt64LE(BigInt(btree), 0);
  body.writeBigUInt64LE(BigInt(heap), 8);
  return { header: objectHeader(w, [message(0x11, body)]), btree, heap };
}

/** Bytes of a file with this tree of groups and datasets. */
export function hdf5File(tree: Tree): Buffer {
  const w = new Writer();
  const root = group(w, tree);
  w.bytes.set([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0, 0, 8, 8, 0, 4, 0, 16, 0], 0);
  w.u64(32, UNDEFINED);
  w.u64(40, w.end);
  w.u64(48, UNDEFINED);
  w.u64(64, root.header);
  w.bytes.writeUInt32LE(1, 72);
  w.u64(80, root.btree);
  w.u64(88, root.heap);
  return w.bytes.subarray(0, w.end);
}
