import type { Verb } from "./grammar/verb.js";

/** Every verb by name, loaded when used; in the order in which a new site needs them. */
export const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  init: async () => (await import("./init/init.js")).init,
  scan: async () => (await import("./scan/scan.js")).scan,
  check: async () => (await import("./check.js")).check,
  run: async () => (await import("./run.js")).run,
  status: async () => (await import("./status/status.js")).status,
  watch: async () => (await import("./watch/watch.js")).watch,
  read: async () => (await import("./points/read.js")).read,
  write: async () => (await import("./points/write.js")).write,
  maintain: async () => (await import("./maintain.js")).maintain,
  doctor: async () => (await import("./doctor/doctor.js")).doctor,
  report: async () => (await import("./report/report.js")).report,
  export: async () => (await import("./export/export.js")).exportVerb,
  config: async () => (await import("./config/config.js")).configVerb,
  buffer: async () => (await import("./buffer/buffer.js")).buffer,
  profiles: async () => (await import("./profiles/profiles.js")).profiles,
  fleet: async () => (await import("./fleet/fleet.js")).fleet,
  simulate: async () => (await import("./simulate/simulate.js")).simulate,
  completion: async () => (await import("./completion/completion.js")).completionOf(VERBS),
};
