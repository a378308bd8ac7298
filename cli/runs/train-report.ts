/** Reports training: progress lines on a terminal or in a log, or events as NDJSON. Effects: prints. */

import { effectiveProductsOf } from "../../app/evaluate-models.js";
import type { ChipScore, TrainingEvent, TrainProgress } from "../../app/train.js";
import type { Json } from "../../base/hash.js";
import { type Scored, scoreInterval } from "../format/interval.js";
import { duration, grouped, significant, withUnit } from "../format/number.js";
import { weightsText } from "../format/precision.js";
import { bar, sparkline } from "../format/sparkline.js";
import { type Look, lookOf, paint } from "../format/style.js";
import { overwrite, print, printJson, warn } from "../output/print.js";

const LINE_MS = 200;
const PLAIN_LINE_MS = 10_000;

/** One event per line; each names its model. */
export function jsonReporter(): (event: TrainProgress) => void {
  return (event) => {
    if (event.kind === "note" || event.kind === "model") return;
    const { snapshot: _network, ...plain } = event as TrainProgress & { snapshot?: unknown };
    if (plain.kind !== "end" && plain.kind !== "scored") printJson(plain);
    else {
      const { predictions: _each, ...test } = plain.test;
      printJson({ ...plain, test });
    }
  };
}

/** Progress in one rewritten line on a terminal, else a plain line every ten seconds; always one line per epoch. */
export function lineReporter(): (event: TrainProgress) => void {
  const terminal = process.stdout.isTTY === true;
  const look = lookOf(process.stdout, process.env);
  let losses: number[] = [];
  let shownMs = Number.NEGATIVE_INFINITY; // the first batch is shown, however young the process is
  return (event) => {
    switch (event.kind) {
      case "note":
        warn(event.text);
        return;
      case "model":
        losses = [];
        shownMs = Number.NEGATIVE_INFINITY;
        if (event.count > 1) print([...(event.index === 1 ? [] : [""]), `${event.index}/${event.count} ${event.file}`]);
        return;
      case "kept":
        print("already trained with this configuration, these data and this back end; --fresh trains it again");
        return;
      case "written":
        print(`wrote ${event.file}`);
        return;
      case "start":
        print(`back end ${event.backend}, ${grouped(event.parameters)} parameters, ${event.epochs} epochs`);
        for (const warning of event.warnings) warn(`warning: ${warning}`);
        if (event.resumedAtEpoch !== null)
          print(event.resumedAtEpoch > event.epochs ? "continuing behind the last epoch" : `continuing in epoch ${event.resumedAtEpoch}`);
        return;
      case "batch": {
        losses.push(event.loss);
        const now = performance.now();
        if (now - shownMs < (terminal ? LINE_MS : PLAIN_LINE_MS)) return;
        shownMs = now;
        const line = batchLine(look, event, losses);
        if (terminal) overwrite(line);
        else print(line);
        return;
      }
      case "epoch":
        if (terminal) overwrite("");
        print(`${epochText({ ...event.record })}  ${duration(event.seconds)}`);
        return;
      case "end":
        print(
          paint(look, `test accuracy ${withUnit(event.test.accuracy * 100, "%")}`, "bold") +
            ` (${countsWithin(event.test)}), ${productsText(event.test)}, ${duration(event.seconds)}`,
        );
        if (event.onChip !== null) print(chipText(event.onChip));
        return;
      case "scored": {
        const share = paint(look, `test accuracy ${withUnit(event.test.accuracy * 100, "%")}`, "bold");
        print(`${share} (${countsWithin({ ...event.test, samples: event.test.scored })}), ${duration(event.seconds)}`);
        print(chipText(event.onChip));
      }
    }
  };
}

function batchLine(look: Look, event: Extract<TrainingEvent, { kind: "batch" }>, losses: readonly number[]): string {
  const share = event.batch / event.batches;
  const recent = losses.slice(-20);
  const loss = recent.reduce((sum, value) => sum + value, 0) / recent.length;
  const place = `epoch ${event.epoch}/${event.epochs} ${bar(look, share, 20)} ${event.batch}/${event.batches}`;
  return `${place}  loss ${significant(loss, 3)} ${sparkline(look, losses.slice(-400), 24)}  rate ${significant(event.learningRate, 2)}  ${duration(event.seconds)}`;
}

function productsText(test: Extract<TrainingEvent, { kind: "end" }>["test"]): string {
  const all = `${significant(test.multiplicationsPerFrame, 5)} multiplications per frame`;
  const products = effectiveProductsOf(test);
  return products === null ? all : `${all} (${significant(products, 5)} with weights that are not 0)`;
}

const countsWithin = (score: Scored): string => `${score.correct}/${score.scored}, ${scoreInterval(score)}`;

function chipText(score: ChipScore): string {
  const { correct, scored, precision } = score;
  const widths = precision as {
    readonly weightBits: number;
    readonly layers: { readonly [name: string]: { readonly [key: string]: number } };
  };
  return `in a chip's integers, ${weightsText(widths)}: ${withUnit((100 * correct) / scored, "%")} (${countsWithin(score)})`;
}

function epochText(record: { readonly [key: string]: Json }): string {
  return Object.entries(record)
    .filter(([, value]) => typeof value === "number")
    .map(
      ([name, value]) =>
        `${name
          .replace(/([A-Z])/g, " $1")
          .replaceAll("_", " ")
          .toLowerCase()} ${significant(value as number, 4)}`,
    )
    .join("  ");
}
