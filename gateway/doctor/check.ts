import type { Clock } from "../../drivers/core/clock.js";
import type { Language, Message, Said } from "../../drivers/core/message.js";
import type { Problem } from "../../drivers/profiles/problem.js";
import type { GatewayConfig } from "../core/config.js";
import type { GatewayStatus } from "../core/status.js";
import type { CommandResult } from "./run-command.js";

/** `note`: good to know, nothing to do; `warning`: will hurt one day; `problem`: hurts now. */
export type Level = "ok" | "note" | "warning" | "problem";

/** For machines: numbers and words as they were found, never a secret. */
export type Facts = Readonly<Record<string, string | number | boolean | null | readonly (string | number)[]>>;

export interface Finding {
  readonly level: Level;
  readonly said: Said;
  readonly facts?: Facts;
}

/**
 * One thing that is looked at. `run` is called once, gives its findings as they come and may throw: the runner makes a
 * finding of it. It changes nothing on the box, and gives up when `signal` is aborted; who does not is left behind.
 */
export interface Check {
  /** What `--only` takes. */
  readonly name: string;
  readonly title: Message<never>;
  readonly deadlineMs: number;
  run(context: DoctorContext, signal: AbortSignal): AsyncIterable<Finding>;
}

/** Whether wall time may be believed, and who says so. */
export interface ClockState {
  readonly trusted: boolean;
  /** `timedatectl`, `chrony` ...; absent when nobody, or the configuration, says so. */
  readonly source?: string;
}

export type GatewayAnswer =
  | { readonly state: "running"; readonly status: GatewayStatus }
  /** `thrown`: it is there and cannot be asked. */
  | { readonly state: "silent"; readonly thrown: unknown }
  | { readonly state: "absent" };

/** Who the rights of files are judged for. */
export interface User {
  readonly name: string;
  readonly uid: number;
  /** All groups, the primary one among them. */
  readonly gids: readonly number[];
}

/** How long each step of the network may take, in ms. */
export interface Patience {
  readonly lookupMs: number;
  readonly tcpMs: number;
  readonly tlsMs: number;
  readonly mqttMs: number;
  readonly echoMs: number;
}

export interface DoctorContext {
  /** Absolute path of gateway.yaml; absent when there is none. */
  readonly file?: string;
  /** Absent when there is no file or it has errors. */
  readonly config?: GatewayConfig;
  /** What is wrong with the file. */
  readonly problems: readonly Problem[];
  readonly language: Language;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** A folder that stands for `/` when proc, sys, dev, etc and run are read; empty: the machine itself. */
  readonly system: string;
  readonly user: User;
  readonly patience: Patience;
  /** Log in at the broker also while the gateway is connected. */
  readonly login: "when_free" | "always";
  /** Addresses of a host name, as the system's resolver gives them; rejects with its code. */
  readonly lookup: (host: string) => Promise<readonly string[]>;
  /** Never rejects. */
  readonly command: (program: string, args: readonly string[]) => Promise<CommandResult>;
  /** Asked once, however many checks want it. */
  readonly clockState: () => Promise<ClockState>;
  readonly gateway: () => Promise<GatewayAnswer>;
}
