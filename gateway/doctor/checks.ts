import { bufferCheck } from "./buffer-check.js";
import type { Check } from "./check.js";
import { clockCheck } from "./clock-check.js";
import { configCheck } from "./config-check.js";
import { diskCheck } from "./disk-check.js";
import { gatewayCheck } from "./gateway-check.js";
import { kernelCheck } from "./kernel-check.js";
import { listenCheck } from "./listen-check.js";
import { machineCheck } from "./machine-check.js";
import { networkCheck } from "./network-check.js";
import { portsCheck } from "./ports-check.js";
import { powerCheck } from "./power-check.js";

/** All of them, in their order: what later ones depend on comes first. */
export const CHECKS: readonly Check[] = [
  configCheck,
  gatewayCheck,
  portsCheck,
  clockCheck,
  powerCheck,
  machineCheck,
  diskCheck,
  bufferCheck,
  kernelCheck,
  networkCheck,
  listenCheck,
];
