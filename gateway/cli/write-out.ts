import type { Io } from "./io.js";

/** Writes what a reader may take slowly: resolves when there is room for more, or nobody reads any more. */
export async function writeOut(stdout: Io["stdout"], text: string, signal: AbortSignal): Promise<void> {
  if (text === "" || stdout.write(text) || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      for (const event of ["drain", "close", "error"]) stdout.off(event, done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    for (const event of ["drain", "close", "error"]) stdout.once(event, done);
    signal.addEventListener("abort", done, { once: true });
  });
}
