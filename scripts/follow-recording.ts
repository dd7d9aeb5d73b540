import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { contractProblems } from "../gateway/contract/strict.js";
import type { Action } from "../gateway/contract/subscriber/action.js";
import { follow, type Step, tick } from "../gateway/contract/subscriber/follow.js";
import { readMessage } from "../gateway/contract/subscriber/message.js";
import { FOLLOW_DEFAULTS } from "../gateway/contract/subscriber/options.js";
import {
  type GatewayState,
  NEW_GATEWAY,
  restoreState,
  saveState,
} from "../gateway/contract/subscriber/state.js";

/**
 * Holds what scripts/prove/subscriber.py wrote (`follow-recording FILE`) against the schemas, and follows it with the
 * subscriber library; prints one line of JSON. The state goes through its saved form after each message.
 */
interface Line {
  /** Seconds since 1970. */
  readonly at: number;
  readonly topic: string;
  readonly payload: string;
}

const counts = new Map<Action["do"], number>();
const states = new Map<string, string>();
const samples: string[] = [];
let [messages, offences, now] = [0, 0, 0];

function step(gateway: string, run: (state: GatewayState) => Step): void {
  const { actions, state } = run(restoreState(states.get(gateway) ?? saveState(NEW_GATEWAY)));
  states.set(gateway, saveState(state));
  for (const action of actions) {
    counts.set(action.do, (counts.get(action.do) ?? 0) + 1);
    const fault = action.do === "conflict" || action.do === "unreadable" || action.do === "gap";
    if (fault && samples.length < 10) samples.push(JSON.stringify(action).slice(0, 300));
  }
}

for await (const text of createInterface({ input: createReadStream(process.argv[2] ?? "") })) {
  const line = JSON.parse(text) as Line;
  messages++;
  now = Math.max(now, line.at * 1_000);
  const problems = contractProblems(line.topic, line.payload);
  offences += problems.length;
  if (samples.length < 10) samples.push(...problems.slice(0, 2));
  const incoming = readMessage(line.topic, Buffer.from(line.payload));
  if (incoming) step(incoming.gateway, (state) => follow(state, incoming, now, FOLLOW_DEFAULTS));
}
// The end of the recording: whatever is overdue is told.
for (const elapsed of [0, 60_000]) {
  for (const gateway of states.keys()) {
    step(gateway, (state) => tick(state, gateway, now + elapsed, FOLLOW_DEFAULTS));
  }
}
const open = [...states.values()].flatMap((saved) => restoreState(saved).epochs.flatMap(({ gaps }) => gaps));
const bytes = Math.max(0, ...[...states.values()].map((saved) => saved.length));
const of = (word: Action["do"]): number => counts.get(word) ?? 0;
process.stdout.write(
  `${JSON.stringify({
    messages,
    offences,
    stored: of("store"),
    duplicates: of("duplicate"),
    conflicts: of("conflict"),
    unreadable: of("unreadable"),
    unexplained: of("unexplained"),
    voids: of("void"),
    gaps_told: of("gap"),
    gaps_open: open.length,
    state_bytes: bytes,
    samples,
  })}\n`,
);
process.exitCode = offences + of("conflict") + of("unreadable") + open.length === 0 ? 0 : 1;
