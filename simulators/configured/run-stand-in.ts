import type { Cancel, Clock } from "../../drivers/core/clock.js";
import { type Said, say } from "../../drivers/core/message.js";
import { adapterSaid } from "../adapter-said.js";
import { SIMULATOR_MESSAGES } from "../messages.js";
import { AdapterPort } from "../modbus/adapter-port.js";
import type { ReadLedger } from "../modbus/ledger.js";
import type { Breach } from "../modbus/profile/breaches.js";
import { untilAborted } from "../until-aborted.js";
import { accountOf, rowsOf, type StandInAccount, type StandInRow } from "./account.js";
import type { ControlPort, OrderDesk } from "./control-port.js";
import { CountingLedger } from "./device-count.js";
import { FaultDesk } from "./fault-desk.js";
import { CONFIGURED_MESSAGES as M } from "./messages.js";
import { StandIn } from "./stand-in.js";
import type { WantedConnection } from "./wanted.js";

export interface RunStandInOptions {
  /** As people know the configuration. */
  readonly file: string;
  readonly seed: number;
  readonly ports: Readonly<Record<string, string>>;
  /** Where somebody may make faults by hand while it runs. */
  readonly control?: ControlPort;
  /** The world in which the devices stand. */
  readonly scene?: StandInScene;
  /** A page that shows it, and takes orders. */
  readonly page?: StandInPage;
}

export interface StandInPage {
  /** Rejects with ConfigurationError where it cannot be shown; says where it is. */
  open(standIn: StandIn, desk: OrderDesk): Promise<Said>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** A world that moves the devices, and takes part in what is said to them. */
export interface StandInScene {
  /** Of its time: faults begin and end by it. */
  readonly clock: Clock;
  readonly age: () => number;
  /** Throws ConfigurationError where it names what is not there. */
  join(banks: StandIn["banks"]): void;
  start(devices: OrderDesk, tell: (said: Said) => void, ledger: ReadLedger): void;
  do(line: string): readonly Said[];
  stop(): void;
}

/** What is told while it runs. */
export type StandInEvent =
  | { readonly kind: "begun"; readonly rows: readonly StandInRow[]; readonly said: Said }
  | { readonly kind: "said"; readonly said: Said }
  | { readonly kind: "breach"; readonly device: string; readonly breach: Breach; readonly said: Said }
  | { readonly kind: "activity"; readonly account: StandInAccount; readonly said: Said }
  | { readonly kind: "ended"; readonly account: StandInAccount; readonly said: readonly Said[] };

/** A run may last for days: the newest answers are enough. */
const KEPT_READS = 1000;
const LOOK_EVERY_MS = 1000;
const ACTIVITY_EVERY_MS = 60_000;

/**
 * Stands in for the devices until the signal is aborted, and tells what happens. Throws ConfigurationError for what
 * cannot be stood in for and for a place that is taken.
 */
export async function runStandIn(
  wanted: readonly WantedConnection[],
  { control, file, page, ports, scene, seed }: RunStandInOptions,
  clock: Clock,
  tell: (event: StandInEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const ledger = new CountingLedger(KEPT_READS);
  const standIn = StandIn.of(wanted, { clock, ledger, ports, seed, ...(scene && { age: scene.age }) });
  scene?.join(standIn.banks);
  await standIn.open();
  const watch = new Watch(standIn, ledger, tell);
  for (const carrier of adaptersOf(standIn)) {
    carrier.onChange = (state) => tell({ kind: "said", said: adapterSaid(carrier, state) });
  }
  const desk = new FaultDesk(standIn, scene?.clock);
  try {
    const rows = rowsOf(standIn);
    await control?.open(scene ?? desk);
    const facts = { devices: rows.length, connections: wanted.length, file, seed };
    tell({ kind: "begun", rows, said: say(M.begun, facts) });
    for (const { carrier, connections, place } of standIn.buses) {
      if (place.kind !== "listen" || place.meant === undefined) continue;
      const said = say(M.elsewhere, { id: connections.join(", "), meant: place.meant, where: carrier.where });
      tell({ kind: "said", said });
    }
    const shown = await page?.open(standIn, scene ?? desk);
    if (shown) tell({ kind: "said", said: shown });
    scene?.start(desk, (said) => tell({ kind: "said", said }), ledger);
    watch.start();
    await untilAborted(signal);
  } finally {
    watch.stop();
    scene?.stop();
    await page?.close();
    await control?.close();
    await standIn.stop();
    desk.close();
  }
  watch.look();
  const account = accountOf(standIn, ledger);
  const echoes = adaptersOf(standIn).flatMap(({ echoed, where }) =>
    echoed > 0 ? [say(SIMULATOR_MESSAGES.adapter_echoes, { path: where, bytes: echoed })] : [],
  );
  tell({ kind: "ended", account, said: [...lastWords(account), ...echoes] });
}

function adaptersOf({ buses }: StandIn): readonly AdapterPort[] {
  return buses.flatMap(({ carrier }) => (carrier instanceof AdapterPort ? [carrier] : []));
}

/** Looks now and then what was done to the devices. */
class Watch {
  readonly #standIn: StandIn;
  readonly #ledger: CountingLedger;
  readonly #tell: (event: StandInEvent) => void;
  /** Each kind of breach is told once for each device, and counted. */
  readonly #told = new Set<string>();
  readonly #seen = new Map<string, number>();
  #requests = 0;
  #looks = 0;
  #cancel: Cancel = () => {};

  constructor(standIn: StandIn, ledger: CountingLedger, tell: (event: StandInEvent) => void) {
    this.#standIn = standIn;
    this.#ledger = ledger;
    this.#tell = tell;
  }

  start(): void {
    this.#cancel = this.#standIn.clock.after(LOOK_EVERY_MS, () => {
      this.look();
      this.#looks++;
      if (this.#looks % (ACTIVITY_EVERY_MS / LOOK_EVERY_MS) === 0) this.#tellActivity();
      this.start();
    });
  }

  stop(): void {
    this.#cancel();
  }

  look(): void {
    for (const { device, wanted } of this.#standIn.devices) {
      const { all } = device.breaches;
      for (const breach of all.slice(this.#seen.get(wanted.id) ?? 0)) this.#tellBreach(wanted.id, breach);
      this.#seen.set(wanted.id, all.length);
    }
  }

  #tellBreach(device: string, breach: Breach): void {
    const key = `${device} ${breach.fault}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    const said = say(M.breach, { device, breach: breach.fault, detail: detailOf(breach) });
    this.#tell({ kind: "breach", device, breach, said });
  }

  #tellActivity(): void {
    const account = accountOf(this.#standIn, this.#ledger);
    const more = account.requests - this.#requests;
    this.#requests = account.requests;
    this.#tell({ kind: "activity", account, said: say(M.activity, { ...numbersOf(account), more }) });
  }
}

/** `holding 0 +60`, `12 ms`. */
function detailOf({ address, count, pausedMs, table }: Breach): string {
  const parts = [];
  if (table !== undefined) parts.push(`${table} ${address} +${count}`);
  if (pausedMs !== undefined) parts.push(`${Math.round(pausedMs)} ms`);
  return parts.length > 0 ? `(${parts.join(", ")})` : "";
}

function numbersOf({ answers, damaged, exceptions, foreign, requests }: StandInAccount) {
  return { answers, damaged, exceptions, foreign, requests };
}

function lastWords(account: StandInAccount): readonly Said[] {
  const counted = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([kind, count]) => `${kind} ${count}`)
      .join(", ");
  const faults = counted(account.faults);
  return [
    say(M.ended, numbersOf(account)),
    ...account.devices.map(({ kinds, breaches, ...device }) =>
      breaches === 0
        ? say(M.ended_device, device)
        : say(M.ended_breaches, { ...device, breaches, kinds: counted(kinds) }),
    ),
    ...(faults === "" ? [] : [say(M.ended_faults, { faults })]),
  ];
}
