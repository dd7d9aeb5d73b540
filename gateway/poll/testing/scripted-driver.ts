import type { Driver, DriverDevice, PlanHints, ReadRequest } from "../../../drivers/core/driver.js";
import { TransientError } from "../../../drivers/core/errors.js";
import type { DriverStats } from "../../../drivers/core/exchange-stats.js";
import type { Log } from "../../../drivers/core/log.js";
import { ManualClock } from "../../../drivers/core/manual-clock.js";
import { messages, say } from "../../../drivers/core/message.js";
import type { Point } from "../../../drivers/core/point.js";
import type { ReadingBatch } from "../../../drivers/core/reading.js";
import { Poller, type PollerOptions } from "../poller.js";

export const SAID = messages("poll_test", { failed: { vi: "hỏng", en: "failed" } });

export interface Asked {
  readonly device: string;
  readonly points: string;
  readonly mono: number;
}

function requestOf(device: string, points: readonly Point[]): ReadRequest {
  const layout = { device, points: points.map(({ id, type }) => ({ id, type })) };
  return { device, layout, points, detail: undefined };
}

/** Answers by script. Each device is one request, unless hints say how many points fit into one. */
export class ScriptedDriver implements Driver {
  parallel = 1;
  readonly asked: Asked[] = [];
  readonly plans: { device: string; hints: PlanHints | undefined }[] = [];
  readonly held = new Map<string, number>();
  readonly known = new Map<string, PlanHints>();
  connects = 0;
  closes = 0;
  answer: (request: ReadRequest) => void = () => {};
  onConnect: () => void = () => {};
  /** Of each exchange: ms, by device where it is not the same for all. */
  tookMs = 0;
  readonly took = new Map<string, number>();
  /** Hints: how many points a request holds with them. */
  fit = (_hints: PlanHints): number => Number.POSITIVE_INFINITY;
  underWay = 0;
  mostUnderWay = 0;

  constructor(readonly clock: ManualClock) {}

  plan(device: DriverDevice, points: readonly Point[], hints?: PlanHints): readonly ReadRequest[] {
    this.plans.push({ device: device.id, hints });
    const most = hints ? this.fit(hints) : points.length;
    const requests: ReadRequest[] = [];
    for (let from = 0; from < points.length; from += most) {
      requests.push(requestOf(device.id, points.slice(from, from + most)));
    }
    return requests;
  }

  hints(device: string): PlanHints | undefined {
    return this.known.get(device);
  }

  split({ device, points }: ReadRequest): readonly ReadRequest[] {
    const middle = points.length >> 1;
    if (middle === 0) return [];
    return [requestOf(device, points.slice(0, middle)), requestOf(device, points.slice(middle))];
  }

  async connect(): Promise<void> {
    this.connects++;
    this.onConnect();
  }

  async read(request: ReadRequest, signal: AbortSignal): Promise<ReadingBatch> {
    const points = request.points.map(({ id }) => id).join(",");
    this.asked.push({ device: request.device, points, mono: this.clock.mono() });
    const tookMs = this.took.get(request.device) ?? this.tookMs;
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
    try {
      if (tookMs > 0) await this.clock.sleep(tookMs, signal);
    } finally {
      this.underWay--;
    }
    this.answer(request);
    const { layout } = request;
    const values = layout.points.map(() => 1);
    return { layout, state: "measuring", t: this.clock.now(), mono: this.clock.mono(), boot: "b", values };
  }

  readyAt(request: ReadRequest): number {
    return this.held.get(request.device) ?? 0;
  }

  async close(): Promise<void> {
    this.closes++;
  }

  stats(): DriverStats {
    return {
      requests: 0,
      good: 0,
      timeouts: 0,
      damaged: 0,
      foreign: 0,
      late: 0,
      exceptions: 0,
      exceptionCodes: {},
      busyShare: 0,
      devices: {},
    };
  }

  diagnose() {
    return [];
  }

  monitor(): void {}

  describe() {
    return say(SAID.failed);
  }
}

export function points(device: string, ids: readonly string[], periodMs: number): Point[] {
  return ids.map((id) => ({
    id,
    device,
    type: "u16",
    kind: "instant",
    scale: 1,
    offset: 0,
    decimals: 0,
    access: "read",
    periodMs,
    deadband: 0,
    heartbeatMs: 60_000,
    priority: "normal",
    address: undefined,
  }));
}

export function transient(): never {
  throw new TransientError("no_answer", SAID.failed);
}

/** Keeps the codes of what was logged as a warning. */
function warningsInto(codes: string[]): Log {
  const log: Log = {
    debug() {},
    info() {},
    warn: ({ message }) => codes.push(message.code),
    error() {},
    with: () => log,
  };
  return log;
}

/** A poller of devices with these points, on a manual clock. */
export function setUp(
  t: { teardown(run: () => Promise<void>): void },
  devices: Record<string, readonly Point[]>,
  options: Partial<Pick<PollerOptions, "retryWithinMs">> = {},
) {
  const clock = new ManualClock();
  const driver = new ScriptedDriver(clock);
  const batches: ReadingBatch[] = [];
  const fatal: Error[] = [];
  const warnings: string[] = [];
  let turns = 0;
  const poller = new Poller({
    connection: "rs485",
    driver,
    devices: Object.entries(devices).map(([id, own]) => ({
      driverDevice: { id, settings: {} },
      points: own,
    })),
    clock,
    log: warningsInto(warnings),
    random: () => 0.5,
    onBatch: (_request, batch) => batches.push(batch),
    onTurn: () => {
      turns++;
    },
    onFatal: (error) => fatal.push(error),
    ...options,
  });
  t.teardown(() => poller.stop());
  const reasons = (device: string) =>
    batches.filter(({ layout }) => layout.device === device).map(({ flags }) => flags?.[0]?.reason ?? "good");
  const asked = (device: string, ids?: string) =>
    driver.asked.filter((one) => one.device === device && (ids === undefined || one.points === ids));
  return { clock, driver, batches, fatal, warnings, poller, reasons, asked, turns: () => turns };
}
