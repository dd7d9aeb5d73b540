import type { Clock } from "../../drivers/core/clock.js";
import type { FleetGateway } from "./fleet-gateway.js";

export interface IncidentOptions {
  /** Of all gateways, how many are away at any time, 0 to 1. */
  readonly outages: number;
  /** How long an outage is on average; smaller incidents take a part of it. */
  readonly outageMs: number;
  /** Every so often a whole district loses its network; 0: never. */
  readonly districtEveryMs: number;
  readonly districts: number;
  /** After so long the power of the province fails; absent: never. */
  readonly stormAtMs?: number | undefined;
  readonly stormForMs: number;
  /** Connections return spread over so long after a storm. */
  readonly spreadMs: number;
  /** Restarts, crashes, lost devices, new revisions of a gateway in an hour. */
  readonly eventsPerHour: number;
}

export interface IncidentParts {
  readonly gateways: readonly FleetGateway[];
  readonly options: IncidentOptions;
  readonly clock: Clock;
  /** Chooses who, what and how long: drawn in one order, whatever the moment at which things end. */
  readonly random: () => number;
  /** Spreads what returns. */
  readonly jitter: () => number;
}

const HOUR_MS = 3_600_000;
/** A single gateway finds its network again within that part of an outage. */
const FIND_SHARE = 0.05;
/** A full buffer: how often, and how much of what waits is given up. */
const EVICTED = { often: 0.15, share: 0.3 };

/** What happens to a fleet, by chance: the same seed makes the same choices in the same order. */
export class Incidents {
  readonly #parts: IncidentParts;
  /** Ends of what is going on now. */
  readonly #cancels = new Map<symbol, () => void>();
  #districtAt: number;
  #storm: "none" | "raging" | "over" = "none";
  /** Parts of an incident that were not whole ones yet. */
  #outagesOwed = 0;
  #eventsOwed = 0;

  constructor(parts: IncidentParts) {
    this.#parts = parts;
    const { districtEveryMs } = parts.options;
    this.#districtAt = districtEveryMs > 0 ? districtEveryMs : Number.POSITIVE_INFINITY;
  }

  get storm(): "none" | "raging" | "over" {
    return this.#storm;
  }

  /** `passedMs` since the last call, `sinceMs` since everybody was connected. */
  tick(sinceMs: number, passedMs: number): void {
    const { gateways, options } = this.#parts;
    if (this.#storm === "none" && options.stormAtMs !== undefined && sinceMs >= options.stormAtMs) {
      this.#rage();
      return;
    }
    if (this.#storm === "raging") return;
    if (sinceMs >= this.#districtAt) {
      this.#districtAt += options.districtEveryMs;
      this.#cutDistrict();
    }
    this.#outagesOwed += (gateways.length * options.outages * passedMs) / options.outageMs;
    for (; this.#outagesOwed >= 1; this.#outagesOwed--) this.#cutOne();
    this.#eventsOwed += (gateways.length * options.eventsPerHour * passedMs) / HOUR_MS;
    for (; this.#eventsOwed >= 1; this.#eventsOwed--) this.#happen();
  }

  /** Every outage ends now; connections return spread over `spreadMs`. */
  end(spreadMs: number): void {
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
    if (this.#storm === "raging") this.#storm = "over";
    for (const gateway of this.#parts.gateways) this.#restore(gateway, spreadMs);
  }

  #cutOne(): void {
    const { options, random } = this.#parts;
    const gateway = this.#any();
    const ms = options.outageMs * (0.25 + 1.5 * random());
    const isPower = random() < 0.3;
    const isFull = random() < EVICTED.often;
    if (gateway.isOut) return;
    if (isPower) gateway.cutPower();
    else gateway.cutNetwork();
    this.#later(ms, () => {
      if (isFull) gateway.evict(EVICTED.share);
      this.#restore(gateway, options.outageMs * FIND_SHARE);
    });
  }

  #cutDistrict(): void {
    const { gateways, options, random } = this.#parts;
    const district = Math.floor(random() * options.districts);
    const ms = options.outageMs * (0.5 + random());
    const cut = gateways.filter(({ isOut, station }) => !isOut && station.district === district);
    for (const gateway of cut) gateway.cutNetwork();
    this.#later(ms, () => {
      for (const gateway of cut) this.#restore(gateway, options.spreadMs);
    });
  }

  /** The whole province: half of the gateways have a battery and go on reading, the others are dark. */
  #rage(): void {
    const { gateways, options } = this.#parts;
    this.#storm = "raging";
    for (const gateway of gateways) {
      if (gateway.station.seed % 2 === 0) gateway.cutPower();
      else gateway.cutNetwork();
    }
    this.#later(options.stormForMs, () => {
      this.#storm = "over";
      for (const gateway of gateways) this.#restore(gateway, options.spreadMs);
    });
  }

  /** Something small. */
  #happen(): void {
    const { jitter, options, random } = this.#parts;
    const gateway = this.#any();
    const kind = random();
    const ms = options.outageMs * (0.03 + 0.2 * random());
    const device = Math.floor(random() * gateway.station.devices.length);
    if (gateway.isOut) return;
    if (kind < 0.35) {
      gateway.loseDevice(device);
      this.#later(2 * ms, () => gateway.findDevice(device));
    } else if (kind < 0.6) {
      gateway.cutPower();
      this.#later(ms, () => gateway.switchOn(jitter() * options.outageMs * FIND_SHARE));
    } else if (kind < 0.8) void gateway.restart(ms);
    else gateway.newRevision();
  }

  #restore(gateway: FleetGateway, spreadMs: number): void {
    const ms = this.#parts.jitter() * spreadMs;
    gateway.restoreNetwork(ms);
    gateway.switchOn(ms);
  }

  #any(): FleetGateway {
    const { gateways, random } = this.#parts;
    const [first] = gateways;
    const one = gateways[Math.floor(random() * gateways.length)] ?? first;
    if (!one) throw new RangeError("a fleet without gateways");
    return one;
  }

  #later(ms: number, run: () => void): void {
    const key = Symbol();
    const cancel = this.#parts.clock.after(ms, () => {
      this.#cancels.delete(key);
      run();
    });
    this.#cancels.set(key, cancel);
  }
}
