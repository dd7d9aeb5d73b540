/**
 * A text that a simple pattern takes: `^SOCO` begins with SOCO, `[A-Z0-9]{8}` is AAAAAAAA. Knows what profiles use:
 * letters, classes, `.`, escapes, quantifiers; of choices the first.
 */
export function textOfPattern(pattern: string): string {
  const [first = ""] = pattern.replace(/^\^/, "").replace(/\$$/, "").split("|");
  const token = /\\(.)|\[(\^?)([^\]]+)\]|([^\\[\](){}*+?])/y;
  const quantifier = /\{(\d+)(?:,\d*)?\}|[*+?]/y;
  let text = "";
  for (let at = 0; at < first.length; ) {
    token.lastIndex = at;
    const found = token.exec(first);
    if (!found) {
      at++;
      continue;
    }
    at = token.lastIndex;
    quantifier.lastIndex = at;
    const many = quantifier.exec(first);
    if (many) at = quantifier.lastIndex;
    const times = many ? Number(many[1] ?? (many[0] === "+" ? 1 : 0)) : 1;
    text += characterOf(found).repeat(times);
  }
  return text;
}

function characterOf([, escaped, not, inClass, plain]: RegExpExecArray): string {
  if (escaped !== undefined) return { d: "0", w: "A", s: " " }[escaped] ?? escaped;
  if (inClass !== undefined) return not ? "#" : inClass.startsWith("\\") ? "0" : inClass.charAt(0);
  return plain === "." ? "x" : (plain ?? "");
}
