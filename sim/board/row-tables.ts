/**
 * Sparse rows in the memory of the compiled board: stored targets, or the kernel that gives them and room for one row
 * per core.
 */
import type { SharedKernel } from "../../arch/index.js";
import { placeConvolution } from "../kernel/convolution-table.js";
import { type Block, type Items, KernelItems, WrittenItems } from "../program/index.js";

type Place = (table: Uint32Array | Int32Array) => number;

/** Writes tables that blocks share only once. */
export class RowTables {
  private readonly written = new Map<Uint32Array, number>();
  private readonly convolutions = new Map<SharedKernel, number>();
  /** By core: targets and words of the row in progress. */
  private readonly rooms = new Map<number, readonly [targets: number, words: number]>();
  private readonly longest: number;

  constructor(
    private readonly place: Place,
    blocks: readonly Block[],
  ) {
    this.longest = blocks.reduce((most, { items }) => (items instanceof KernelItems ? Math.max(most, items.longest) : most), 0);
  }

  /** Address of the targets of all rows; 0 if none are stored. */
  targetsOf(items: Items | null): number {
    return items instanceof WrittenItems ? this.once(items.targets) : 0;
  }

  /** The kernel of a block as the board needs it, on a core. */
  kernelOf(
    { kernel, rowStart }: KernelItems,
    core: number,
  ): readonly [convolution: number, rowStart: number, sources: number, targets: number, words: number] {
    const convolution = this.convolutions.get(kernel) ?? placeConvolution(kernel, this.place);
    this.convolutions.set(kernel, convolution);
    const room = this.rooms.get(core) ?? [this.place(new Uint32Array(this.longest)), this.place(new Uint32Array(this.longest))];
    this.rooms.set(core, room);
    return [convolution, this.once(rowStart), rowStart.length - 1, ...room];
  }

  private once(table: Uint32Array): number {
    const at = this.written.get(table) ?? this.place(table);
    this.written.set(table, at);
    return at;
  }
}
