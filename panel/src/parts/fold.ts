/** As one searches: "zolw" finds "Żółw". The stroke of ł is no accent to Unicode. The server folds in the same way. */
export const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/ł/gi, 'l').toLowerCase()
