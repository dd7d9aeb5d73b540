import { contractProblems } from "../strict.js";

interface Listening {
  on(event: "message", listener: (topic: string, payload: Uint8Array) => void): unknown;
}

/**
 * Holds every message of the contract that an MQTT client of a test receives against the schemas. What does not
 * hold ends the test: nobody can catch it by chance.
 */
export function holdToContract<T extends Listening>(client: T): T {
  client.on("message", (topic, payload) => {
    if (topic.startsWith("tram/")) mustHold(topic, payload);
  });
  return client;
}

/** The same for one message that is published under that topic. */
export function mustHold(topic: string, payload: string | Uint8Array): void {
  const problems = contractProblems(topic, payload);
  if (problems.length === 0) return;
  queueMicrotask(() => {
    throw new Error(`against the contract: ${problems.slice(0, 3).join("; ")}`);
  });
}
