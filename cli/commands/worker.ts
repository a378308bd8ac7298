/** `snn-dse worker --redis URL`: lends this host to sweeps that run with `--engine bullmq`. */
import type { Command } from "commander";
import { SECRETS_HELP, wholeNumber, withExamples, withNotes } from "../options/help.js";
import { withPlugins } from "../options/plugins.js";
import type { WorkerCommandOptions } from "../runs/run-worker.js";

/** Longest grace, a day: a timer takes no more than 24 days. */
const MOST_GRACE_SECONDS = 86_400;

export function registerWorker(program: Command): void {
  const command = program
    .command("worker")
    .option("--redis <url>", "server: redis://host:port, or rediss:// for TLS (default: the environment's SNN_DSE_REDIS)")
    .option("--redis-file <file>", "file with the server's address, so that no other user sees its password in the process list")
    .option(
      "--key-file <file>",
      "the sweep's key: jobs with another signature are refused (default: SNN_DSE_CLUSTER_KEY); needed beyond this host",
    )
    .option("--redis-prefix <text>", "first part of every key on the server", "snn-dse")
    .option("--name <text>", "name of this worker (default: worker-<process id>)")
    .option(
      "--threads <n>",
      "points of one sweep that run at the same time (default: the usable cores); of several sweeps, as many of each",
      wholeNumber(1),
    )
    .option("--shared-dir <dir>", "folder that all hosts see, for model, data and spike traces; the sweep must name it too")
    .option(
      "--grace-seconds <n>",
      "time for running points after SIGTERM; unfinished points go back to the queue",
      wholeNumber(0, MOST_GRACE_SECONDS),
      20,
    )
    .option("--idle-exit <seconds>", "leave after this time without a sweep (default: stay)", wholeNumber(1))
    .description("run points of sweeps on other hosts, which a Redis or Valkey server hands out")
    .action(async (options: WorkerCommandOptions) => {
      const { runWorker } = await import("../runs/run-worker.js");
      await runWorker(options);
    });
  withPlugins(command, "a plug-in that a study depends on: without a file of the same content the study is refused");
  withExamples(command, [
    ["snn-dse worker --redis redis://head:6379 --key-file cluster.key", "all cores of this host"],
    ["snn-dse worker --redis-file server.url --key-file cluster.key --threads 4", "TLS and password in a file: rediss://:secret@head:6380"],
    [
      "snn-dse worker --redis redis://localhost:6379 --idle-exit 600",
      "a server on this host needs no key; the worker leaves after 10 idle minutes",
    ],
  ]);
  withNotes(command, SECRETS_HELP);
}
