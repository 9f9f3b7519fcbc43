import { isObject } from '@passwright/shared'

type Body = Readonly<Record<string, unknown>>

/** Leaves out the translations of texts that were left out, so that nobody is warned of them. */
export function leaveOutTranslations(pass: Body, body: Body): Record<string, unknown> {
  const { localizations, ...others } = body
  if (!isObject(localizations)) return { ...body }
  const used = new Set(listTexts(others))
  const { localizations: _, ...original } = pass
  const left = new Set(listTexts(original).filter((text) => !used.has(text)))
  const languages = Object.entries(localizations).map(([language, texts]) => [
    language,
    isObject(texts)
      ? Object.fromEntries(Object.entries(texts).filter(([text]) => !left.has(text)))
      : texts,
  ])
  return { ...others, localizations: Object.fromEntries(languages) }
}

function listTexts(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(listTexts)
  return isObject(value) ? Object.values(value).flatMap(listTexts) : []
}
