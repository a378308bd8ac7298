/** Laws fitted to macros, as text: their errors, and the macro with the largest error. Pure. */
import type { FittedLaw, PriceFit } from "../../app/fit-prices.js";
import { percent, significant } from "./number.js";
import { type Look, paint } from "./style.js";
import { tableLines } from "./text-table.js";

const signed = (value: number): string => `${value < 0 ? "" : "+"}${value.toFixed(1)}`;
const plusMinus = (look: Look): string => (look.unicode ? "±" : "+-");
const kindOf = ({ ports, technologyNm, corner }: FittedLaw): string =>
  `${ports} macros at ${technologyNm} nm${corner === "" ? "" : `, corner ${corner}`}`;

/** @param all also prints every macro beside its laws */
export function priceFitLines(look: Look, { laws, leftOut }: PriceFit, all: boolean): readonly string[] {
  const kinds = [...new Set(laws.map(kindOf))];
  return [
    ...kinds.flatMap((kind) => {
      const own = laws.filter((law) => kindOf(law) === kind);
      return [...summaryLines(look, kind, own), "", ...(all ? residualLines(look, own) : [])];
    }),
    ...leftOut.map((text) => paint(look, `left out: ${text}`, "yellow")),
    ...(laws.some((law) => law.statedPercent > 0)
      ? [`${plusMinus(look)} percent is at least the mean of plus_minus_percent of the macros`]
      : []),
    `${plusMinus(look)} percent: about 90 % of unseen macros lie within it at its worst corner of the range, more elsewhere; 80 % there if macros differ by their exponents of the supply alone; covered: share of left-out macros within the interval of the law through the others, at their place`,
  ];
}

function summaryLines(look: Look, kind: string, laws: readonly FittedLaw[]): readonly string[] {
  const [{ macros, words, bits, volts }] = laws;
  const volt = volts.least === volts.most ? `${volts.least} V` : `${volts.least} to ${volts.most} V`;
  const rows = laws.map((law) => {
    const furthest = law.residuals.reduce((far, one) => (Math.abs(one.percent) > Math.abs(far.percent) ? one : far));
    return [
      law.quantity,
      law.law,
      percent(law.rms),
      percent(law.leftOutRms),
      `${plusMinus(look)} ${significant(law.plusMinusPercent, 2)}`,
      percent(law.coverage),
      `${signed(furthest.percent)} % at ${furthest.words} x ${furthest.bits}, line ${furthest.line}`,
    ];
  });
  return [
    paint(look, `${macros} ${kind}: ${words.least} to ${words.most} words, ${bits.least} to ${bits.most} bits, ${volt}`, "bold"),
    ...tableLines(
      look,
      [
        { title: "cost", align: "left" },
        { title: "law", align: "left", least: 40, wraps: true },
        { title: "rms", align: "right" },
        { title: "left out", align: "right" },
        { title: `${plusMinus(look)} percent`, align: "right" },
        { title: "covered", align: "right" },
        { title: "furthest macro, relative to its law", align: "left" },
      ],
      rows,
    ),
  ];
}

/** Each macro relative to the law through all macros, and to the law through the others. */
function residualLines(look: Look, laws: readonly FittedLaw[]): readonly string[] {
  const [{ residuals }] = laws;
  const rows = residuals.map(({ line, macro, words, bits, voltageV }, i) => [
    String(line),
    macro,
    `${words} x ${bits}`,
    String(voltageV),
    ...laws.map(({ residuals: own }) => `${signed(own[i].percent)} (${signed(own[i].leftOutPercent)})`),
  ]);
  const title = (name: string, align: "left" | "right") => ({ title: name, align });
  const columns = [title("line", "right"), title("macro", "left"), title("words x bits", "left"), title("V", "right")];
  return [
    "relative to the law, percent, and to the law through the other macros",
    ...tableLines(look, [...columns, ...laws.map(({ quantity }) => title(quantity, "right"))], rows),
    "",
  ];
}
