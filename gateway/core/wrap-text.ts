/** A text as rows of at most `width` columns, broken at spaces; the first begins with `first`, the others with `indent`. */
export function wrapText(first: string, text: string, width: number, indent: string): string[] {
  const [word = "", ...words] = text.normalize("NFC").split(" ");
  const rows: string[] = [];
  let row = first + word;
  for (const next of words) {
    if ([...row, " ", ...next].length <= width) row += ` ${next}`;
    else {
      rows.push(row);
      row = indent + next;
    }
  }
  return [...rows, row];
}

/** A text of several lines, each broken at spaces; what goes on stands two columns further in. */
export function wrapLines(text: string, width: number): string {
  return text
    .split("\n")
    .flatMap((line) => {
      const indent = /^ */.exec(line)?.[0] ?? "";
      return wrapText(indent, line.slice(indent.length), width, `${indent}  `);
    })
    .join("\n");
}
