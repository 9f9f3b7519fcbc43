import { PassRequest } from '@passwright/shared/schema'

/** The pass that the home page begins with, and that anybody may download. */
export const samplePass: PassRequest = PassRequest.parse({
  title: 'Riverside Climbing Club',
  cardLabel: 'MEMBERSHIP',
  logoText: 'Riverside',
  colorPreset: 'blue',
  headerFields: [{ label: 'Level', value: 'Gold' }],
  secondaryFields: [
    { label: 'Member', value: 'Ada Example' },
    { label: 'Since', value: '2024' },
  ],
  barcodeValue: 'MEMBER-1042',
  barcodeFormat: 'QR',
  backFields: [{ label: 'Terms', value: 'Show this card at the desk.' }],
})
