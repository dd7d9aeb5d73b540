import t from "tap";
import { NO_BACKOFF } from "./backoff.js";
import { type Probed, Probes } from "./probes.js";

const RETRY_WITHIN_MS = 60_000;

/** How long an exchange of another device takes. */
const BUSY_MS = 1_000;

function probed(): Probed {
  return { backoff: NO_BACKOFF, failedMs: 0, costMs: 0, heldMs: 0 };
}

interface Outcome {
  /** Share of the time, from the third failure on. */
  readonly share: number;
  /** Longest time from one probe of a device to its next. */
  readonly longestGapMs: number;
  readonly probes: number;
  readonly urgent: number;
}

/**
 * `silent` of `devices` die at once; each was asked three times without an answer. `busy`: the others need the bus
 * all the time, so that only urgent probes are made; each must wait for an exchange of another device.
 */
function simulate(
  silent: number,
  devices: number,
  timeoutMs: number,
  { busy = false, untilMs = 3_600_000 } = {},
): Outcome {
  const probes = new Probes<Probed>(RETRY_WITHIN_MS, devices);
  const dead = Array.from({ length: silent }, probed);
  if (busy) probes.answered(probed(), BUSY_MS);
  let now = 0;
  for (let n = 0; n < 3; n++) {
    for (const device of dead) {
      probes.failed(device, now, now + timeoutMs);
      now += timeoutMs;
    }
  }
  const from = now;
  const last = new Map(dead.map((device) => [device, device.failedMs]));
  const outcome = { longestGapMs: 0, probes: 0, urgent: 0 };
  while (now < from + untilMs) {
    const device = probes.next(now);
    if (!device || (busy && !probes.isUrgent(now))) {
      now += 50;
      continue;
    }
    if (probes.isUrgent(now)) outcome.urgent++;
    if (busy) now += BUSY_MS;
    probes.started(device);
    outcome.longestGapMs = Math.max(outcome.longestGapMs, now - (last.get(device) ?? 0));
    outcome.probes++;
    last.set(device, now);
    probes.failed(device, now, now + timeoutMs);
    now += timeoutMs;
  }
  for (const at of last.values()) outcome.longestGapMs = Math.max(outcome.longestGapMs, now - at);
  return { ...outcome, share: (outcome.probes * timeoutMs) / (now - from) };
}

t.test("a device is silent after its third failure, and no more when it answers", async (t) => {
  const probes = new Probes<Probed>(RETRY_WITHIN_MS, 8);
  const device = probed();
  t.equal(probes.failed(device, 0, 500), false);
  t.equal(probes.failed(device, 1000, 1500), false);
  t.equal(probes.isSilent(device), false);
  t.equal(probes.nextMs, Number.POSITIVE_INFINITY);
  t.equal(probes.failed(device, 2000, 2500), true, "said once");
  t.equal(probes.isSilent(device), true);
  t.equal(probes.nextMs, 3500, "the first probe after a second");
  t.equal(probes.next(3499), undefined);
  t.equal(probes.next(3500), device);
  t.equal(probes.isUrgent(3500), false);
  probes.started(device);
  t.equal(probes.next(1e9), undefined, "one at a time");
  t.equal(probes.failed(device, 3500, 4000), false);
  t.equal(probes.nextMs, 4000 + 24 * 500);
  t.equal(probes.answered(device, 0), true);
  t.equal(probes.isSilent(device), false);
  t.equal(probes.nextMs, Number.POSITIVE_INFINITY);
  t.equal(probes.answered(device, 0), false);
});

t.test("several requests that fail together are one failure", async (t) => {
  const probes = new Probes<Probed>(RETRY_WITHIN_MS, 8);
  const device = probed();
  for (let n = 0; n < 4; n++) probes.failed(device, n, 500 + n);
  t.equal(device.backoff.failures, 1);
  probes.failed(device, 600, 1100);
  t.equal(device.backoff.failures, 2);
});

t.test("what probing costs, and how soon a device is found", async (t) => {
  // [silent of 8, timeout, share in %, of urgent probes]
  const rows = [
    // Pauses grow to 30 s: less than rule 1 allows.
    [1, 500, 1.7, 0],
    // Rule 1 gives each device its turn within a minute: 4 %.
    [1, 2000, 4, 0],
    [4, 500, 4, 0],
    // Rule 1 alone would let 100 s pass: once in 55 s, 5 s each.
    [1, 5000, 9.2, 1],
    // Four times 2 s in a minute, four times 5 s.
    [4, 2000, 14.1, 1],
    [4, 5000, 36.3, 1],
  ] as const;
  for (const [silent, timeoutMs, percent, urgent] of rows) {
    const name = `${silent} of 8 silent, timeout ${timeoutMs} ms`;
    const idle = simulate(silent, 8, timeoutMs);
    t.ok(
      Math.abs(idle.share * 100 - percent) < 0.4,
      `${name}: ${(idle.share * 100).toFixed(2)} % of the time`,
    );
    t.ok(idle.longestGapMs <= RETRY_WITHIN_MS, `${name}: asked every ${idle.longestGapMs} ms at least`);
    t.equal(idle.urgent > idle.probes / 2, urgent === 1, `${name}: ${idle.urgent} of ${idle.probes} urgent`);
    const busy = simulate(silent, 8, timeoutMs, { busy: true });
    t.ok(busy.longestGapMs <= RETRY_WITHIN_MS, `${name}, busy bus: ${busy.longestGapMs} ms`);
    t.equal(busy.urgent, busy.probes);
    t.ok(busy.share <= 0.37, `${name}, busy bus: ${(busy.share * 100).toFixed(2)} %`);
  }
});

t.test("more silent devices than there is time for: half of the time is left to the others", async (t) => {
  const many = simulate(30, 32, 2000);
  t.ok(many.share <= 0.501, `${(many.share * 100).toFixed(1)} %`);
  t.ok(many.longestGapMs <= 2 * 30 * 2000 + 100, `each within ${many.longestGapMs} ms`);
});

t.test("where no device answers nobody is disturbed: pauses only", async (t) => {
  const alone = simulate(1, 1, 5000, { untilMs: 600_000 });
  t.ok(alone.longestGapMs <= 35_100, `asked every ${alone.longestGapMs} ms`);
  const all = simulate(8, 8, 500);
  t.ok(all.longestGapMs <= 35_000, `each every ${all.longestGapMs} ms`);
});

t.test("a probe that answered costs the others nothing: the next may follow at once", async (t) => {
  const probes = new Probes<Probed>(RETRY_WITHIN_MS, 8);
  const [a, b] = [probed(), probed()];
  for (const device of [a, b]) for (let n = 0; n < 3; n++) probes.failed(device, n * 500, n * 500 + 500);
  const first = probes.next(2500);
  t.equal(first, a);
  probes.started(a);
  probes.answered(a, 0);
  t.equal(probes.next(2500), b);
});

t.test("what the driver holds is probed when it may be", async (t) => {
  const probes = new Probes<Probed>(RETRY_WITHIN_MS, 8);
  const [held, other] = [probed(), probed()];
  for (const device of [held, other]) {
    for (let n = 0; n < 3; n++) probes.failed(device, n * 500, n * 500 + 500);
  }
  t.equal(probes.next(2500), held);
  probes.hold(held, 9000);
  t.equal(probes.next(2500), other);
  probes.hold(other, 8000);
  t.equal(probes.next(7999), undefined);
  t.equal(probes.nextMs, 8000);
});

t.test("a probe that ended with the connection took its time, and says nothing of the device", async (t) => {
  const probes = new Probes<Probed>(RETRY_WITHIN_MS, 8);
  const device = probed();
  for (let n = 0; n < 3; n++) probes.failed(device, n * 500, n * 500 + 500);
  probes.started(device);
  probes.interrupted(device, 2500, 3500);
  t.equal(device.backoff.failures, 3);
  t.equal(probes.nextMs, 3500 + 24_000);
});
