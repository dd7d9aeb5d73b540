import { readFileSync } from "node:fs";
import type { GatewayConfig } from "../core/config.js";
import { SECRET_KEY, secretsIn } from "./secrets.js";

/** A shorter value stands in too many innocent words; where its key stands beside it, it is hidden all the same. */
const LEAST_LENGTH = 4;
const MOST_FILE_BYTES = 65_536;
const STARS = "***";

/** Everything that must not leave this box: what the file and the configuration hold, in every spelling of it. */
export function knownSecrets(
  file: string | undefined,
  config: GatewayConfig | undefined,
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const { files, values, variables } =
    file === undefined ? { files: [], values: [], variables: [] } : secretsIn(file);
  const uplinks = [...(config?.uplinks.values() ?? [])];
  const found = [
    ...values,
    ...variables.flatMap((name) => env[name] ?? []),
    ...files.flatMap(linesOf),
    ...uplinks.flatMap(({ tls }) => tls?.key ?? []).flatMap(linesOf),
    ...uplinks.flatMap(({ password }) => password?.reveal() ?? []),
  ];
  const spelled = found.flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString("base64"),
  ]);
  // The longest first: what holds another one goes as a whole.
  return [...new Set(spelled)]
    .filter((secret) => secret.length >= LEAST_LENGTH)
    .sort((a, b) => b.length - a.length);
}

function linesOf(file: string): readonly string[] {
  try {
    const text = readFileSync(file, "utf8").slice(0, MOST_FILE_BYTES);
    // The frame of a PEM file is no secret, and stands in every certificate.
    return [text.trim(), ...text.split(/\r?\n/)].filter((line) => line !== "" && !line.startsWith("-----"));
  } catch {
    return [];
  }
}

/** The text without secrets that are known. */
export function hideKnown(text: string, secrets: readonly string[]): string {
  let result = text;
  for (const secret of secrets) result = result.replaceAll(secret, STARS);
  return result;
}

/** The text without secrets: known ones, and what looks like one. */
export function redact(text: string, secrets: readonly string[]): string {
  return (
    hideKnown(text, secrets)
      .replace(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, STARS)
      // user:password@host
      .replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi, `$1${STARS}@`)
      .replace(
        /([?&;][\w.-]*(?:password|passwd|secret|token|key|psk|sig|signature)=)[^&\s"'#;]+/gi,
        `$1${STARS}`,
      )
      .replace(/(\b(?:Authorization|Proxy-Authorization):\s*)[^\r\n]+/gi, `$1${STARS}`)
      .replace(/(["']?)([\w.-]+)\1(\s*[:=]\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,}#]+)/g, hideValue)
  );
}

function hideValue(all: string, quote: string, key: string, colon: string, value: string): string {
  // A reference says where the secret is, and is of use.
  if (!SECRET_KEY.test(key) || /^["']?\$\{/.test(value)) return all;
  const own = /^["']/.exec(value)?.[0] ?? "";
  return `${quote}${key}${quote}${colon}${own}${STARS}${own}`;
}

/** The same for every text in a value of JSON. */
export function redactDeep(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === "string") return redact(value, secrets);
  if (Array.isArray(value)) return value.map((one) => redactDeep(one, secrets));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [
    key,
    SECRET_KEY.test(key) && typeof inner === "string" ? STARS : redactDeep(inner, secrets),
  ]);
  return Object.fromEntries(entries);
}
