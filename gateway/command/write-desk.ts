import type { Clock } from "../../drivers/core/clock.js";
import type { Driver } from "../../drivers/core/driver.js";
import {
  asError,
  BusyError,
  ConfigurationError,
  HeldError,
  LinkError,
  TramError,
  TransientError,
} from "../../drivers/core/errors.js";
import type { Inspector, WirePlace } from "../../drivers/core/inspector.js";
import { type Language, renderText, say } from "../../drivers/core/message.js";
import type { Point } from "../../drivers/core/point.js";
import type { WriteOutcome, WriteRequest, Writer } from "../../drivers/core/writer.js";
import type { Audit } from "../core/audit.js";
import type { DeviceConfig } from "../core/config.js";
import type { Meanings } from "../core/meanings.js";
import { AUDIT_MESSAGES } from "../core/messages.js";
import { plainValue } from "../core/plain-value.js";
import type {
  RawAnswer,
  RawReadWish,
  TakenReading,
  WriteAnswer,
  WritePlan,
  WriteWish,
} from "../core/point-access.js";
import { ACCESS_MESSAGES } from "./access-messages.js";
import { isSilence } from "./asking.js";
import { findDevice, findPoint } from "./find-points.js";
import { told } from "./taken-reading.js";
import { verified, witnessOf } from "./verification.js";
import { type Wire, writerOf } from "./wire.js";
import { WRITE_DESK_MESSAGES as M } from "./write-desk-messages.js";
import { boundsText, checkBounds, writtenValue } from "./written-value.js";

/** With the longest silence of a device after a write that it did not confirm. */
export const WRITE_WITHIN_MS = 30_000;
/** Writes that may wait behind the one that is being done. */
const MOST_WAITING = 4;
const AGAIN_MS = 1_000;
/** Answers that are remembered, so that a write asked for twice is done once. */
const MOST_ANSWERED = 64;

export interface WriteDeskParts {
  readonly clock: Clock;
  readonly audit: Pick<Audit, "note">;
  readonly devices: ReadonlyMap<string, DeviceConfig>;
  readonly meanings: Meanings;
  readonly wireOf: (connection: string) => Wire | undefined;
  readonly readPoint: (
    device: DeviceConfig,
    point: Point,
    language: Language,
    signal: AbortSignal,
  ) => Promise<TakenReading | undefined>;
  readonly readRaw: (wish: RawReadWish, language: Language, signal: AbortSignal) => Promise<RawAnswer>;
}

/** A write that was checked and encoded. */
interface Prepared {
  readonly device: DeviceConfig;
  readonly wire: Wire;
  readonly writer: Driver & Inspector & Writer;
  readonly request: WriteRequest;
  /** Absent for raw words. */
  readonly point?: Point;
  /** `drive.frequency.set`, for the audit. */
  readonly target: string;
}

/**
 * The way of every write by hand to a Writer: checked against the point's bounds, one at a time, shown or done, sent
 * once, verified by reading, and written into the audit before and after.
 */
export class WriteDesk {
  readonly #parts: WriteDeskParts;
  /** By the id of the wish; also those that are under way. */
  readonly #answers = new Map<string, Promise<WriteAnswer>>();
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(parts: WriteDeskParts) {
    this.#parts = parts;
  }

  async write(wish: WriteWish, language: Language): Promise<WriteAnswer> {
    if (wish.id === undefined) return this.#within((signal) => this.#show(wish, language, signal));
    const before = this.#answers.get(wish.id);
    if (before !== undefined) return before;
    if (this.#waiting >= MOST_WAITING) {
      throw new BusyError(AGAIN_MS, ACCESS_MESSAGES.too_many_waiting, { count: this.#waiting });
    }
    this.#waiting++;
    const turn = this.#last.then(() => this.#within((signal) => this.#do(wish, language, signal)));
    const over = (): void => {
      this.#waiting--;
    };
    this.#last = turn.then(over, over);
    this.#answers.set(wish.id, turn);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > MOST_ANSWERED && oldest !== undefined) this.#answers.delete(oldest);
    return turn;
  }

  async #show(wish: WriteWish, language: Language, signal: AbortSignal): Promise<WriteAnswer> {
    const prepared = this.#prepare(wish, language);
    const present = await this.#present(prepared, language, signal);
    return { state: "shown", plan: this.#planOf(prepared, present, language), confirmed: false };
  }

  async #do(wish: WriteWish, language: Language, signal: AbortSignal): Promise<WriteAnswer> {
    const prepared = this.#prepareOrNote(wish, language);
    const { target, writer } = prepared;
    const { audit } = this.#parts;
    const who = `local ${wish.by}`;
    const present = await this.#present(prepared, language, signal);
    const plan = this.#planOf(prepared, present, language);
    const asked = {
      target,
      old: presentText(present),
      value: String(plan.value),
      words: plan.words.join(" "),
      reason: wish.reason ?? "-",
    };
    audit.note("command", who, say(AUDIT_MESSAGES.write_asked, asked));
    let answer: WriteAnswer;
    const problem = prepared.wire.problem?.said;
    const silent = present !== undefined && isSilence(present);
    if (problem) answer = { state: "not_sent", plan, confirmed: false, problem: told(problem, language) };
    else if (silent) {
      // Whether it heard would not be known.
      const facts = { device: plan.device, problem: present.problem?.text ?? "" };
      const said = say(M.no_answer_before, facts);
      answer = { state: "not_sent", plan, confirmed: false, problem: told(said, language) };
    } else answer = await this.#send(prepared, plan, writer, language, signal);
    const done = {
      target,
      state: answer.state,
      read_back: String(answer.readBack ?? answer.readBackWords?.join(" ") ?? "-"),
      exception: answer.exception ?? "-",
    };
    audit.note("command", who, say(AUDIT_MESSAGES.write_done, done));
    return answer;
  }

  async #send(
    { device, point, request }: Prepared,
    plan: WritePlan,
    writer: Driver & Inspector & Writer,
    language: Language,
    signal: AbortSignal,
  ): Promise<WriteAnswer> {
    let outcome: WriteOutcome;
    try {
      outcome = await this.#whenFree(writer, request, signal);
    } catch (thrown) {
      const error = asError(thrown);
      // The contract of Writer: nothing was put on the wire.
      if (error instanceof TransientError || error instanceof LinkError) {
        return { state: "not_sent", plan, confirmed: false, problem: told(error.said, language) };
      }
      throw error;
    }
    if (point) outcome = await verified(outcome, request, device, writer, this.#parts.clock, signal);
    const { confirmed, exception, problem, readBack, readBackWords, state } = outcome;
    const decimals = point?.decimals ?? 0;
    // All that can be known of what cannot be read.
    const isTold = state === "unknown" && confirmed && plan.verify === "none";
    return {
      state: isTold ? "confirmed" : state,
      plan,
      confirmed,
      ...(readBack !== undefined && { readBack: plainValue(readBack, decimals) }),
      ...(readBackWords && { readBackWords }),
      ...(exception !== undefined && { exception }),
      ...(problem && { problem: told(problem, language) }),
    };
  }

  /** A write that was held back did not reach the wire: it may wait until it may. */
  async #whenFree(writer: Writer, request: WriteRequest, signal: AbortSignal): Promise<WriteOutcome> {
    const { clock } = this.#parts;
    for (;;) {
      try {
        return await writer.write(request, signal);
      } catch (error) {
        if (!(error instanceof HeldError) || signal.aborted) throw error;
        await clock.sleep(Math.max(0, error.untilMs - clock.mono()), signal).catch(() => {});
      }
    }
  }

  #prepare(wish: WriteWish, language: Language): Prepared {
    const device = findDevice(this.#parts.devices, wish.device);
    const { connection } = device;
    const wire = this.#parts.wireOf(connection);
    const writer = wire && writerOf(wire.driver);
    if (!wire || !writer) throw new ConfigurationError(ACCESS_MESSAGES.not_writable_driver, { connection });
    const own = { id: device.id, settings: device.settings };
    if ("raw" in wish) {
      const request = writer.planRawWrite(own, wish.raw, wish.words);
      return { device, wire, writer, request, target: targetOf(wish) };
    }
    const point = findPoint(device, wish.point);
    if (point.access === "read" || point.safety === "read-only") {
      const writable = device.points.filter(({ access }) => access !== "read").map(({ id }) => id);
      const facts = { device: device.id, point: point.id, points: writable.join(", ") || "-" };
      throw new ConfigurationError(M.read_only, facts);
    }
    const value = writtenValue(point, wish.value);
    checkBounds(point, value, language);
    const { at } = verifyOf(point);
    if (at !== undefined && !device.points.some(({ id }) => id === at)) {
      throw new ConfigurationError(M.needs_point, { device: device.id, point: point.id, at });
    }
    const request = writer.planWrite(own, point, value);
    return { device, wire, writer, request, point, target: targetOf(wish) };
  }

  #prepareOrNote(wish: WriteWish, language: Language): Prepared {
    try {
      return this.#prepare(wish, language);
    } catch (thrown) {
      const error = asError(thrown);
      if (error instanceof TramError) {
        const value = "raw" in wish ? wish.words.join(" ") : String(wish.value);
        const facts = { value, target: targetOf(wish), problem: renderText(error.said, "en") };
        this.#parts.audit.note("command", `local ${wish.by}`, say(AUDIT_MESSAGES.write_refused, facts));
      }
      throw error;
    }
  }

  async #present(
    { device, point, request, wire, writer }: Prepared,
    language: Language,
    signal: AbortSignal,
  ): Promise<WritePlan["present"]> {
    if (wire.problem) return undefined;
    if (!point) {
      const { address, count, table } = writer.placeOf(request);
      return this.#parts.readRaw({ of: { device: device.id }, table, address, count }, language, signal);
    }
    const shown = point.access === "write" ? witnessOf(device, point) : point;
    return shown && this.#parts.readPoint(device, shown, language, signal);
  }

  #planOf(
    { device, point, request, writer }: Prepared,
    present: WritePlan["present"],
    language: Language,
  ): WritePlan {
    const place: WirePlace = writer.placeOf(request);
    const words = writer.wordsOf(request);
    const head = { device: device.id, deviceName: device.name, connection: device.connection };
    const foot = { ...(present && { present }), request: place, words };
    if (!point) return { ...head, value: words.join(" "), ...foot, verify: "point" };
    const bounds = boundsText(point, language);
    const meaning = this.#parts.meanings.textOf(device.id, point.id, request.value, language);
    const { keeps } = point.writeRules ?? {};
    const { at } = verifyOf(point);
    return {
      ...head,
      point: point.id,
      ...(point.name && { name: point.name[language] }),
      ...(point.unit !== undefined && { unit: point.unit }),
      value: plainValue(request.value, point.decimals ?? 0),
      ...(meaning !== undefined && { meaning }),
      ...(bounds !== undefined && { bounds }),
      ...foot,
      ...(keeps && { keeps }),
      ...(point.safety && { safety: point.safety }),
      verify: at === undefined ? (witnessOf(device, point) ? "point" : "none") : { at },
    };
  }

  async #within<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const deadline = new AbortController();
    const cancel = this.#parts.clock.after(WRITE_WITHIN_MS, () => deadline.abort());
    try {
      return await work(deadline.signal);
    } finally {
      cancel();
    }
  }
}

function verifyOf({ writeRules }: Point): { readonly at?: string } {
  return typeof writeRules?.verify === "object" ? writeRules.verify : {};
}

function targetOf(wish: WriteWish): string {
  return "raw" in wish
    ? `${wish.device} ${wish.raw.table} ${wish.raw.address}`
    : `${wish.device}.${wish.point}`;
}

function presentText(present: WritePlan["present"]): string {
  if (!present) return "-";
  if ("point" in present) return String(present.value ?? present.reason ?? "-");
  return present.words?.join(" ") ?? "-";
}
