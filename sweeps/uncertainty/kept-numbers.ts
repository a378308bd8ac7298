/** Random numbers by name that many points ask for: kept up to a limit, else drawn again. Pure. */

/** Numbers are kept up to so many bytes. */
const KEPT_BYTES = 67_108_864;

export class KeptNumbers {
  private readonly kept = new Map<string, Float64Array>();

  /** @param drawn [draws] standard normal numbers by name, made anew in each call */
  constructor(
    private readonly drawn: (name: string) => Float64Array,
    private readonly keptBytes = KEPT_BYTES,
  ) {}

  /** [draws] numbers of a name; `keeps`: others will ask for them. */
  of(name: string, keeps = true): Float64Array {
    const known = this.kept.get(name);
    if (known !== undefined) return known;
    const numbers = this.drawn(name);
    if (keeps && (this.kept.size + 1) * numbers.byteLength <= this.keptBytes) this.kept.set(name, numbers);
    return numbers;
  }
}
