import type { Cancel, Clock } from "../../drivers/core/clock.js";
import type { EventBody } from "../../gateway/contract/event.js";
import type { FullStatus } from "../../gateway/contract/status.js";
import { topicOf } from "../../gateway/contract/topics.js";
import { AlarmBoard } from "./alarm-board.js";
import { chance } from "./chance.js";
import { FleetSession } from "./fleet-session.js";
import { type BrokerAccess, type LinkBytes, MqttLink } from "./mqtt-link.js";
import { type Outgoing, snapshotMessage } from "./record-text.js";
import { RequestDesk } from "./request-desk.js";
import type { Station } from "./station.js";
import { lastWill, statusMessage } from "./status-message.js";
import { type Content, GatewayStream } from "./stream.js";
import type { Tally } from "./tally.js";
import { within } from "./within.js";

/** How the gateways of a fleet behave; the same for all. */
export interface Behaviour {
  readonly everyMs: number;
  /** `station`: all devices are read at one moment and share a message; `device`: each has its own. */
  readonly messages: "device" | "station";
  /** After a loss, or with the power, connections return spread over so long. */
  readonly spreadMs: number;
  /** Records a second of one gateway's backlog. */
  readonly backlogRate: number;
  readonly history: number;
  readonly capacity: number;
  readonly statusEveryMs: number;
  readonly version: string;
}

export interface GatewayParts {
  readonly station: Station;
  readonly epoch: string;
  readonly access: BrokerAccess;
  readonly behaviour: Behaviour;
  readonly clock: Clock;
  readonly random: () => number;
  readonly tally: Tally;
}

/** A connection that stood so long was a good one. */
const STOOD_MS = 10_000;
const FAREWELL_MS = 2_000;
/** A broker may have lost what it retained. */
const BIRTHS_EVERY_MS = 86_400_000;
const FIRST_RETRY_MS = 1_000;
const MOST_RETRY_MS = 60_000;

/** One gateway that is not there: reads at its rate, numbers, keeps, sends, and speaks the contract. */
export class FleetGateway {
  readonly station: Station;
  readonly stream: GatewayStream;
  readonly #parts: GatewayParts;
  readonly #desk: RequestDesk;
  readonly #alarms: AlarmBoard;
  readonly #lostDevices = new Set<number>();
  readonly #contents: readonly (readonly [good: Content, none: Content])[];
  #power: "new" | "on" | "off" | "retired" = "new";
  #network: "there" | "away" = "there";
  #link: MqttLink | undefined;
  #session: FleetSession | undefined;
  #rev = 1;
  #birthsOf = 0;
  #birthsAt = 0;
  #since = 0;
  #connectedAt = 0;
  #failures = 0;
  #statusAt = 0;
  #cancelRead: Cancel | undefined;
  #cancelConnect: Cancel | undefined;

  constructor(parts: GatewayParts) {
    const { behaviour, clock, epoch, station, tally } = parts;
    this.#parts = parts;
    this.station = station;
    this.#contents = station.devices.map((_, device) => [
      { device, answer: "good" },
      { device, answer: "none" },
    ]);
    this.stream = new GatewayStream({
      history: behaviour.history,
      capacity: behaviour.capacity,
      pointsOf: (device) => {
        const { id = "", points = [] } = station.devices[device] ?? {};
        return points.map((point) => `${id}.${point.id}`);
      },
    });
    this.#alarms = new AlarmBoard(station);
    this.#desk = new RequestDesk({
      station,
      epoch,
      everyMs: behaviour.everyMs,
      rev: () => this.#rev,
      stream: this.stream,
      lostDevices: this.#lostDevices,
      now: () => clock.now(),
      mono: () => clock.mono(),
      diagnose: () => this.#diagnosis(),
      tally,
    });
  }

  get epoch(): string {
    return this.#parts.epoch;
  }

  get isConnected(): boolean {
    return this.#session !== undefined;
  }

  /** Dark, or without a way to the broker; not merely between two tries. */
  get isOut(): boolean {
    return this.#power === "off" || this.#power === "retired" || this.#network === "away";
  }

  /** It sends what it could not send in time. */
  get isDraining(): boolean {
    return this.#session?.isDraining === true;
  }

  /** Nothing waits any more: no record, no answer, no receipt. */
  get isIdle(): boolean {
    const open = this.#session?.inFlight ?? 0;
    return this.stream.waiting === 0 && this.#desk.waiting === 0 && open === 0;
  }

  /** What the socket of the present connection has counted; those of earlier ones are in the tally. */
  get bytes(): LinkBytes {
    return this.#link?.bytes ?? { sent: 0, received: 0 };
  }

  /** It is switched on and connects after so long. The first time and after every cut. Idempotent. */
  switchOn(connectAfterMs: number): void {
    if (this.#power === "on" || this.#power === "retired") return;
    this.#power = "on";
    const { clock, behaviour } = this.#parts;
    this.stream.recover(this.#moment(), this.#rev, "backlog");
    this.#append({ event: { event: "alarms", active: this.#alarms.clear() } });
    const { everyMs, messages } = behaviour;
    const beat = messages === "station" ? everyMs : everyMs / this.station.devices.length;
    this.#readAfter(chance(this.station.seed, 7, Math.floor(clock.now())) * beat, 0);
    this.#connectAfter(connectAfterMs);
  }

  /** The power fails: no farewell, and what was not committed is gone. */
  cutPower(): void {
    if (this.#power !== "on") return;
    this.#power = "off";
    this.#parts.tally.add("crashes");
    this.stopReading();
    this.#cancelConnect?.();
    this.#link?.cut();
    this.stream.crash(this.#parts.clock.mono());
  }

  cutNetwork(): void {
    this.#network = "away";
    this.#cancelConnect?.();
    this.#link?.cut();
  }

  restoreNetwork(connectAfterMs: number): void {
    if (this.#network === "there") return;
    this.#network = "there";
    if (!this.#link) this.#connectAfter(connectAfterMs);
  }

  /** An orderly stop and start, as after an update: no void follows. */
  async restart(awayMs: number): Promise<void> {
    if (this.#power !== "on") return;
    await this.#stop("off");
    this.#parts.clock.after(awayMs, () => this.switchOn(0));
  }

  loseDevice(device: number): void {
    const { id } = this.station.devices[device] ?? {};
    if (id === undefined || this.#power !== "on" || this.#lostDevices.has(device)) return;
    this.#lostDevices.add(device);
    this.#parts.tally.add("lostDevices");
    this.#append({ event: { event: "device_lost", device: id, reason: "no_answer" } });
  }

  findDevice(device: number): void {
    const { id } = this.station.devices[device] ?? {};
    if (id === undefined || this.#power !== "on" || !this.#lostDevices.delete(device)) return;
    this.#append({ event: { event: "device_found", device: id } });
  }

  /** Somebody changes the configuration: a new revision with new births. */
  newRevision(): void {
    if (this.#power !== "on") return;
    this.#rev++;
    this.#sendBirths();
    this.#sendStatus();
  }

  /** A part of what waits is given up, as with a small disk. */
  evict(share: number): void {
    if (this.#power !== "on") return;
    const lane = this.#session ? "live" : "backlog";
    const count = Math.ceil(this.stream.waiting * share);
    const gone = this.stream.evict(count, "full", this.#moment(), this.#rev, lane);
    this.#parts.tally.add("evictions", gone);
    this.#session?.pump();
  }

  /** For good: farewell, and an orderly end of the connection. Idempotent. */
  retire(): Promise<void> {
    return this.#stop("retired");
  }

  async #stop(power: "off" | "retired"): Promise<void> {
    this.#power = power;
    this.stopReading();
    this.#cancelConnect?.();
    this.#network = "there";
    const { clock } = this.#parts;
    const [session, link] = [this.#session, this.#link];
    if (session && link) {
      this.#since = clock.now();
      const said = new Promise<void>((resolve) => {
        session.control(
          () => this.#status("offline"),
          () => resolve(),
        );
      });
      await within(clock, FAREWELL_MS, said);
      session.end();
    }
    await link?.close();
  }

  /** No reading any more; what waits still goes out. */
  stopReading(): void {
    this.#cancelRead?.();
    this.#cancelRead = undefined;
  }

  #readAfter(ms: number, device: number): void {
    this.#cancelRead = this.#parts.clock.after(ms, () => this.#read(device));
  }

  #read(first: number): void {
    const { behaviour, clock } = this.#parts;
    const devices = this.station.devices.length;
    const together = behaviour.messages === "station";
    for (let device = first; device < (together ? devices : first + 1); device++) this.#readDevice(device);
    const pause = together ? behaviour.everyMs : behaviour.everyMs / devices;
    this.#readAfter(pause, together ? 0 : (first + 1) % devices);
    this.#session?.pump();
    if (clock.mono() - this.#statusAt >= behaviour.statusEveryMs) this.#sendStatus();
    if (clock.mono() - this.#birthsAt >= BIRTHS_EVERY_MS) this.#sendBirths();
  }

  #readDevice(device: number): void {
    const model = this.station.devices[device];
    const [good, none] = this.#contents[device] ?? [];
    if (!model || !good || !none) return;
    const isLost = this.#lostDevices.has(device);
    this.#parts.tally.add("readings", model.points.length);
    const moment = this.#moment();
    this.stream.append(isLost ? none : good, moment, this.#rev, this.#session ? "live" : "backlog");
    if (isLost) return;
    for (const event of this.#alarms.judge(model, moment.t, this.#rev)) {
      this.#parts.tally.add("alarms");
      this.#append({ event });
    }
  }

  #append(what: { readonly event: EventBody }): void {
    this.stream.append(what, this.#moment(), this.#rev, this.#session ? "live" : "backlog");
    this.#session?.pump();
  }

  #moment(): { readonly t: number; readonly mono: number } {
    const { clock } = this.#parts;
    return { t: Math.floor(clock.now()), mono: clock.mono() };
  }

  #connectAfter(ms: number): void {
    this.#cancelConnect?.();
    this.#cancelConnect = this.#parts.clock.after(ms, () => this.#connect());
  }

  #connect(): void {
    if (this.isOut || this.#link) return;
    const { access, clock, epoch } = this.#parts;
    const { id } = this.station;
    this.#link = new MqttLink({
      access,
      id,
      clock,
      will: lastWill(id, epoch),
      commands: topicOf(id, "command"),
      onOpen: () => this.#opened(),
      onCommand: (payload) => this.#desk.take(payload),
      onClosed: (problem) => this.#closed(problem),
    });
  }

  #opened(): void {
    const { behaviour, clock, epoch, tally } = this.#parts;
    const link = this.#link;
    if (!link) return;
    tally.add("connections");
    this.#connectedAt = clock.mono();
    this.#since = clock.now();
    const session = new FleetSession({
      station: this.station,
      epoch,
      rev: this.#rev,
      everyMs: behaviour.everyMs,
      stream: this.stream,
      link,
      clock,
      tally,
      backlogRate: behaviour.backlogRate,
      onDrained: () => this.#sendStatus(),
    });
    this.#session = session;
    // In this order: status, births where they are due, current values; then records.
    this.#sendStatus();
    if (this.#birthsOf !== this.#rev) this.#sendBirths();
    session.control(() =>
      snapshotMessage(
        this.station,
        { epoch, rev: this.#rev, last: this.stream.last },
        Math.floor(clock.now()),
        this.#lostDevices,
      ),
    );
    this.#desk.use(session);
    session.pump();
  }

  #closed(problem: Error | undefined): void {
    const { behaviour, clock, random, tally } = this.#parts;
    const { received, sent } = this.bytes;
    tally.add("socketSent", sent);
    tally.add("socketReceived", received);
    this.#link = undefined;
    const session = this.#session;
    this.#session = undefined;
    this.#desk.use(undefined);
    session?.end();
    if (!session || problem) tally.failed(problem);
    if (this.isOut) return;
    const stood = session !== undefined && clock.mono() - this.#connectedAt >= STOOD_MS;
    this.#failures = stood ? 0 : this.#failures + 1;
    const most = Math.min(MOST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#failures, 10));
    this.#connectAfter(random() * (stood ? behaviour.spreadMs : most));
  }

  #sendBirths(): void {
    const rev = this.#rev;
    this.#birthsAt = this.#parts.clock.mono();
    this.#session?.births(rev, () => {
      this.#birthsOf = rev;
    });
    this.#session?.pump();
  }

  /** What a receiver must know to see that the very last record is missing. */
  tellStatus(): void {
    this.#sendStatus();
  }

  #sendStatus(): void {
    this.#statusAt = this.#parts.clock.mono();
    this.#session?.control(() => this.#status("online"));
  }

  #status(state: FullStatus["state"]): Outgoing {
    const { behaviour, epoch } = this.#parts;
    const facts = { id: this.station.id, epoch, rev: this.#rev, since: this.#since };
    return statusMessage({ ...facts, stream: this.stream, version: behaviour.version }, state);
  }

  /** Of the shape of `tram status --json`, as far as a gateway that is not there has something to say. */
  #diagnosis(): object {
    const { behaviour, epoch } = this.#parts;
    return {
      id: this.station.id,
      name: this.station.name,
      version: behaviour.version,
      epoch,
      rev: this.#rev,
      devices: this.station.devices.map(({ id, name }, at) => ({
        id,
        name,
        state: this.#lostDevices.has(at) ? "lost" : "answering",
      })),
      alarms: this.#alarms.active,
    };
  }
}
