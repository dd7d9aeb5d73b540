import type { BusTextFrame } from "../../drivers/core/bus-text.js";
import type { Framing, HeardRequest } from "../modbus/framing.js";
import { frameOf } from "./framing-of-recording.js";

/** What came back, and how long after the request, ms. */
export interface RecordedAnswer {
  readonly unit: number;
  readonly pdu: Uint8Array;
  readonly afterMs: number;
}

/** A request of the recording and what became of it. */
export interface Exchange {
  /** Its place among all frames, from 0. */
  readonly at: number;
  readonly unit: number;
  readonly pdu: Uint8Array;
  /** Absent: nobody answered in time. */
  readonly answer?: RecordedAnswer;
}

/** Frames that are played by nobody. */
export interface LeftOut {
  /** Answers to requests that were given up, frames of others, what was sent and heard again, no whole frames. */
  late: number;
  foreign: number;
  echo: number;
  damaged: number;
  /** Whole frames that are no frames of this protocol, or answer nothing that was asked; the line of the first. */
  unclear: number;
  unclearLine: number;
  /** Requests and answers whose other half is missing: skipped, before the beginning or after the end. */
  cutOff: number;
  /** Frames that the recorder left out. */
  skipped: number;
}

export interface Exchanges {
  readonly all: readonly Exchange[];
  readonly leftOut: LeftOut;
}

/** Under way on a pipelined connection, at most; more are those of a recording that never saw an answer. */
const MOST_OPEN = 64;

interface Open extends HeardRequest {
  readonly at: number;
  readonly ms: number;
}

/**
 * Requests with their answers, in the order in which the requests were sent. `wireMs`: what so many bytes took on the
 * recorded wire, where that is no part of the turnaround. Late, foreign, echoed and damaged frames are no answers: who
 * asked had none in time, so that whoever asks the replay has none.
 */
export function exchangesOf(
  frames: readonly BusTextFrame[],
  skipped: number,
  framing: Framing,
  wireMs: (bytes: number) => number,
): Exchanges {
  const leftOut: LeftOut = {
    late: 0,
    foreign: 0,
    echo: 0,
    damaged: 0,
    unclear: 0,
    unclearLine: 0,
    cutOff: 0,
    skipped,
  };
  const all: Exchange[] = [];
  let open: Open[] = [];
  /** Nothing is known of what was asked before. */
  let isAfterGap = true;
  const giveUp = (isGivenUp: (request: Open) => boolean): void => {
    for (const { at, pdu, unit } of open.filter(isGivenUp)) all.push({ at, pdu, unit });
    open = open.filter((request) => !isGivenUp(request));
  };
  const unclear = ({ line }: BusTextFrame): void => {
    if (leftOut.unclear++ === 0) leftOut.unclearLine = line;
  };
  for (const [at, frame] of frames.entries()) {
    if (frame.missing) {
      leftOut.cutOff += open.length;
      open = [];
      isAfterGap = true;
    }
    const { kind } = frame;
    if (kind !== "request" && kind !== "answer") {
      leftOut[kind]++;
      continue;
    }
    const whole = frameOf(framing, frame.bytes);
    if (!whole) unclear(frame);
    else if (kind === "request") {
      // On a serial line nobody is asked before the one before has had its time.
      giveUp(({ transaction }) => framing.serial || transaction === whole.transaction);
      isAfterGap = false;
      if (open.length === MOST_OPEN) giveUp((request) => request === open[0]);
      open.push({ ...whole, at, ms: frame.ms });
    } else {
      const asked = open.find((request) => answers(framing, request, whole));
      if (!asked && isAfterGap) leftOut.cutOff++;
      else if (!asked) unclear(frame);
      else {
        const tookMs = frame.ms - asked.ms - wireMs(asked.raw.length + whole.raw.length);
        const answer = { unit: whole.unit, pdu: whole.pdu, afterMs: Math.max(0, tookMs) };
        all.push({ at: asked.at, unit: asked.unit, pdu: asked.pdu, answer });
        open = open.filter((request) => request !== asked);
      }
    }
  }
  // What was under way at the end may have been answered after it, if anybody had an answer at all.
  const last = frames.at(-1)?.ms ?? 0;
  const waitedMs = longestWait(all);
  giveUp((request) => last - request.ms > waitedMs);
  leftOut.cutOff += open.length;
  all.sort((a, b) => a.at - b.at);
  return { all, leftOut };
}

function longestWait(exchanges: readonly Exchange[]): number {
  return exchanges.reduce((most, { answer }) => Math.max(most, answer?.afterMs ?? 0), 0);
}

function answers(framing: Framing, request: Open, reply: HeardRequest): boolean {
  const isFunction = ((reply.pdu[0] ?? 0) & 0x7f) === request.pdu[0];
  if (!framing.serial) return isFunction && reply.transaction === request.transaction;
  return isFunction && reply.unit === request.unit;
}
