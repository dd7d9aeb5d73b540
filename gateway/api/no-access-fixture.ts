import type { PointAccess } from "../core/point-access.js";
import type { UplinkPauses } from "../core/uplink-pause.js";

/** Of a gateway whose points nobody reads or writes by hand in this test. */
export const NO_ACCESS: PointAccess = {
  read: () => Promise.reject(new TypeError("read")),
  readRaw: () => Promise.reject(new TypeError("readRaw")),
  write: () => Promise.reject(new TypeError("write")),
};

/** Of a gateway whose uplinks nobody cuts in this test. */
export const NO_PAUSES: UplinkPauses = {
  pause: () => {
    throw new TypeError("pause");
  },
  resume: () => {
    throw new TypeError("resume");
  },
};
