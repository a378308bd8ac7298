/** The trace of a coupled run: rows of one header, ordered by cycle, unit, event rank and first field. */
export class TraceWriter {
  private readonly rows: { cycle: number; unit: number; rank: number; detail: string; text: string }[] = [];
  private readonly rank: ReadonlyMap<string, number>;

  /**
   * @param order event names in the order of a cycle's rows; events whose names share an inner list keep the order in
   * which they were added
   */
  constructor(
    private readonly header: string,
    order: readonly (readonly string[])[],
  ) {
    this.rank = new Map(order.flatMap((names, i) => names.map((name) => [name, i] as const)));
  }

  /** Adds `cycle,event,...fields`; `sorted`: events of one cycle and unit are ordered by their first field. */
  add(cycle: number, event: string, fields: readonly (string | number)[], sorted = false): void {
    this.push(cycle, 0, event, `${cycle},${event},${fields.join(",")}`, sorted ? String(fields[0]) : "");
  }

  /** Adds `cycle,unit,event,...fields`. */
  addOf(unit: number, cycle: number, event: string, fields: readonly (string | number)[], sorted = false): void {
    this.push(cycle, unit, event, `${cycle},${unit},${event},${fields.join(",")}`, sorted ? String(fields[0]) : "");
  }

  /** Rows before `limitCycles`, in order. */
  private ordered(limitCycles: number): readonly { cycle: number; text: string }[] {
    return this.rows
      .filter((row) => row.cycle < limitCycles)
      .sort((a, b) => a.cycle - b.cycle || a.unit - b.unit || a.rank - b.rank || (a.detail < b.detail ? -1 : a.detail > b.detail ? 1 : 0));
  }

  /** The whole file: header and the rows before `limitCycles`. */
  csv(limitCycles: number): string {
    return `${[this.header, ...this.ordered(limitCycles).map((row) => row.text)].join("\n")}\n`;
  }

  /** Cycle of the last row before `limitCycles`; -1 if there are no rows. */
  lastCycle(limitCycles: number): number {
    return this.rows.reduce((last, row) => (row.cycle < limitCycles && row.cycle > last ? row.cycle : last), -1);
  }

  private push(cycle: number, unit: number, event: string, text: string, detail: string): void {
    const rank = this.rank.get(event);
    if (rank === undefined) throw new Error(`trace event ${event} has no place in the order`);
    this.rows.push({ cycle, unit, rank, detail, text });
  }
}
