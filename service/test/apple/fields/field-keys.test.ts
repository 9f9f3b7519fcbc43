import type { PassSpec } from '@passwright/shared/schema'
import { describe, expect, it } from 'vitest'
import { buildPassJson } from '../../../src/apple/pass-json.ts'

const identity = {
  serialNumber: '6f1c2a54-9d0e-4c8f-8f7e-2b1d9a3c5e70',
  passTypeIdentifier: 'pass.com.example.card',
  teamIdentifier: 'A1B2C3D4E5',
  organizationName: 'Example GmbH',
  voided: false,
}
type FieldGroups = Record<string, { key: string; label?: string; value: unknown }[]>
const buildFields = (spec: PassSpec) => buildPassJson(spec, identity).generic as FieldGroups
const buildKeys = (spec: PassSpec) =>
  Object.values(buildFields(spec)).flatMap((group) => group.map(({ key }) => key))

describe('the keys of fields, by which Wallet finds changed values', () => {
  const before: PassSpec = {
    title: 'Club',
    headerFields: [{ label: 'Points', value: 120 }],
    secondaryFields: [
      { label: 'Name', value: 'Ada' },
      { label: 'Stufe № 1', value: 'Gold' },
      { label: 'Имя', value: 'Ада' },
    ],
    backFields: [{ value: 'no label' }, { value: 'none either' }],
  }

  it('stay the same as long as the labels do, also when values change or fields move', () => {
    const [first, second, third] = before.secondaryFields ?? []
    const after: PassSpec = {
      ...before,
      title: 'Another club',
      headerFields: [
        { label: 'New', value: 1 },
        { label: 'Points', value: 121 },
      ],
      secondaryFields: [third, { ...second, value: 'Silver' }, first].flatMap((one) => one ?? []),
    }
    const labelsByKey = (spec: PassSpec) =>
      new Map(
        Object.values(buildFields(spec))
          .flat()
          .map(({ key, label }) => [key, label]),
      )
    for (const [key, label] of labelsByKey(before))
      expect(labelsByKey(after).get(key), key).toBe(label)
  })

  it('stay with their label when labels differ only in signs, accents or letter case', () => {
    const labels = ['1日', '1月', 'Points!', 'Points?', 'Points', 'État', 'Etat']
    const keysByLabel = (labels: string[]) =>
      new Map(
        (
          buildFields({
            title: 'Club',
            secondaryFields: labels.map((label) => ({ label, value: 1 })),
          }).secondaryFields ?? []
        ).map(({ label, key }) => [label, key]),
      )
    const keys = keysByLabel(labels)
    expect(new Set(keys.values()).size).toBe(labels.length)
    expect(keysByLabel(labels.toReversed())).toEqual(keys)
    for (const label of labels) expect(keysByLabel([label]).get(label)).toBe(keys.get(label))
  })

  it('are readable for Latin labels, and always unique', () => {
    expect(buildKeys(before)).toEqual([
      'header-points',
      'title',
      'secondary-name',
      'secondary-stufe-1-2fd00ba4',
      expect.stringMatching(/^secondary-[0-9a-f]{8}$/),
      'back-field',
      'back-field-2',
    ])
  })

  it('of the request stay unchanged, and no other field gets one of them', () => {
    const spec: PassSpec = {
      title: 'Club',
      value: 'x',
      primaryFields: [],
      secondaryFields: [
        { label: 'A', value: 1 },
        { label: 'A', value: 2 },
      ],
      auxiliaryFields: [
        { key: 'secondary-a', value: 3 },
        { key: 'secondary-a-2', value: 4 },
      ],
    }
    const keys = buildKeys(spec)
    expect(keys.slice(-2)).toEqual(['secondary-a', 'secondary-a-2'])
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('are different from the keys of WalletWallet’s title and value', () => {
    const spec: PassSpec = {
      title: 'Club',
      label: 'Member',
      backFields: [
        { key: 'title', value: 'mine' },
        { key: 'value', value: 'mine too' },
      ],
    }
    const keys = buildKeys(spec)
    expect(keys).toContain('title')
    expect(new Set(keys).size).toBe(keys.length)
  })
})
