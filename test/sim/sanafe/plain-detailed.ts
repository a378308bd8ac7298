/**
 * The detailed time of a step a second time, slow and obvious: it stores and sorts nothing, and asks all messages anew
 * at each moment.
 *
 * Rules: those of `sim/sanafe/detailed-time.ts`.
 */
export interface PlainMessage {
  readonly core: number;
  readonly target: number;
  /** Seconds after the core's message before, or after the beginning. */
  readonly madeAfterS: number;
  readonly hops: number;
  readonly hopsS: number;
  readonly processingS: number;
}

interface Sent extends PlainMessage {
  readonly order: number;
  readonly arrivesS: number;
}

/** When each message to `target` begins, among those that have left, one after the other in order of arrival. */
function begins(sent: readonly Sent[], target: number): { beginS: number; endS: number }[] {
  let busyS = 0;
  return sent
    .filter((one) => one.target === target)
    .sort((a, b) => a.arrivesS - b.arrivesS || a.order - b.order)
    .map((one) => {
      const beginS = Math.max(one.arrivesS, busyS);
      busyS = beginS + one.processingS;
      return { beginS, endS: busyS };
    });
}

/**
 * `restS`: how long each core works after its last message is ready. Returns the step's duration, and how often a core
 * had to wait.
 */
export function plainDetailed(
  cores: number,
  messages: readonly PlainMessage[],
  restS: readonly number[],
  linkMessages: number,
): { durationS: number; waits: number } {
  const queues = Array.from({ length: cores }, (_, core) => messages.filter((one) => one.core === core));
  const madeS = queues.map((queue) => queue[0]?.madeAfterS ?? 0);
  const waitingFor: number[][] = Array.from({ length: cores }, () => []);
  const isWaiting = new Set<number>();
  const sent: Sent[] = [];
  let waits = 0;
  let clockS = 0;
  const hasRoom = (message: PlainMessage, nowS: number): boolean => {
    const left = sent.filter((one) => one.target === message.target).length;
    const begun = begins(sent, message.target).filter(({ beginS }) => beginS <= nowS).length;
    return left - begun < linkMessages * (message.hops + 1);
  };
  const leave = (core: number, nowS: number): void => {
    const message = queues[core].shift() as PlainMessage;
    sent.push({ ...message, order: sent.length, arrivesS: nowS + message.hopsS });
    const following = queues[core][0];
    if (following !== undefined) madeS[core] = nowS + following.madeAfterS;
    else madeS[core] = nowS;
  };
  for (;;) {
    // the next moment: a core has a message ready, or a target with waiting cores begins a message
    let nowS = Number.POSITIVE_INFINITY;
    let event = -1;
    const consider = (timeS: number, number: number): void => {
      if (timeS < nowS || (timeS === nowS && number < event)) [nowS, event] = [timeS, number];
    };
    queues.forEach((queue, core) => {
      if (queue.length > 0 && !isWaiting.has(core)) consider(madeS[core], cores + core);
    });
    for (const [target, [first]] of waitingFor.entries()) {
      if (first === undefined) continue;
      // the first moment from now on at which there is space
      const message = queues[first][0];
      const moments = [clockS, ...begins(sent, target).map(({ beginS }) => beginS)].filter(
        (timeS) => timeS >= clockS && hasRoom(message, timeS),
      );
      consider(Math.min(...moments), target);
    }
    if (event < 0) break;
    clockS = nowS;
    if (event >= cores) {
      const core = event - cores;
      const message = queues[core][0];
      if (waitingFor[message.target].length === 0 && hasRoom(message, nowS)) leave(core, nowS);
      else {
        waits++;
        waitingFor[message.target].push(core);
        isWaiting.add(core);
      }
    } else {
      const [core] = waitingFor[event];
      if (!hasRoom(queues[core][0], nowS)) throw new Error("nothing was free");
      waitingFor[event].shift();
      isWaiting.delete(core);
      leave(core, nowS);
    }
  }
  const ends = Array.from({ length: cores }, (_, core) => Math.max(madeS[core] + restS[core], begins(sent, core).at(-1)?.endS ?? 0));
  return { durationS: Math.max(0, ...ends), waits };
}
