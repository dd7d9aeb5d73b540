import { isIP } from "node:net";
import { asError } from "../../drivers/core/errors.js";
import { say } from "../../drivers/core/message.js";
import type { DoctorContext, Finding } from "./check.js";
import { choose } from "./choose.js";
import { NETWORK_MESSAGES as M } from "./network-messages.js";
import type { Target } from "./network-target.js";
import { inTime, LATE } from "./patience.js";
import { readText } from "./system-files.js";

/** Slower, and every reconnection begins with that wait. */
const SLOW_LOOKUP_MS = 3_000;
/** Interfaces of modems: 4G sticks and cards, dial-up. Who pays by volume drops silent connections early. */
const MODEM = /^(?:wwan|wwp|ppp|usb)\d*/;
/** NAT of mobile networks forgets a silent TCP connection after minutes; pitfalls of the field: 30-60 s. */
const LONGEST_KEEPALIVE_MS = 60_000;

/** Step one: the name. Gives its addresses; none when there are none. */
export async function* addressStep(
  { clock, lookup, patience, system }: DoctorContext,
  { host, uplink: { id: uplink } }: Target,
): AsyncGenerator<Finding, readonly string[]> {
  const servers = nameServers(system);
  const params = { uplink, host, servers: servers.join(", ") || "-" };
  const began = clock.mono();
  let found: readonly string[] | typeof LATE;
  try {
    found = await inTime(clock, patience.lookupMs, lookup(host));
  } catch (thrown) {
    const { code } = asError(thrown) as Error & { readonly code?: string };
    // getaddrinfo(3): EAI_AGAIN is no answer from any server, EAI_NONAME (ENOTFOUND here) one that knows no such name.
    const entry =
      servers.length === 0 ? M.no_name_server : code === "EAI_AGAIN" ? M.name_servers_silent : M.name_unknown;
    yield {
      level: "problem",
      said: choose(entry, params),
      facts: { uplink, host, servers, code: code ?? null },
    };
    return [];
  }
  const ms = Math.round(clock.mono() - began);
  if (found === LATE) {
    yield {
      level: "problem",
      said: say(M.name_servers_silent, params),
      facts: { uplink, host, servers, ms },
    };
    return [];
  }
  const facts = { uplink, host, addresses: found, servers, ms };
  yield ms > SLOW_LOOKUP_MS
    ? { level: "warning", said: say(M.name_slow, { ...params, ms }), facts }
    : { level: "ok", said: say(M.name_known, { ...params, ms, addresses: found.join(", ") }), facts };
  return found;
}

/** resolv.conf(5). A resolver on this box itself (127.0.0.53) stands before others. */
function nameServers(system: string): readonly string[] {
  const text = readText(system, "/etc/resolv.conf") ?? "";
  return [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].map(([, server = ""]) => server);
}

/** Step two: which way packets leave. Says nothing where `ip` is missing. */
export async function* routeStep(
  { command }: DoctorContext,
  { uplink: { id: uplink, keepaliveMs } }: Target,
  address: string,
): AsyncGenerator<Finding, void> {
  if (!isIP(address)) return;
  const { outcome, stdout, stderr } = await command("ip", ["route", "get", address]);
  if (outcome === "missing") return;
  // ip-route(8), get: `1.2.3.4 via 10.0.0.1 dev eth0 src 10.0.0.5 uid 1000`.
  const word = (name: string): string | undefined => new RegExp(`\\b${name} (\\S+)`).exec(stdout)?.[1];
  const [dev, via, src] = [word("dev"), word("via"), word("src")];
  if (outcome === "failed" || dev === undefined || /^(?:unreachable|prohibit|blackhole)/.test(stdout)) {
    const problem = (stderr || stdout).split("\n")[0]?.replace(/^RTNETLINK answers: /, "") ?? "";
    yield {
      level: "problem",
      said: say(M.no_route, { uplink, address, problem }),
      facts: { uplink, address },
    };
    return;
  }
  const facts = { uplink, address, dev, via: via ?? null, src: src ?? null };
  yield {
    level: "ok",
    said: say(M.route, { uplink, address, dev, via: via ?? "-", src: src ?? "-" }),
    facts,
  };
  if (MODEM.test(dev) && keepaliveMs > LONGEST_KEEPALIVE_MS) {
    const seconds = keepaliveMs / 1000;
    yield {
      level: "warning",
      said: say(M.keepalive_long, { uplink, dev, seconds }),
      facts: { uplink, dev, keepaliveMs },
    };
  }
}
