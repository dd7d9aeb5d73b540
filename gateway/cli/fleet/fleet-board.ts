import { TypeCompiler } from "@sinclair/typebox/compiler";
import { BirthMessageSchema } from "../../contract/birth.js";
import { StatusMessageSchema } from "../../contract/status.js";
import { readMessage, type SentRecord, textOf } from "../../contract/subscriber/message.js";
import { parseTopic } from "../../contract/topics.js";

/** What is wrong with a gateway; the worst first. */
export const ILLS = [
  "gone",
  "stopped",
  "unreadable",
  "no_status",
  "silent",
  "not_durable",
  "devices",
  "alarm",
  "backlog",
] as const;
export type Ill = (typeof ILLS)[number];

/** What is known of one gateway. Times are wall ms; texts have been cleaned. */
export interface FleetRow {
  readonly id: string;
  readonly site?: string | undefined;
  readonly online: boolean;
  /** Since when it is online, stopped, or cut off; absent where nobody said. */
  readonly since?: number | undefined;
  /** Records that wait, at most. */
  readonly backlog?: number | undefined;
  /** When the reading was taken that is being sent late. */
  readonly oldest?: number | undefined;
  readonly version?: string | undefined;
  readonly rev?: number | undefined;
  /** Absent: nothing was heard of devices or alarms yet. */
  readonly lostDevices?: readonly string[] | undefined;
  readonly alarms?: readonly string[] | undefined;
  readonly ills: readonly Ill[];
}

export interface BoardOptions {
  /** More records than this waiting is ill. */
  readonly backlog: number;
  /** Wall and monotonic ms. */
  readonly now: () => number;
  readonly mono: () => number;
}

/** A gateway says its status every minute; after three of them it is silent. */
const SILENT_MS = 180_000;
export const MOST_GATEWAYS = 20_000;
/** Devices and alarms remembered of one gateway. */
const MOST_NAMES = 500;
const MOST_BYTES = 262_144;
const MOST_TEXT = 64;

const statusCheck = TypeCompiler.Compile(StatusMessageSchema);
const birthCheck = TypeCompiler.Compile(BirthMessageSchema);

/** Whether something is so, and by which record: a record that comes late does not undo a later one. */
interface Told {
  readonly seq: number;
  readonly is: boolean;
  readonly critical: boolean;
}

interface Known {
  site?: string;
  state: "unknown" | "online" | "stopped" | "gone" | "unreadable";
  since?: number | undefined;
  backlog?: number | undefined;
  oldest?: number | undefined;
  version?: string;
  rev?: number;
  durable: boolean;
  epoch?: string;
  heard: number;
  devices?: Map<string, Told>;
  alarms?: Map<string, Told>;
}

/** Every gateway of a broker, from what it publishes. Whatever is not by the contract is counted and left aside. */
export class FleetBoard {
  readonly #options: BoardOptions;
  readonly #known = new Map<string, Known>();
  #unreadable = 0;
  #beyond = 0;

  constructor(options: BoardOptions) {
    this.#options = options;
  }

  get unreadable(): number {
    return this.#unreadable;
  }

  /** Messages of gateways that found no room. */
  get beyond(): number {
    return this.#beyond;
  }

  /** Gateways with a backlog: of these the readings are worth listening to. */
  get behind(): readonly string[] {
    return [...this.#known].filter(([, { backlog = 0 }]) => backlog > 0).map(([id]) => id);
  }

  get online(): readonly string[] {
    return [...this.#known].filter(([, { state }]) => state === "online").map(([id]) => id);
  }

  /** Never throws. */
  hear(topic: string, payload: Uint8Array, retained: boolean): void {
    const parsed = parseTopic(topic);
    // An empty payload takes back what was retained.
    if (!parsed || parsed.kind === "command" || payload.length === 0) return;
    if (parsed.gateway.length > MOST_TEXT) {
      this.#unreadable++;
      return;
    }
    const known = this.#knownOf(parsed.gateway);
    if (!known) return;
    if (parsed.kind === "status") this.#status(known, payload, retained);
    else if (parsed.kind === "birth") this.#birth(known, payload);
    else if (parsed.kind === "reply") this.#reply(known, payload);
    else this.#records(known, topic, payload);
  }

  rows(): readonly FleetRow[] {
    return [...this.#known].map(([id, known]) => this.#rowOf(id, known)).sort(worstFirst);
  }

  #knownOf(id: string): Known | undefined {
    const known = this.#known.get(id);
    if (known) return known;
    if (this.#known.size >= MOST_GATEWAYS) {
      this.#beyond++;
      return undefined;
    }
    const fresh: Known = { state: "unknown", durable: true, heard: this.#options.mono() };
    this.#known.set(id, fresh);
    return fresh;
  }

  #status(known: Known, payload: Uint8Array, retained: boolean): void {
    const status = this.#parse(payload);
    if (!statusCheck.Check(status)) {
      this.#unreadable++;
      known.state = "unreadable";
      return;
    }
    known.heard = this.#options.mono();
    this.#enter(known, status.epoch);
    if (!("since" in status)) {
      // Whether it went just now is known only to who was there.
      if (known.state !== "gone") known.since = retained ? undefined : this.#options.now();
      known.state = "gone";
      return;
    }
    known.state = status.state === "online" ? "online" : "stopped";
    known.since = momentOf(status.since);
    known.version = clean(status.version);
    known.rev = status.rev;
    known.durable = status.durable;
    this.#progress(known, status.pending_from, status.last);
  }

  #birth(known: Known, payload: Uint8Array): void {
    const birth = this.#parse(payload);
    if (!birthCheck.Check(birth)) {
      this.#unreadable++;
      return;
    }
    known.site = clean(birth.site.name);
    known.rev ??= birth.rev;
  }

  #records(known: Known, topic: string, payload: Uint8Array): void {
    const incoming = payload.length > MOST_BYTES ? undefined : readMessage(topic, payload);
    if (incoming?.kind === "snapshot") return;
    if (incoming?.kind !== "data" && incoming?.kind !== "event") {
      this.#unreadable++;
      return;
    }
    const { epoch, records } = incoming.message;
    this.#enter(known, epoch);
    for (const record of records) {
      if (incoming.kind === "event") event(known, record);
      else if (record.historical === true && record.resend !== true && record.clock !== "untrusted") {
        known.oldest = momentOf(record.t);
      }
    }
  }

  /** The answer to a question of ours: `diagnostics` is for people, so nothing in it is taken for granted. */
  #reply(known: Known, payload: Uint8Array): void {
    const reply = this.#parse(payload);
    if (!isObject(reply)) {
      this.#unreadable++;
      return;
    }
    const { diagnostics } = reply;
    if (!isObject(diagnostics)) return;
    const { alarms, devices } = diagnostics;
    if (Array.isArray(devices)) {
      known.devices = new Map();
      for (const device of devices.slice(0, MOST_NAMES)) {
        if (!isObject(device) || typeof device["id"] !== "string") continue;
        const is = device["state"] === "lost";
        known.devices.set(clean(device["id"]), { seq: 0, is, critical: false });
      }
    }
    if (Array.isArray(alarms)) {
      known.alarms = new Map();
      for (const alarm of alarms.slice(0, MOST_NAMES)) {
        if (isObject(alarm)) {
          known.alarms.set(alarmName(alarm), {
            seq: 0,
            is: true,
            critical: alarm["severity"] === "critical",
          });
        }
      }
    }
  }

  /** Numbers of another epoch cannot be compared. */
  #enter(known: Known, epoch: string): void {
    if (known.epoch !== undefined && known.epoch !== epoch) {
      delete known.devices;
      delete known.alarms;
      known.backlog = undefined;
    }
    known.epoch = epoch;
  }

  #progress(known: Known, pendingFrom: number, last: number): void {
    known.backlog = Math.max(0, last - pendingFrom + 1);
    if (known.backlog === 0) known.oldest = undefined;
  }

  #rowOf(id: string, known: Known): FleetRow {
    const { alarms, backlog, devices, oldest, rev, since, site, state, version } = known;
    const lost = devices && [...devices].filter(([, { is }]) => is).map(([name]) => name);
    const raised = alarms && [...alarms].filter(([, { is }]) => is);
    const ills: Ill[] = [];
    if (state === "gone" || state === "stopped" || state === "unreadable") ills.push(state);
    if (state === "unknown") ills.push("no_status");
    if (state === "online" && this.#options.mono() - known.heard > SILENT_MS) ills.push("silent");
    if (!known.durable) ills.push("not_durable");
    if (lost && lost.length > 0) ills.push("devices");
    if (raised?.some(([, { critical }]) => critical)) ills.push("alarm");
    if ((backlog ?? 0) > this.#options.backlog) ills.push("backlog");
    return {
      ...{ id: clean(id), site, since, backlog, oldest, version, rev, ills },
      online: state === "online",
      lostDevices: lost,
      alarms: raised?.map(([name]) => name),
    };
  }

  #parse(payload: Uint8Array): unknown {
    if (payload.length > MOST_BYTES) return undefined;
    try {
      return JSON.parse(textOf(payload));
    } catch {
      return undefined;
    }
  }
}

function event(known: Known, record: SentRecord): void {
  const { device, event: name, seq } = record;
  if (name === "device_lost" || name === "device_found") {
    known.devices ??= new Map();
    tell(known.devices, clean(device ?? ""), { seq, is: name === "device_lost", critical: false });
  } else if (name === "alarm") {
    known.alarms ??= new Map();
    const critical = record["severity"] === "critical";
    tell(known.alarms, alarmName(record), { seq, is: record["state"] === "raised", critical });
  } else if (name === "alarms") {
    // The gateway started: what it had raised before is over, unless it is listed.
    const active = Array.isArray(record["active"]) ? record["active"] : [];
    const still = new Set(active.filter(isObject).map(alarmName));
    known.alarms ??= new Map();
    for (const [alarm, told] of known.alarms) {
      if (told.seq < seq && !still.has(alarm)) known.alarms.set(alarm, { ...told, seq, is: false });
    }
    for (const alarm of still) tell(known.alarms, alarm, { seq, is: true, critical: false });
  }
}

function tell(names: Map<string, Told>, name: string, told: Told): void {
  const before = names.get(name);
  if (before ? before.seq > told.seq : names.size >= MOST_NAMES) return;
  names.set(name, told);
}

function alarmName(alarm: Readonly<Record<string, unknown>>): string {
  return clean([alarm["device"], alarm["point"], alarm["alarm"]].map(String).join("."));
}

function worstFirst(a: FleetRow, b: FleetRow): number {
  const rank = ({ ills: [worst] }: FleetRow): number => (worst ? ILLS.indexOf(worst) : ILLS.length);
  return rank(a) - rank(b) || (b.backlog ?? 0) - (a.backlog ?? 0) || (a.id < b.id ? -1 : 1);
}

/** A day that does not exist has the form of one. */
function momentOf(t: string): number | undefined {
  const ms = Date.parse(t);
  return Number.isNaN(ms) ? undefined : ms;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** What comes from a broker may hold anything, escape sequences of a terminal among it. */
function clean(text: string): string {
  return text
    .slice(0, 4 * MOST_TEXT)
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?")
    .slice(0, MOST_TEXT);
}
