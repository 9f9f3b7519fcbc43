/** How wide a grapheme is, in ems; `sure` when fonts agree about it. */
export interface Measure {
  width: number
  sure: boolean
}

/**
 * Nobody knows the reader's font, so these are the widths of a wide one (DejaVu Sans; SF, Segoe UI
 * and Roboto are 5 to 10 % narrower): what fits by this table fits everywhere. First match counts.
 */
const classes: readonly (readonly [RegExp, number])[] = [
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

const known = new Map<string, Measure>()

/** Measures one grapheme; what follows matters where letters are joined. */
export function measure(grapheme: string, next = ''): Measure {
  const joined = isArabic(grapheme) && isArabic(next)
  const key = joined ? `${grapheme}\u0640` : grapheme
  const found = known.get(key)
  if (found !== undefined) return found
  const measured = measureAnew(key)
  if (known.size > 20_000) known.clear()
  known.set(key, measured)
  return measured
}

function measureAnew(grapheme: string): Measure {
  const plain = withoutAccents(grapheme)
  const match = classes.find(([pattern]) => pattern.test(plain))
  if (match !== undefined) return { width: match[1], sure: isPlain(plain) }
  // Signs that only control take no room; marks without a letter are drawn on a circle.
  if (/^[\p{Cf}\p{Cc}]+$/u.test(grapheme)) return { width: 0, sure: true }
  return { width: guess(grapheme), sure: false }
}

/** Of scripts that the table does not know, letter by letter. */
function guess(grapheme: string): number {
  const letters = grapheme.match(/[\p{L}\p{N}]/gu)?.length ?? 0
  const others = grapheme.match(/[\p{S}\p{P}\p{Co}\p{Cn}]/gu)?.length ?? 0
  const marks = grapheme.match(/\p{Mc}/gu)?.length ?? 0
  return Math.max(0.6, letters * 0.7 + others + marks * 0.3)
}

/** Ä → A: an accent takes no room of its own. */
function withoutAccents(grapheme: string): string {
  return /^\p{Script=Latin}/u.test(grapheme)
    ? grapheme.normalize('NFD').replace(/\p{M}+/gu, '')
    : grapheme
}

/** A letter with its marks, or a simple emoji; not a sequence that some systems draw as several. */
function isPlain(grapheme: string): boolean {
  return /^.[\p{M}\p{Cf}\u0640]*$/su.test(grapheme.replace('\ufe0f', ''))
    ? !/[\u200d\u20e3\u{e0020}-\u{e007f}]/u.test(grapheme)
    : false
}

function isArabic(text: string): boolean {
  const unit = text.charCodeAt(0)
  return unit >= 0x620 && unit <= 0x6d3
}
