import { ProfileLibrary } from "../../../drivers/profiles/library.js";
import type { Profile } from "../../../drivers/profiles/profile.js";
import { DRIVER_FAMILIES } from "../../../drivers/registry.js";
import type { Io } from "../io.js";
import { ProgressBar, runSteps, type Step } from "../progress-bar.js";

export interface ReadLibrary {
  readonly profiles: readonly Profile[];
  /** Those that cannot be used. */
  readonly faulty: readonly string[];
}

/** The profiles of the installation. */
export function openLibrary({ root }: Pick<Io, "root">): ProfileLibrary {
  return new ProfileLibrary(`${root}/config/profiles`, DRIVER_FAMILIES);
}

/** Reads all of them. Rejects when Ctrl-C was pressed. */
export async function readLibrary(library: ProfileLibrary, io: Io, title: string): Promise<ReadLibrary> {
  const bar = new ProgressBar(io);
  try {
    return await runSteps(reading(library), io.signal, (step) => bar.show(title, step));
  } finally {
    bar.end();
  }
}

function* reading(library: ProfileLibrary): Generator<Step, ReadLibrary> {
  const ids = library.ids();
  const profiles: Profile[] = [];
  const faulty: string[] = [];
  for (const [done, id] of ids.entries()) {
    const profile = library.get(id)?.profile;
    if (profile) profiles.push(profile);
    else faulty.push(id);
    yield { done: done + 1, total: ids.length };
  }
  return { profiles, faulty };
}
