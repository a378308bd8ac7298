/**
 * What this process does when it ends in any way but `kill -9` and a loss of power. Effects: signal handlers.
 */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Within this time after a long write, Node delivers a signal that came during it. */
const DELIVERY_MS = 50;

const actions = new Set<() => void>();
let isListening = false;

/** Calls `action` when the program ends, the latest action first, unless the returned function is called before. */
export function atEnd(action: () => void): () => void {
  actions.add(action);
  listen();
  return () => {
    actions.delete(action);
    if (actions.size === 0) setTimeout(deafen, DELIVERY_MS).unref();
  };
}

function listen(): void {
  if (isListening) return;
  isListening = true;
  process.on("exit", endAll);
  for (const signal of SIGNALS) process.on(signal, leave);
}

function deafen(): void {
  if (actions.size > 0 || !isListening) return;
  isListening = false;
  process.off("exit", endAll);
  for (const signal of SIGNALS) process.off(signal, leave);
}

function endAll(): void {
  for (const action of [...actions].reverse()) action();
}

/** Ends the program as the signal would have done, unless another listener exists, which then ends it. */
function leave(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  endAll();
  actions.clear();
  deafen();
  process.kill(process.pid, signal);
}
