import { type Language, type Message, renderText, say } from "../../drivers/core/message.js";
import type { CheckerCounts } from "./checker.js";
import type { Asked } from "./checker-process.js";
import type { FleetState } from "./fleet.js";
import { FLEET_MESSAGES as M } from "./messages.js";

/** What a process used in the last second. */
export interface Load {
  /** Percent of one core. */
  readonly cpu: number;
  readonly memoryMb: number;
}

/** One moment of a run, as it is shown. */
export interface FleetView {
  readonly url: string;
  readonly broker: string;
  readonly phase: "connecting" | "running" | "storm" | "finishing";
  readonly seconds: number;
  readonly forSeconds?: number | undefined;
  readonly state: FleetState;
  /** Over the last second. */
  readonly rates: { readonly messages: number; readonly bytes: number; readonly readings: number };
  readonly checked?: (CheckerCounts & Asked) | undefined;
  readonly own: Load;
  readonly checkerLoad?: Load | undefined;
  readonly brokerLoad?: Load | undefined;
}

const LABEL = 20;
const BAR = 20;
const PHASES = {
  connecting: M.phase_connecting,
  running: M.phase_running,
  storm: M.phase_storm,
  finishing: M.phase_finishing,
} as const;

/** The lines of a terminal, none wider than `columns`. Pure. */
export function screenLines(view: FleetView, language: Language, columns: number): string[] {
  const text = (message: Message<never>): string => renderText(say(message), language);
  const number = (value: number): string => numberText(value, language);
  const { checked, rates, state } = view;
  const { counts } = state;
  const row = (label: Message<never>, value: string): string => `  ${text(label).padEnd(LABEL)}${value}`;
  const time = [view.seconds, view.forSeconds].flatMap((s) => (s === undefined ? [] : [clockText(s)]));
  const waitingFor = state.gateways - state.connected - state.out;
  const gaps = checked ? checked.gaps - checked.gapsClosed : 0;
  const lines = [
    renderText(say(M.title, { url: view.url, broker: view.broker }), language),
    `${time.join(" / ")}  ${text(PHASES[view.phase])}`,
    "",
    row(
      M.label_connected,
      `${bar(state.connected / state.gateways)} ${number(state.connected)}/${number(state.gateways)}`,
    ),
    row(M.label_out, `${number(state.out)}${waitingFor > 0 ? ` (+${number(waitingFor)})` : ""}`),
    row(M.label_sending, number(state.draining)),
    row(M.label_waiting, number(state.waiting)),
    row(
      M.label_rate,
      renderText(
        say(M.value_rate, {
          messages: number(rates.messages),
          readings: number(rates.readings),
          kilobytes: number(rates.bytes / 1000),
        }),
        language,
      ),
    ),
    row(
      M.label_received,
      renderText(
        say(M.value_received, {
          records: number(checked?.records ?? 0),
          late: number(checked?.historical ?? 0),
          duplicates: number(checked?.duplicates ?? 0),
          gaps: number(gaps),
        }),
        language,
      ),
    ),
    row(M.label_requests, `${number(counts.answers)}/${number(counts.requests)}`),
    row(
      M.label_events,
      renderText(
        say(M.value_events, {
          crashes: number(counts.crashes),
          devices: number(counts.lostDevices),
          alarms: number(counts.alarms),
          connections: number(counts.connections),
        }),
        language,
      ),
    ),
    row(
      M.label_load,
      renderText(
        say(M.value_load, {
          cpu: number(view.own.cpu),
          memory: number(view.own.memoryMb),
          checker: loadText(view.checkerLoad, language),
          broker: loadText(view.brokerLoad, language),
        }),
        language,
      ),
    ),
  ];
  if (state.problem !== undefined) lines.push(row(M.label_problem, printable(state.problem)));
  return lines.map((line) => cut(line, columns));
}

/** One line where nothing can be drawn again. */
export function plainLine({ checked, own, rates, seconds, state }: FleetView, language: Language): string {
  const number = (value: number): string => numberText(value, language);
  return renderText(
    say(M.plain, {
      time: clockText(seconds),
      connected: number(state.connected),
      gateways: number(state.gateways),
      out: number(state.out),
      waiting: number(state.waiting),
      messages: number(rates.messages),
      kilobytes: number(rates.bytes / 1000),
      received: number(checked?.records ?? 0),
      answers: number(state.counts.answers),
      cpu: number(own.cpu),
      memory: number(own.memoryMb),
    }),
    language,
  );
}

/** A number as the language writes it. */
export function numberText(value: number, language: Language, digits = 0): string {
  return value.toLocaleString(language === "vi" ? "vi-VN" : "en-GB", { maximumFractionDigits: digits });
}

function loadText(load: Load | undefined, language: Language): string {
  if (!load) return "-";
  return `${numberText(load.cpu, language)} % ${numberText(load.memoryMb, language)} MB`;
}

function bar(share: number): string {
  const full = Math.round(Math.max(0, Math.min(1, share)) * BAR);
  return `[${"#".repeat(full)}${".".repeat(BAR - full)}]`;
}

function clockText(seconds: number): string {
  const two = (part: number): string => String(Math.floor(part)).padStart(2, "0");
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** What a system says may hold anything. */
function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");
}

/** Every character here takes one column, once composed. */
function cut(line: string, columns: number): string {
  const characters = [...line.normalize("NFC")];
  return characters.length <= columns ? line : `${characters.slice(0, columns - 1).join("")}…`;
}
