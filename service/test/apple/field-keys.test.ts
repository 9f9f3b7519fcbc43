import type { PassSpec } from '@passwright/shared/schema'
import { describe, expect, it } from 'vitest'
import { buildPassJson } from '../../src/apple/pass-json.ts'

const identity = {
  serialNumber: '6f1c2a54-9d0e-4c8f-8f7e-2b1d9a3c5e70',
  passTypeIdentifier: 'pass.com.example.card',
  teamIdentifier: 'A1B2C3D4E5',
  organizationName: 'Example GmbH',
  voided: false,
}
type Shown = Record<string, { key: string; label?: string; value: unknown }[]>
const shown = (spec: PassSpec) => buildPassJson(spec, identity).generic as Shown
const keysOf = (spec: PassSpec) =>
  Object.values(shown(spec)).flatMap((group) => group.map(({ key }) => key))

describe('the keys of fields, by which Wallet tells what has changed', () => {
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

  it('stay while the labels stay, whatever the values and wherever the fields move', () => {
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
    const keyed = (spec: PassSpec) =>
      new Map(
        Object.values(shown(spec))
          .flat()
          .map(({ key, label }) => [key, label]),
      )
    for (const [key, label] of keyed(before)) expect(keyed(after).get(key), key).toBe(label)
  })

  it('stay with their label also where two labels read the same without their signs', () => {
    const labels = ['1日', '1月', 'Points!', 'Points?', 'Points', 'État', 'Etat']
    const keysBy = (given: string[]) =>
      new Map(
        (
          shown({ title: 'Club', secondaryFields: given.map((label) => ({ label, value: 1 })) })
            .secondaryFields ?? []
        ).map(({ label, key }) => [label, key]),
      )
    const keys = keysBy(labels)
    expect(new Set(keys.values()).size).toBe(labels.length)
    expect(keysBy(labels.toReversed())).toEqual(keys)
    for (const label of labels) expect(keysBy([label]).get(label)).toBe(keys.get(label))
  })

  it('are readable where labels are Latin, and different from each other in any case', () => {
    expect(keysOf(before)).toEqual([
      'header-points',
      'title',
      'secondary-name',
      'secondary-stufe-1-2fd00ba4',
      expect.stringMatching(/^secondary-[0-9a-f]{8}$/),
      'back-field',
      'back-field-2',
    ])
  })

  it('that the caller gave are taken as they are, and nothing else gets one of them', () => {
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
    const keys = keysOf(spec)
    expect(keys.slice(-2)).toEqual(['secondary-a', 'secondary-a-2'])
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('stay unique also against the two that WalletWallet’s fields get', () => {
    const spec: PassSpec = {
      title: 'Club',
      label: 'Member',
      backFields: [
        { key: 'title', value: 'mine' },
        { key: 'value', value: 'mine too' },
      ],
    }
    const keys = keysOf(spec)
    expect(keys).toContain('title')
    expect(new Set(keys).size).toBe(keys.length)
  })
})
