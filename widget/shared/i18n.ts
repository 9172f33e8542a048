/** One sentence, or its plural forms by the names that Intl.PluralRules gives them. */
export type Phrase = string | Partial<Record<Intl.LDMLPluralRule, string>>
export type Catalogue = Record<string, Phrase>
export type Holes = Record<string, string | number>
export type Translate<Key extends string = string> = (key: Key, holes?: Holes) => string

/**
 * A function that fills `{hole}`s and picks the plural form by the hole `n`.
 * A key that is missing shows itself: an ugly word is found sooner than an empty one.
 */
export function translator<C extends Catalogue>(catalogue: C, locale: string): Translate<keyof C & string> {
  const rules = new Intl.PluralRules(locale)
  return (key, holes = {}) => {
    const phrase: Phrase = catalogue[key] ?? key
    const text = typeof phrase === 'string' ? phrase : phrase[rules.select(Number(holes.n))] ?? phrase.other ?? key
    return text.replace(/\{(\w+)\}/g, (hole, name) => String(holes[name] ?? hole))
  }
}
