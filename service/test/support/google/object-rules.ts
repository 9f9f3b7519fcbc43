import { isObject } from '@passwright/shared'

/** What a value must be: a text, a number, one of these words, a list, or an object of such. */
type Rule = 'text' | 'number' | readonly string[] | { list: Rule; max: number } | Fields
interface Fields {
  readonly [name: string]: Rule
}

const localized: Fields = {
  defaultValue: { language: 'text', value: 'text' },
  translatedValues: { list: { language: 'text', value: 'text' }, max: 100 },
}
const image: Fields = { sourceUri: { uri: 'text' }, contentDescription: localized }
const item: Fields = {
  firstValue: { fields: { list: { fieldPath: 'text' }, max: 10 } },
}
const message: Fields = {
  id: 'text',
  header: 'text',
  body: 'text',
  messageType: ['TEXT', 'TEXT_AND_NOTIFY'],
}

/** The fields of Google's reference that anybody here fills, with its enums and its limits. */
export const objectRules: Fields = {
  id: 'text',
  classId: 'text',
  state: ['ACTIVE', 'COMPLETED', 'EXPIRED', 'INACTIVE'],
  genericType: ['GENERIC_ENTRY_TICKET', 'GENERIC_LOYALTY_CARD', 'GENERIC_VOUCHER', 'GENERIC_OTHER'],
  cardTitle: localized,
  header: localized,
  subheader: localized,
  hexBackgroundColor: 'text',
  logo: image,
  wideLogo: image,
  heroImage: image,
  imageModulesData: { list: { id: 'text', mainImage: image }, max: 1 },
  barcode: {
    type: ['QR_CODE', 'PDF_417', 'AZTEC', 'CODE_128', 'CODE_39', 'CODABAR', 'EAN_13'],
    value: 'text',
    alternateText: 'text',
    renderEncoding: ['UTF_8'],
  },
  textModulesData: {
    list: {
      id: 'text',
      header: 'text',
      body: 'text',
      localizedHeader: localized,
      localizedBody: localized,
    },
    max: 10,
  },
  linksModuleData: { uris: { list: { id: 'text', uri: 'text', description: 'text' }, max: 10 } },
  validTimeInterval: { end: { date: 'text' } },
  merchantLocations: { list: { latitude: 'number', longitude: 'number' }, max: 10 },
  groupingInfo: { groupingId: 'text' },
  messages: { list: message, max: 10 },
  hasUsers: ['true', 'false'],
}

export const messageRules: Fields = { message }

export const classRules: Fields = {
  id: 'text',
  classTemplateInfo: {
    cardTemplateOverride: {
      cardRowTemplateInfos: {
        list: {
          oneItem: { item },
          twoItems: { startItem: item, endItem: item },
          threeItems: { startItem: item, middleItem: item, endItem: item },
        },
        max: 3,
      },
    },
  },
  multipleDevicesAndHoldersAllowedStatus: ['MULTIPLE_HOLDERS'],
  callbackOptions: { url: 'text' },
}

const idPattern = /^\d+\.[\w.-]+$/
const moduleIdPattern = /^[A-Za-z0-9_-]+$/

/** Finds what Google would refuse of an object, or of a part of one. */
export function findObjectMistakes(object: Record<string, unknown>): string[] {
  const mistakes = findMistakes(object, objectRules, 'object')
  const { id, classId, hexBackgroundColor, textModulesData, validTimeInterval, linksModuleData } =
    object
  for (const each of [id, classId]) {
    if (each !== undefined && !idPattern.test(String(each))) {
      mistakes.push(`Invalid resource ID: ${String(each)}`)
    }
  }
  if (typeof hexBackgroundColor === 'string' && !/^#[0-9a-f]{6}$/.test(hexBackgroundColor)) {
    mistakes.push('hexBackgroundColor is no color')
  }
  const modules = listObjects(textModulesData)
  const ids = modules.map((module) => String(module.id))
  if (!ids.every((each) => moduleIdPattern.test(each)) || new Set(ids).size < ids.length) {
    mistakes.push('textModulesData has a wrong or doubled id')
  }
  const uris = listObjects(isObject(linksModuleData) ? linksModuleData.uris : [])
  if (!uris.every(({ uri }) => /^(?:https?|mailto|tel):/i.test(String(uri)))) {
    mistakes.push('a link has no scheme')
  }
  const end = isObject(validTimeInterval) ? validTimeInterval.end : undefined
  if (isObject(end) && Number.isNaN(Date.parse(String(end.date)))) mistakes.push('wrong end date')
  return mistakes
}

/** Finds what Google would refuse of a class. */
export function findClassMistakes(content: Record<string, unknown>): string[] {
  return [
    ...findMistakes(content, classRules, 'class'),
    ...(idPattern.test(String(content.id)) ? [] : [`Invalid resource ID: ${String(content.id)}`]),
  ]
}

/** The fields without which there is no object. */
export function findMissing(object: Record<string, unknown>): string[] {
  const texts = ['cardTitle', 'header'].filter((name) => {
    const text = object[name]
    const value = isObject(text) && isObject(text.defaultValue) ? text.defaultValue.value : ''
    return String(value ?? '').trim() === ''
  })
  return [...texts, ...['id', 'classId'].filter((name) => object[name] === undefined)].map(
    (name) => `${name} is required`,
  )
}

export function findMistakes(value: unknown, rule: Rule, path: string): string[] {
  // A PATCH takes fields away with null.
  if (value === null || value === undefined) return []
  if (rule === 'text') return typeof value === 'string' ? [] : [`${path} is no text`]
  if (rule === 'number') return typeof value === 'number' ? [] : [`${path} is no number`]
  if (isWords(rule)) return rule.includes(String(value)) ? [] : [`${path} is no such word`]
  if (isList(rule)) {
    if (!Array.isArray(value)) return [`${path} is no list`]
    const tooMany = value.length > rule.max ? [`${path} has more than ${rule.max}`] : []
    return [
      ...tooMany,
      ...value.flatMap((each, index) => findMistakes(each, rule.list, `${path}[${index}]`)),
    ]
  }
  if (!isObject(value)) return [`${path} is no object`]
  return Object.entries(value).flatMap(([name, each]) => {
    const inner = rule[name]
    return inner === undefined
      ? [`${path}.${name} is unknown`]
      : findMistakes(each, inner, `${path}.${name}`)
  })
}

function isWords(rule: Rule): rule is readonly string[] {
  return Array.isArray(rule)
}

function isList(rule: Rule): rule is { list: Rule; max: number } {
  return isObject(rule) && 'list' in rule && 'max' in rule
}

function listObjects(value: unknown): Record<string, unknown>[] {
  return (Array.isArray(value) ? value : []).filter(isObject)
}

/** The addresses of all images of an object. */
export function listImageUris(object: Record<string, unknown>): string[] {
  const texts = JSON.stringify(object)
  return [...texts.matchAll(/"sourceUri":\{"uri":"([^"]+)"\}/g)].map(([, uri = '']) => uri)
}
