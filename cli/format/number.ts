/** Formats numbers for people: significant digits, SI prefixes, durations, sizes. Pure. */
import { log2, log10, wholePower } from "../../base/math.js";
import { percentageDigits } from "../../base/percentage.js";

/**
 * `digits` significant digits without exponent between 1e-4 and 1e9; whole numbers below a million in full; null and
 * NaN as `-`.
 */
export function significant(value: number | null | undefined, digits = 4): string {
  return typeof value === "number" && Number.isInteger(value) && Math.abs(value) < 1e6 ? String(value) : measured(value, digits);
}

/** As `significant`, for a measured value, which keeps its digits even if it is whole: `99.00`. */
export function measured(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "-";
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const size = Math.abs(value);
  if (size >= 1e9 || size < 1e-4) return value.toExponential(Math.max(0, digits - 1)).replace("e+", "e");
  const decimals = Math.max(0, digits - 1 - Math.floor(log10(size)));
  return value.toFixed(Math.min(decimals, 12));
}

/** Digits of a value in a unit: of percentages only all is 100. */
const digitsIn = (unit: string, value: number | null | undefined, digits: number): number =>
  unit === "%" && typeof value === "number" ? percentageDigits(value, digits) : digits;

/** A metric's value: counts of one run are whole; everything else is measured. */
export function inUnit(value: number | null | undefined, unit: string, digits = 4): string {
  return unit === "1" || unit === "cycles" ? significant(value, digits) : measured(value, digitsIn(unit, value, digits));
}

/** A value and its unit: `83.56 %`, `245555` for a plain number. */
export const withUnit = (value: number | null | undefined, unit: string, digits = 4): string =>
  `${significant(value, digitsIn(unit, value, digits))} ${unit === "1" ? "" : unit}`.trim();

/** A parameter's value in full: two values are never one text. */
export const parameterText = (value: unknown): string => (value === null || value === undefined ? "-" : String(value));

/** A metric's value with at most five digits, without zeros at the end; more if it would else be a false 100 %. */
export const metricText = (value: number): string => String(Number(value.toPrecision(percentageDigits(value, 5))));

/** Integer with thin groups: `12 345 678`. */
export function grouped(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, " ");
}

/** Seconds as `0.4 s`, `12 s`, `3:07`, `1:02:45`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return "-";
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return clock(seconds);
}

/** Seconds as `m:ss` or `h:mm:ss`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (n: number): string => String(n).padStart(2, "0");
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** From this factor on a percentage is no help. */
export const MOST_PERCENT = 10_000;

/**
 * A ratio as a change, `+85.8 %` or `-3.0 %`; a smaller one than 0.05 % with one digit, `-0.003 %`, so that only no
 * change is `0 %`; a factor from 10,000 on as `x 1.00e300`.
 */
export function relativeChange(ratio: number): string {
  if (!Number.isFinite(ratio)) return "-";
  if (ratio >= MOST_PERCENT) return `x ${significant(ratio, 3)}`;
  if (ratio === 1) return "0 %";
  const percent = (ratio - 1) * 100;
  const size = Math.abs(percent);
  return `${percent < 0 ? "-" : "+"}${size < 0.05 ? measured(size, 1) : size >= 1000 ? size.toFixed(0) : size.toFixed(1)} %`;
}

/** Bytes as `212 MiB`. */
export function bytes(count: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(log2(count) / 10));
  return `${significant(count / wholePower(1024, power), 3)} ${units[power]}`;
}

/** A smaller difference of two shares is an error of arithmetic. */
const NO_SHARE = 1e-9;

/**
 * A share as `12.3 %`. Only all is `100.0 %` and only nothing is `0.0 %`: what would be rounded to them is `>99.9 %` or
 * `<0.1 %`.
 */
export function percent(share: number, decimals = 1): string {
  if (!Number.isFinite(share)) return "-";
  const text = (share * 100).toFixed(decimals);
  const step = Number(`1e-${decimals}`);
  if (Number(text) === 100 && share < 1 - NO_SHARE) return `>${(100 - step).toFixed(decimals)} %`;
  if (Number(text) === 0 && share > NO_SHARE) return `<${step.toFixed(decimals)} %`;
  return `${text} %`;
}

/** As `percent`, without decimals: `12 %`. */
export const wholePercent = (share: number): string => percent(share, 0);

/** `1 point`, `7 points`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
