import { asError, TramError } from "../../drivers/core/errors.js";
import { say } from "../../drivers/core/message.js";
import type { Check, DoctorContext, Finding } from "./check.js";
import { DOCTOR_MESSAGES as M } from "./messages.js";

export type DoctorEvent =
  | { readonly kind: "begin"; readonly check: Check; readonly at: number; readonly of: number }
  | { readonly kind: "finding"; readonly check: Check; readonly finding: Finding }
  | { readonly kind: "end"; readonly check: Check; readonly ms: number };

/**
 * Runs the checks in their order, each with its deadline. A check that throws or takes too long is a finding; the next
 * one begins. Ends early when `signal` is aborted.
 */
export async function* runChecks(
  checks: readonly Check[],
  context: DoctorContext,
  signal: AbortSignal,
): AsyncGenerator<DoctorEvent, void> {
  for (const [index, check] of checks.entries()) {
    if (signal.aborted) return;
    yield { kind: "begin", check, at: index + 1, of: checks.length };
    const began = context.clock.mono();
    for await (const finding of findingsOf(check, context, signal)) yield { kind: "finding", check, finding };
    yield { kind: "end", check, ms: Math.round(context.clock.mono() - began) };
  }
}

async function* findingsOf(
  check: Check,
  context: DoctorContext,
  signal: AbortSignal,
): AsyncGenerator<Finding, void> {
  const own = new AbortController();
  const stop = (): void => own.abort();
  signal.addEventListener("abort", stop, { once: true });
  let late = false;
  const cancel = context.clock.after(check.deadlineMs, () => {
    late = true;
    own.abort();
  });
  const aborted = new Promise<"aborted">((resolve) => {
    own.signal.addEventListener("abort", () => resolve("aborted"), { once: true });
  });
  try {
    const findings = check.run(context, own.signal)[Symbol.asyncIterator]();
    for (;;) {
      const next = findings.next();
      // Who is left behind may still fail: nobody listens then.
      next.catch(() => {});
      const step = await Promise.race([next, aborted]);
      if (step === "aborted") {
        // Not waited for: what hangs would hang here too.
        void Promise.resolve(findings.return?.()).catch(() => {});
        if (late) yield { level: "warning", said: say(M.check_late, { seconds: check.deadlineMs / 1000 }) };
        return;
      }
      if (step.done) return;
      yield step.value;
    }
  } catch (thrown) {
    yield failed(thrown);
  } finally {
    cancel();
    signal.removeEventListener("abort", stop);
    own.abort();
  }
}

function failed(thrown: unknown): Finding {
  if (thrown instanceof TramError && thrown.class !== "internal") {
    return { level: "warning", said: thrown.said };
  }
  return { level: "warning", said: say(M.check_failed, { problem: asError(thrown).message }) };
}
