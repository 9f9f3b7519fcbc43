import { createTinyPng } from '../images/png.ts'

/** A pass with most of what the editor's form has, and texts that programs and shells could misread. */
export const hostileRequest = {
  style: 'eventTicket',
  title: `O'Brien's "Café" \${HOME} \`id\` \\n $(id) 🎟`,
  label: '=1+1',
  value: 'Line 1\nJSON\nline 3 \u2028 {{ $json.x }}',
  barcodeValue: "'; rm -rf ~ #",
  barcodeFormat: 'PDF417',
  color: '#14532d',
  locale: 'de',
  sharingProhibited: false,
  logoURL: `data:image/png;base64,${createTinyPng().toString('base64')}`,
  headerFields: [{ key: 'points', label: 'Points', value: 120, numberStyle: 'decimal' }],
  auxiliaryFields: [
    { key: 'fee', label: 'Fee', value: 48.5, currencyCode: 'EUR', row: 1 },
    { key: 'at', label: 'At', value: '2027-06-05T19:30:00+02:00', dateStyle: 'medium' },
  ],
  backFields: [
    {
      key: 'terms',
      value: 'None',
      attributedValue: '<a href="https://club.example/?a=1&b=2">Terms</a>',
      dataDetectorTypes: ['link', 'phoneNumber'],
    },
  ],
  expirationDate: '2028-01-31T23:59:59+01:00',
  locations: [{ latitude: 48.2082, longitude: -16.3738, relevantText: 'Hi' }],
  maxDistance: 200,
  userInfo: { tier: 'gold', none: null, list: [true, 1.5, "it's"] },
  localizations: { de: { Points: 'Punkte' } },
  metadata: { source: "Bob's form" },
}
