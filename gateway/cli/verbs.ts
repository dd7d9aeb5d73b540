import type { Verb } from "./grammar/verb.js";

/** Every verb by name, loaded when used; in the order in which a new site needs them. */
export const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  init: async () => (await import("./init.js")).init,
  scan: async () => (await import("./scan.js")).scan,
  check: async () => (await import("./check.js")).check,
  run: async () => (await import("./run.js")).run,
  status: async () => (await import("./status.js")).status,
  watch: async () => (await import("./watch.js")).watch,
  read: async () => (await import("./read.js")).read,
  write: async () => (await import("./write.js")).write,
  maintain: async () => (await import("./maintain.js")).maintain,
  doctor: async () => (await import("./doctor.js")).doctor,
  report: async () => (await import("./report.js")).report,
  export: async () => (await import("./export.js")).exportVerb,
  config: async () => (await import("./config.js")).configVerb,
  buffer: async () => (await import("./buffer.js")).buffer,
  profiles: async () => (await import("./profiles.js")).profiles,
  fleet: async () => (await import("./fleet.js")).fleet,
  simulate: async () => (await import("./simulate.js")).simulate,
  completion: async () => (await import("./completion.js")).completionOf(VERBS),
};
