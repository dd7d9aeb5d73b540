/**
 * What stands before a command so that the rights of files hold for it: root is above them. It stays the same user, so that
 * it can be read where it lies, in a folder of root's own too.
 */
export function boundByRights(): readonly string[] {
  const without = "-dac_override,-dac_read_search";
  const isRoot = process.getuid?.() === 0;
  return isRoot ? ["setpriv", `--bounding-set=${without}`, `--inh-caps=${without}`] : [];
}
