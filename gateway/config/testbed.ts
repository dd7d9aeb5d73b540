import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Test } from "tap";
import { type Language, render, renderText } from "../../drivers/core/message.js";
import type { Problem } from "../../drivers/profiles/problem.js";
import type { GatewayConfig } from "../core/config.js";
import { type LoadResult, loadConfig } from "./load-config.js";

/** What the tests of this folder share. */
export const CONFIG_FOLDER = fileURLToPath(new URL("../../../config/", import.meta.url));
export const PROFILES = join(CONFIG_FOLDER, "profiles");

export interface Surroundings {
  /** Files beside gateway.yaml; an object is a folder. */
  readonly files?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** Loads a text as gateway.yaml of a new folder. */
export function load(
  t: Test,
  yaml: string,
  { files = {}, env = {} }: Surroundings = {},
): LoadResult & { readonly folder: string } {
  const folder = t.testdir({ ...files });
  writeFileSync(join(folder, "gateway.yaml"), yaml);
  return { ...loadConfig(join(folder, "gateway.yaml"), { profilesDir: PROFILES, env }), folder };
}

/** Loads a text in which nothing may be wrong. */
export function loadGood(t: Test, yaml: string, surroundings?: Surroundings): GatewayConfig {
  const { config, problems } = load(t, yaml, surroundings);
  t.same(codes(problems), []);
  if (!config) throw new Error("not loaded");
  return config;
}

/** `line:column severity code` */
export function codes(problems: readonly Problem[]): readonly string[] {
  return problems.map(
    ({ line, column, severity, said }) => `${line}:${column} ${severity} ${said.message.code}`,
  );
}

/** Sentence and hint of each. */
export function sentences(problems: readonly Problem[], language: Language): readonly string[] {
  return problems.map(({ said, hint }) =>
    hint ? `${renderText(said, language)} ${renderText(hint, language)}` : render(said, language),
  );
}

/** A small gateway.yaml, from which cases make their own. */
export const SMALL = `gateway: {id: gw-1}
connections:
  plc: {driver: modbus-tcp, host: 10.0.0.1}
  bus: {driver: modbus-rtu, port: /dev/ttyUSB0}
devices:
  pump:
    connection: plc
    points:
      - {id: run, table: coil, address: 0}
      - {id: level, address: 1, type: s16, scale: 0.001, unit: m}
uplinks:
  centre: {url: "mqtt://localhost"}
`;
