import type { PointAccess } from "../core/point-access.js";

/** Of a gateway whose points nobody reads or writes by hand in this test. */
export const NO_ACCESS: PointAccess = {
  read: () => Promise.reject(new TypeError("read")),
  readRaw: () => Promise.reject(new TypeError("readRaw")),
  write: () => Promise.reject(new TypeError("write")),
};
