import type { Clock } from "../../drivers/core/clock.js";
import type { CheckerChild } from "./checker-child.js";
import type { Fleet } from "./fleet.js";
import type { Measured } from "./forecast.js";
import { retainedOf } from "./retained.js";
import { type Usage, usageOf } from "./usage.js";
import type { FleetView, Load } from "./view.js";

export interface MonitorParts {
  readonly fleet: Fleet;
  readonly checker: CheckerChild;
  readonly clock: Clock;
  readonly url: string;
  readonly broker: string;
  readonly brokerPid?: number | undefined;
  readonly forMs?: number | undefined;
  readonly spreadMs: number;
  readonly show: (view: FleetView) => void;
}

const SAMPLE_MS = 1_000;
/** A shorter stretch says nothing of a rate that is one a minute. */
const LEAST_MS = 3_000;

interface Sample {
  readonly at: number;
  readonly messages: number;
  readonly bytes: number;
  readonly readings: number;
  readonly sent: number;
  readonly received: number;
  readonly own?: Usage | undefined;
  readonly checker?: Usage | undefined;
  readonly broker?: Usage | undefined;
}

/** Looks at everything once a second: what is shown of a run, and what is measured of it. */
export class FleetMonitor {
  readonly #parts: MonitorParts;
  readonly #startedAt: number;
  readonly #emptyBytes: number | undefined;
  #before: Sample;
  /** The first one with everybody connected. */
  #from: Sample | undefined;
  #peak = 0;
  #finishing = false;
  #cancel: (() => void) | undefined;

  constructor(parts: MonitorParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.mono();
    this.#before = this.#sample();
    this.#emptyBytes = this.#before.broker?.rssBytes;
    this.#later();
  }

  /** From here on nothing is measured. */
  finishing(): Measured | undefined {
    this.#finishing = true;
    const { fleet, spreadMs } = this.#parts;
    const [from, to] = [this.#from, this.#sample()];
    if (!from || to.at - from.at < LEAST_MS) return undefined;
    const seconds = (to.at - from.at) / 1000;
    const a = from.broker;
    const b = to.broker;
    return {
      gateways: fleet.gateways.length,
      seconds,
      messagesPerSecond: (to.messages - from.messages) / seconds,
      peakMessagesPerSecond: this.#peak,
      sentBytesPerSecond: (to.sent - from.sent) / seconds,
      receivedBytesPerSecond: (to.received - from.received) / seconds,
      ...retainedOf(fleet.gateways),
      ...(a && b && { brokerCores: (b.cpuSeconds - a.cpuSeconds) / seconds, brokerRssBytes: b.rssBytes }),
      brokerEmptyBytes: this.#emptyBytes,
      spreadMs,
    };
  }

  stop(): void {
    this.#cancel?.();
  }

  #later(): void {
    this.#cancel = this.#parts.clock.after(SAMPLE_MS, () => {
      this.#look();
      this.#later();
    });
  }

  #look(): void {
    const { broker, checker, clock, fleet, forMs, show, url } = this.#parts;
    const before = this.#before;
    const now = this.#sample();
    this.#before = now;
    const seconds = Math.max(0.001, (now.at - before.at) / 1000);
    const rates = {
      messages: (now.messages - before.messages) / seconds,
      bytes: (now.bytes - before.bytes) / seconds,
      readings: (now.readings - before.readings) / seconds,
    };
    if (fleet.readyAt !== undefined && !this.#finishing) {
      this.#from ??= now;
      if (this.#from !== now) this.#peak = Math.max(this.#peak, rates.messages);
    }
    const { state } = fleet;
    const began = fleet.readyAt ?? this.#startedAt;
    const running = state.storm === "raging" ? "storm" : "running";
    show({
      ...{ url, broker, state, rates },
      phase: this.#finishing ? "finishing" : fleet.readyAt === undefined ? "connecting" : running,
      seconds: (clock.mono() - began) / 1000,
      forSeconds: forMs === undefined ? undefined : forMs / 1000,
      checked: checker.counts,
      own: loadOf(before.own, now.own, seconds) ?? { cpu: 0, memoryMb: 0 },
      checkerLoad: loadOf(before.checker, now.checker, seconds),
      brokerLoad: loadOf(before.broker, now.broker, seconds),
    });
  }

  #sample(): Sample {
    const { brokerPid, checker, clock, fleet } = this.#parts;
    const { counts, wire } = fleet.state;
    return {
      at: clock.mono(),
      messages: counts.messages,
      bytes: counts.bytes,
      readings: counts.readings,
      ...wire,
      own: usageOf(process.pid),
      checker: checker.pid === undefined ? undefined : usageOf(checker.pid),
      broker: brokerPid === undefined ? undefined : usageOf(brokerPid),
    };
  }
}

function loadOf(before: Usage | undefined, now: Usage | undefined, seconds: number): Load | undefined {
  if (!before || !now) return undefined;
  const cpu = Math.max(0, ((now.cpuSeconds - before.cpuSeconds) / seconds) * 100);
  return { cpu, memoryMb: now.rssBytes / 1e6 };
}
