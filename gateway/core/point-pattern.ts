/**
 * Which points an uplink carries. A pattern is matched against `device.point`; `*` stands for any run of
 * characters, dots included.
 */
export function pointMatcher(patterns: readonly string[]): (device: string, point: string) => boolean {
  if (patterns.includes("*")) return () => true;
  const expressions = patterns.map(
    (pattern) =>
      new RegExp(
        `^${pattern
          .split("*")
          .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"))
          .join(".*")}$`,
        "u",
      ),
  );
  return (device, point) => expressions.some((expression) => expression.test(`${device}.${point}`));
}
