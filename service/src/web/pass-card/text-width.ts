/** The width of a grapheme in ems. */
export interface GraphemeWidth {
  width: number
  /** Whether the width holds in every common font; else it is a guess. */
  isReliable: boolean
}

/**
 * The viewer's font is unknown, so these are the widths of a wide one (DejaVu Sans; SF, Segoe UI
 * and Roboto are 5 to 10 % narrower): a text that fits by this table fits everywhere. The first
 * match counts.
 */
const widthsByPattern: readonly (readonly [RegExp, number])[] = [
  [/^.\ufe0f?\u20e3/, 1.38],
  [/^[ijlI'ıİ]/, 0.3],
  [/^[ ,./\\|f:;‘’·\u00a0\u2000-\u200a\u202f]/, 0.37],
  [/^[!()[\]rt]/, 0.41],
  [/^[-"`*_°¡‐‑]/, 0.53],
  [/^[sczJ?¿“”„–§]/, 0.57],
  [/^[aekovxyFL]/, 0.62],
  [/^[bdghnpqu0-9$PST{}€£¥¢•ß«»¶]/, 0.65],
  [/^[ABEKRVXYZ]/, 0.7],
  [/^[CDGHNU&]/, 0.78],
  [/^[OQw#+<=>^~×÷±]/, 0.85],
  [/^[mMW%@œæÆŒ…—©®™]/, 1.05],
  [/^(?:\p{Extended_Pictographic}|\p{Regional_Indicator})/u, 1.38],
  [/^[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60\u{20000}-\u{3ffff}]/u, 1],
  [/^[\uff61-\uff9f]/, 1],
  [/^[жшщюфмыъњљђ]/, 0.97],
  [/^[ЖШЩЮФМЫЪЊЉЂ]/, 1.13],
  [/^[ωΩ]/, 0.87],
  [/^(?=\p{Lu})[\p{Script=Cyrillic}\p{Script=Greek}]/u, 0.82],
  [/^[\p{Script=Cyrillic}\p{Script=Greek}]/u, 0.68],
  [/^\p{Script=Hebrew}/u, 0.72],
  // Letters at the end of a word are twice as wide as within one.
  [/^[ادذرزوأإآؤ٠-٩،؛ءژ]/, 0.56],
  [/^[سشصض]\p{M}*$/u, 1.3],
  [/^[سشصض]/, 0.9],
  [/^[\u0620-\u064a\u066e-\u06d3]\p{M}*$/u, 0.98],
  [/^[\u0620-\u064a\u066e-\u06d3]/, 0.58],
]

const MAX_CACHED_GRAPHEMES = 20_000

const cache = new Map<string, GraphemeWidth>()

/** Measures one grapheme; the next one matters in scripts with joined letters. */
export function measureGrapheme(grapheme: string, next = ''): GraphemeWidth {
  const isJoined = isArabic(grapheme) && isArabic(next)
  const key = isJoined ? `${grapheme}\u0640` : grapheme
  const cached = cache.get(key)
  if (cached !== undefined) return cached
  const measured = measureUncached(key)
  if (cache.size > MAX_CACHED_GRAPHEMES) cache.clear()
  cache.set(key, measured)
  return measured
}

function measureUncached(grapheme: string): GraphemeWidth {
  const unaccented = removeAccents(grapheme)
  const match = widthsByPattern.find(([pattern]) => pattern.test(unaccented))
  if (match !== undefined) return { width: match[1], isReliable: isSimple(unaccented) }
  // Control characters take no space; marks without a letter are drawn on a dotted circle.
  if (/^[\p{Cf}\p{Cc}]+$/u.test(grapheme)) return { width: 0, isReliable: true }
  return { width: guessWidth(grapheme), isReliable: false }
}

/** For scripts that are not in the table. */
function guessWidth(grapheme: string): number {
  const letters = grapheme.match(/[\p{L}\p{N}]/gu)?.length ?? 0
  const symbols = grapheme.match(/[\p{S}\p{P}\p{Co}\p{Cn}]/gu)?.length ?? 0
  const marks = grapheme.match(/\p{Mc}/gu)?.length ?? 0
  return Math.max(0.6, letters * 0.7 + symbols + marks * 0.3)
}

/** Ä → A: an accent does not change the width. */
function removeAccents(grapheme: string): string {
  return /^\p{Script=Latin}/u.test(grapheme)
    ? grapheme.normalize('NFD').replace(/\p{M}+/gu, '')
    : grapheme
}

/** A letter with its marks, or a single emoji; not an emoji sequence, which some systems draw as several. */
function isSimple(grapheme: string): boolean {
  return /^.[\p{M}\p{Cf}\u0640]*$/su.test(grapheme.replace('\ufe0f', ''))
    ? !/[\u200d\u20e3\u{e0020}-\u{e007f}]/u.test(grapheme)
    : false
}

function isArabic(text: string): boolean {
  const unit = text.charCodeAt(0)
  return unit >= 0x620 && unit <= 0x6d3
}
