import { createHash } from 'node:crypto'
import { type Layout, toSlotId } from './rows.ts'

/** Whose class it is, and where Google reports what people do with its passes. */
export interface ClassOwner {
  issuerId: string
  /** Two services that share an issuer have classes of their own. */
  publicUrl: string
}

/** A `GenericClass`, as far as we fill it. */
export interface GoogleClass {
  id: string
  classTemplateInfo: {
    cardTemplateOverride: { cardRowTemplateInfos: RowTemplate[] }
  }
  multipleDevicesAndHoldersAllowedStatus: 'MULTIPLE_HOLDERS'
  /** Absent while Google cannot call us. */
  callbackOptions?: { url: string }
}

type RowTemplate =
  | { oneItem: { item: ItemTemplate } }
  | { twoItems: { startItem: ItemTemplate; endItem: ItemTemplate } }
  | { threeItems: { startItem: ItemTemplate; middleItem: ItemTemplate; endItem: ItemTemplate } }

interface ItemTemplate {
  firstValue: { fields: { fieldPath: string }[] }
}

/** Names the class of a layout; a layout can be read from it again. */
export function toClassId({ issuerId, publicUrl }: ClassOwner, layout: Layout): string {
  const deployment = createHash('sha256').update(publicUrl).digest('hex').slice(0, 8)
  return `${issuerId}.passwright_${deployment}_${layout.join('-')}`
}

/** Reads the layout from the name of a class; undefined when it is none of ours. */
export function parseClassLayout(classId: string): Layout | undefined {
  const [, first, second, third] = /_([0-3])-([0-3])-([0-3])$/.exec(classId) ?? []
  if (first === undefined) return undefined
  return [Number(first), Number(second), Number(third)]
}

/**
 * Builds the class of a layout. Pure. Everything that differs between passes is in their objects.
 * https://developers.google.com/wallet/reference/rest/v1/genericclass
 */
export function buildClass(owner: ClassOwner, layout: Layout): GoogleClass {
  const rows = layout.flatMap((count, row) => {
    const items = Array.from({ length: count }, (_, item) => toItem(toSlotId(row, item)))
    const template = toRow(items)
    return template ? [template] : []
  })
  return {
    id: toClassId(owner, layout),
    classTemplateInfo: { cardTemplateOverride: { cardRowTemplateInfos: rows } },
    multipleDevicesAndHoldersAllowedStatus: 'MULTIPLE_HOLDERS',
    ...(isReachable(owner)
      ? { callbackOptions: { url: `${owner.publicUrl}/google/callback` } }
      : {}),
  }
}

/** Whether Google can call us and fetch our images: it does so over https only. */
export function isReachable({ publicUrl }: Pick<ClassOwner, 'publicUrl'>): boolean {
  return publicUrl.startsWith('https://')
}

/** Lists the ids of the texts that stand in each row of a card of this class. */
export function listClassRows({ classTemplateInfo }: GoogleClass): string[][] {
  return classTemplateInfo.cardTemplateOverride.cardRowTemplateInfos.map((row) =>
    Object.values(row).flatMap((items: Record<string, ItemTemplate>) =>
      Object.values(items).flatMap(({ firstValue }) =>
        firstValue.fields.map(({ fieldPath }) => fieldPath.replace(/^.*\['(.*)'\]$/, '$1')),
      ),
    ),
  )
}

function toRow([first, second, third]: ItemTemplate[]): RowTemplate | undefined {
  if (!first) return undefined
  if (!second) return { oneItem: { item: first } }
  if (!third) return { twoItems: { startItem: first, endItem: second } }
  return { threeItems: { startItem: first, middleItem: second, endItem: third } }
}

function toItem(id: string): ItemTemplate {
  return { firstValue: { fields: [{ fieldPath: `object.textModulesData['${id}']` }] } }
}
