import { Subscriber } from "../../gateway/contract/subscriber/subscriber.js";
import { Asker } from "./asker.js";
import { type CheckedGateway, type CheckerCounts, FleetChecker } from "./checker.js";

/** What the process is told, once, before anything else. A password never stands on a command line. */
export interface CheckerTask {
  readonly url: string;
  readonly version: 4 | 5;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly ca?: string | undefined;
  readonly ids: readonly string[];
  readonly run: string;
  /** A request of some kind to some gateway every so often; 0: none. */
  readonly askEveryMs: number;
  readonly graceMs: number;
}

export type ToChecker = { readonly task: CheckerTask } | { readonly say: "counts" | "report" };

export type FromChecker =
  | { readonly subscribed: true }
  | { readonly problem: string }
  | { readonly counts: CheckerCounts & Asked }
  | { readonly report: readonly CheckedGateway[]; readonly counts: CheckerCounts & Asked };

export interface Asked {
  readonly asked: number;
  readonly answered: number;
}

/** A record that comes again long after is compared by its number; the state of thousands has to stay small. */
const REMEMBER = 24;

function serve(task: CheckerTask): void {
  const { askEveryMs, ca, graceMs, ids, password, run, url, user, version } = task;
  const checker = new FleetChecker(ids, run);
  const asker = new Asker(run, askEveryMs);
  const say = (message: FromChecker): void => void process.send?.(message, () => {});
  const subscriber = new Subscriber({
    url,
    store: checker,
    // An earlier run may have left a status: what it counted is not missed.
    options: { begin: "now", remember: REMEMBER, graceMs },
    mqtt: {
      clientId: `tram-fleet-${run}`,
      protocolVersion: version,
      clean: true,
      ...(version === 5 && { properties: { sessionExpiryInterval: 0 } }),
      ...(user !== undefined && { username: user }),
      ...(password !== undefined && { password }),
      ...(ca !== undefined && { ca }),
    },
    onAction: (gateway, action) => asker.saw(gateway, action),
    onSubscribed: () => say({ subscribed: true }),
    onProblem: (error) => say({ problem: error.message }),
  });
  asker.start((topic, payload) => subscriber.publish(topic, payload));
  process.on("message", (message: ToChecker) => {
    if (!("say" in message)) return;
    const counts = { ...checker.counts, ...asker.asked };
    say(message.say === "report" ? { report: checker.report(), counts } : { counts });
  });
}

// The parent decides when it ends: Ctrl-C reaches every process of a terminal.
process.on("SIGINT", () => {});
process.on("disconnect", () => process.exit(0));
process.once("message", (message: ToChecker) => {
  if ("task" in message) serve(message.task);
});
