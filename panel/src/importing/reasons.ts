import type { Key, T } from '../words/words'

/** The server's sentences about rows and files, with what is told in them, and the phrase that says the same. */
const SENTENCES: [pattern: RegExp, key: Key, holes: string[]][] = [
  [/^This is not an e-mail address\.$/, 'reason.email', []],
  [/^Another contact has this e-mail address\.$/, 'reason.emailTaken', []],
  [/^Another contact has this id\.$/, 'reason.idTaken', []],
  [/^The row is empty\.$/, 'reason.emptyRow', []],
  [/^The row has (\d+) cells where the header has (\d+)\.$/, 'reason.cells', ['cells', 'header']],
  [/^`(.+)` takes a whole number, not (.+)\.$/, 'reason.integer', ['name', 'value']],
  [/^`(.+)` takes a number, not (.+)\.$/, 'reason.float', ['name', 'value']],
  [/^`(.+)` takes true or false, not (.+)\.$/, 'reason.boolean', ['name', 'value']],
  [/^`(.+)` takes a date and time \(.+\), not (.+)\.$/, 'reason.datetime', ['name', 'value']],
  [/^`(.+)` takes a date \(.+\), not (.+)\.$/, 'reason.date', ['name', 'value']],
  [/^`(.+)` takes one of (.+), not (.+)\.$/, 'reason.choice', ['name', 'choices', 'value']],
  [/^`(.+)` is longer than ([\d,]+) characters\.$/, 'reason.long', ['name', 'most']],
  [/^A row shortly before takes this `(.+)` from its contact\./, 'reason.before', ['name']],
  [/^The file is empty\.$/, 'reason.emptyFile', []],
  [/^The file has a header and no rows\.$/, 'reason.noRows', []],
  [/^The first row has to name the columns\.$/, 'reason.noHeader', []],
  [/^The first row has to name the columns; '(.+)' looks like a value\.$/, 'reason.headerValue', ['value']],
  [/^Row (\d+), which ends at line (\d+), has a broken quote/, 'reason.quote', ['row', 'line']],
  [/^Line (\d+) is not UTF-8/, 'reason.notUtf', ['line']],
  [/^The file is not (\S+): a character behind line (\d+) can't be read\./, 'reason.charset', ['charset', 'line']],
  [/^The charset of the file can't be told\./, 'reason.unknownCharset', []],
  [/NUL byte/, 'reason.nul', []],
  [/^The row that ends at line (\d+) is longer than 1 MB/, 'reason.longRow', ['line']],
  [/^This is no XLSX workbook, or it is damaged\.$/, 'reason.noWorkbook', []],
  [/^This file is an old Excel file/, 'reason.xls', []],
  [/^This file is a PDF/, 'reason.pdf', []],
  [/^This file is compressed/, 'reason.compressed', []],
  [/^The file is larger than ([\d,]+) MB\.$/, 'reason.large', ['most']],
  [/^The file has ([\d,]+) columns; at most (\d+) can be imported at once\.$/, 'reason.columns', ['columns', 'most']],
]

/** A sentence of the server in the person's language; one that is not known here stays as it came. */
export function reasonIn(sentence: string, t: T): string {
  for (const [pattern, key, holes] of SENTENCES) {
    const found = pattern.exec(sentence)
    if (found) return t(key, Object.fromEntries(holes.map((hole, place) => [hole, found[place + 1] ?? ''])))
  }
  return sentence
}
