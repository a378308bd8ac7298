/** What training tells: progress lines on a terminal or in a log, or events as NDJSON. Effects: prints. */
import { asJson, type Json } from "../base/hash.js";
import type { TrainingEvent } from "../training/index.js";
import { duration, grouped, significant } from "./format/number.js";
import { bar, sparkline } from "./format/sparkline.js";
import { type Look, lookOf, paint } from "./format/style.js";
import { overwrite, print, printJson, warn } from "./print.js";

const LINE_MS = 200;
const PLAIN_LINE_MS = 10_000;

/** One event a line, with the model that it is about. */
export function jsonReporter(model: string): (event: TrainingEvent) => void {
  return (event) => {
    const { snapshot: _network, ...plain } = event as TrainingEvent & { snapshot?: unknown };
    if (plain.kind !== "end") printJson({ ...plain, model });
    else {
      const { predictions: _each, ...test } = plain.test;
      printJson(asJson({ ...plain, test, model }));
    }
  };
}

/** Progress on one line that rewrites itself on a terminal, plain lines every ten seconds elsewhere, one line an epoch always. */
export function lineReporter(continues: boolean): (event: TrainingEvent) => void {
  const terminal = process.stdout.isTTY === true;
  const look = lookOf(process.stdout, process.env);
  const losses: number[] = [];
  let shownMs = 0;
  return (event) => {
    switch (event.kind) {
      case "start":
        print(`back end ${event.backend}, ${grouped(event.parameters)} parameters, ${event.epochs} epochs`);
        for (const warning of event.warnings) warn(`warning: ${warning}`);
        if (event.resumedAtEpoch !== null) print(`continuing in epoch ${event.resumedAtEpoch}`);
        else if (continues) print("the checkpoint found belongs to another configuration; starting over");
        return;
      case "batch": {
        losses.push(event.loss);
        const now = Date.now();
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
          paint(look, `test accuracy ${significant(event.test.accuracy * 100, 4)} %`, "bold") +
            ` (${event.test.correct}/${event.test.scored}), ${significant(event.test.multiplicationsPerFrame, 5)} multiplications a frame, ${duration(event.seconds)}`,
        );
    }
  };
}

function batchLine(look: Look, event: Extract<TrainingEvent, { kind: "batch" }>, losses: readonly number[]): string {
  const share = (event.batch + 1) / event.batches;
  const recent = losses.slice(-20);
  const loss = recent.reduce((sum, value) => sum + value, 0) / recent.length;
  const place = `epoch ${event.epoch}/${event.epochs} ${bar(look, share, 20)} ${event.batch + 1}/${event.batches}`;
  return `${place}  loss ${significant(loss, 3)} ${sparkline(look, losses.slice(-400), 24)}  rate ${significant(event.learningRate, 2)}  ${duration(event.seconds)}`;
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
