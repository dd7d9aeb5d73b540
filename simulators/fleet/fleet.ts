import type { Clock } from "../../drivers/core/clock.js";
import { seededRandom } from "../random.js";
import { seedOf } from "./chance.js";
import { type Behaviour, FleetGateway } from "./fleet-gateway.js";
import { type IncidentOptions, Incidents } from "./incidents.js";
import type { BrokerAccess } from "./mqtt-link.js";
import { type StationOptions, stationOf } from "./station.js";
import { type Counts, Tally } from "./tally.js";

export interface FleetOptions {
  readonly gateways: number;
  readonly station: StationOptions;
  readonly behaviour: Behaviour;
  readonly incidents: IncidentOptions;
  /** The first connections are spread over so long. */
  readonly rampMs: number;
  /** Part of every epoch: no two runs share a number. */
  readonly run: string;
}

/** One moment of a fleet. */
export interface FleetState {
  readonly gateways: number;
  readonly connected: number;
  /** Dark or without a network. */
  readonly out: number;
  /** They send what they could not send in time. */
  readonly draining: number;
  /** Records that wait, over all. */
  readonly waiting: number;
  readonly storm: "none" | "raging" | "over";
  readonly counts: Counts;
  /** Bytes of MQTT as the sockets count them, both directions. */
  readonly wire: { readonly sent: number; readonly received: number };
  readonly problem?: string | undefined;
}

const TICK_MS = 500;
const FINISH_STEP_MS = 100;

/** Gateways that are not there, and what happens to them. */
export class Fleet {
  readonly gateways: readonly FleetGateway[];
  readonly #options: FleetOptions;
  readonly #clock: Clock;
  readonly #tally = new Tally();
  readonly #incidents: Incidents;
  #cancelTick: (() => void) | undefined;
  #readyAt: number | undefined;
  #tickedAt = 0;

  constructor(options: FleetOptions, access: BrokerAccess, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    const { seed } = options.station;
    const jitter = seededRandom(seedOf(seed, 2));
    this.gateways = Array.from({ length: options.gateways }, (_, at) => {
      const station = stationOf(at + 1, options.station);
      return new FleetGateway({
        station,
        epoch: `${options.run}${(at + 1).toString(36)}`,
        access,
        behaviour: options.behaviour,
        clock,
        random: jitter,
        tally: this.#tally,
      });
    });
    this.#incidents = new Incidents({
      gateways: this.gateways,
      options: options.incidents,
      clock,
      random: seededRandom(seedOf(seed, 1)),
      jitter,
    });
  }

  /** Since when everybody was connected at least once; undefined: not yet. Monotonic ms. */
  get readyAt(): number | undefined {
    return this.#readyAt;
  }

  start(): void {
    const { rampMs } = this.#options;
    const step = rampMs / this.gateways.length;
    // One after the other, so that the ramp is even; who is first is no matter.
    this.gateways.forEach((gateway, at) => {
      this.#clock.after(at * step, () => gateway.switchOn(0));
    });
    this.#tickedAt = this.#clock.mono();
    this.#later();
  }

  get state(): FleetState {
    let [connected, out, draining, waiting, sent, received] = [0, 0, 0, 0, 0, 0];
    for (const gateway of this.gateways) {
      if (gateway.isConnected) connected++;
      else if (gateway.isOut) out++;
      if (gateway.isDraining) draining++;
      waiting += gateway.stream.waiting;
      const { bytes } = gateway;
      sent += bytes.sent;
      received += bytes.received;
    }
    const counts = this.#tally.counts;
    return {
      gateways: this.gateways.length,
      ...{ connected, out, draining, waiting, counts },
      storm: this.#incidents.storm,
      wire: { sent: sent + counts.socketSent, received: received + counts.socketReceived },
      problem: this.#tally.problem,
    };
  }

  /** No reading and no incident any more: everybody comes back and sends what waits, for at most `deadlineMs`. */
  async finish(deadlineMs: number): Promise<void> {
    this.#cancelTick?.();
    const until = this.#clock.mono() + deadlineMs;
    this.#incidents.end(Math.min(this.#options.rampMs, deadlineMs / 4));
    for (const gateway of this.gateways) gateway.stopReading();
    const idle = async (): Promise<void> => {
      while (this.#clock.mono() < until && !this.gateways.every(({ isIdle }) => isIdle)) {
        await this.#clock.sleep(FINISH_STEP_MS);
      }
    };
    await idle();
    for (const gateway of this.gateways) gateway.tellStatus();
    await idle();
  }

  /** Farewells, some at a time: a broker that is asked everything at once answers late. */
  async stop(): Promise<void> {
    const AT_ONCE = 200;
    for (let from = 0; from < this.gateways.length; from += AT_ONCE) {
      await Promise.all(this.gateways.slice(from, from + AT_ONCE).map((gateway) => gateway.retire()));
    }
  }

  #later(): void {
    this.#cancelTick = this.#clock.after(TICK_MS, () => this.#tick());
  }

  #tick(): void {
    const now = this.#clock.mono();
    const passed = now - this.#tickedAt;
    this.#tickedAt = now;
    if (this.#readyAt === undefined && this.gateways.every(({ isConnected }) => isConnected)) {
      this.#readyAt = now;
    }
    if (this.#readyAt !== undefined) this.#incidents.tick(now - this.#readyAt, passed);
    this.#later();
  }
}
