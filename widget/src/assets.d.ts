declare module '*.css' {
  const text: string
  export default text
}

declare module 'words' {
  /** The build takes the catalogue of the language that it builds for. */
  const words: typeof import('../shared/locales/en/widget.json')
  export default words
}
