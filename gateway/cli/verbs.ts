import type { Verb } from "./verb.js";

/** Every verb by name, loaded when used. */
export const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  init: async () => (await import("./init.js")).init,
  run: async () => (await import("./run.js")).run,
  check: async () => (await import("./check.js")).check,
  status: async () => (await import("./status.js")).status,
  watch: async () => (await import("./watch.js")).watch,
  read: async () => (await import("./read.js")).read,
  write: async () => (await import("./write.js")).write,
  scan: async () => (await import("./scan.js")).scan,
  maintain: async () => (await import("./maintain.js")).maintain,
  buffer: async () => (await import("./buffer.js")).buffer,
  profiles: async () => (await import("./profiles.js")).profiles,
  fleet: async () => (await import("./fleet.js")).fleet,
  config: async () => (await import("./config.js")).configVerb,
  export: async () => (await import("./export.js")).exportVerb,
  report: async () => (await import("./report.js")).report,
  doctor: async () => (await import("./doctor.js")).doctor,
  simulate: async () => (await import("./simulate.js")).simulate,
  completion: async () => (await import("./completion.js")).completionOf(VERBS),
};
