import { readText } from "./system-files.js";

export interface Mount {
  readonly point: string;
  /** Of the file system: `ext4`, `tmpfs`, `overlay`. */
  readonly type: string;
  readonly source: string;
  readonly readOnly: boolean;
}

/** All mounts, from /proc/self/mountinfo (proc_pid_mountinfo(5)); later ones lie over earlier ones. */
export function mountsOf(system: string): readonly Mount[] {
  return (readText(system, "/proc/self/mountinfo") ?? "").split("\n").flatMap((line) => {
    const [own = "", behind = ""] = line.split(" - ");
    const [, , , , point, options = ""] = own.split(" ");
    const [type = "", source = "", superOptions = ""] = behind.split(" ");
    if (point === undefined) return [];
    const readOnly = hasOption(options, "ro") || hasOption(superOptions, "ro");
    return [{ point: unescaped(point), type, source: unescaped(source), readOnly }];
  });
}

/** The mount on which an absolute path lies. */
export function mountUnder(mounts: readonly Mount[], path: string): Mount | undefined {
  const under = mounts.filter(
    ({ point }) => path === point || path.startsWith(point === "/" ? "/" : `${point}/`),
  );
  return under.reduce<Mount | undefined>(
    (best, mount) => (!best || mount.point.length >= best.point.length ? mount : best),
    undefined,
  );
}

function hasOption(options: string, name: string): boolean {
  return options.split(",").includes(name);
}

/** White space stands as octal: `\040`. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_all, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
