import { connect } from "node:net";
import { type Message, say } from "../../drivers/core/message.js";
import type { DoctorContext, Finding } from "./check.js";
import { choose } from "./choose.js";
import { NETWORK_MESSAGES as M } from "./network-messages.js";
import type { Target } from "./network-target.js";

/** A name with more addresses than this is one of a large service; some of them tell enough. */
const MOST_ADDRESSES = 4;

type Outcome = { readonly ms: number } | { readonly code: string };

/** Step three: a connection. Gives the first address that takes one. */
export async function* tcpStep(
  context: DoctorContext,
  { host, port, uplink: { id: uplink } }: Target,
  addresses: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Finding, string | undefined> {
  const failures: Finding[] = [];
  for (const address of addresses.slice(0, MOST_ADDRESSES)) {
    const outcome = await tryConnect(context, address, port, signal);
    const place = `${address.includes(":") ? `[${address}]` : address}:${port}`;
    if ("ms" in outcome) {
      // One family that does not work while the other does costs time at each connection, no more.
      for (const failure of failures) yield { ...failure, level: "note" };
      const { ms } = outcome;
      yield {
        level: "ok",
        said: say(M.tcp_good, { uplink, place, ms }),
        facts: { uplink, address, port, ms },
      };
      return address;
    }
    const { code } = outcome;
    const params = { uplink, place, host, port, seconds: context.patience.tcpMs / 1000, problem: code };
    failures.push({
      level: "problem",
      said: choose(messageOf(code), params),
      facts: { uplink, address, port, code },
    });
  }
  yield* failures;
  return undefined;
}

/** connect(2): what refuses is the machine itself, what is silent a firewall or a dead link on the way. */
function messageOf(code: string): Message<never> {
  switch (code) {
    case "ECONNREFUSED":
      return M.tcp_refused;
    case "ETIMEDOUT":
      return M.tcp_silent;
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return M.tcp_unreachable;
    default:
      return M.tcp_failed;
  }
}

function tryConnect(
  { clock, patience }: DoctorContext,
  host: string,
  port: number,
  signal: AbortSignal,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const began = clock.mono();
    const socket = connect({ host, port });
    const finish = (outcome: Outcome): void => {
      cancel();
      signal.removeEventListener("abort", stop);
      socket.destroy();
      resolve(outcome);
    };
    const stop = (): void => finish({ code: "ECANCELED" });
    const cancel = clock.after(patience.tcpMs, () => finish({ code: "ETIMEDOUT" }));
    signal.addEventListener("abort", stop, { once: true });
    socket.once("connect", () => finish({ ms: Math.round(clock.mono() - began) }));
    socket.on("error", (error: NodeJS.ErrnoException) => finish({ code: error.code ?? error.message }));
  });
}
