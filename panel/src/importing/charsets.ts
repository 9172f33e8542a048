/** Those that spreadsheets write, by the names that the server knows and people know. */
export const CHARSETS: [codec: string, name: string][] = [
  ['utf-8', 'UTF-8'], ['cp1250', 'Windows-1250'], ['iso8859-2', 'ISO 8859-2'], ['cp1252', 'Windows-1252'], ['utf-16', 'UTF-16'],
]

/** "utf_8_sig" and "cp1250" as they stand in the list. */
export const plain = (charset: string): string => charset.replaceAll('_', '-').replace('-sig', '')
export const charsetName = (charset: string): string => CHARSETS.find(([codec]) => codec === plain(charset))?.[1] ?? plain(charset)
