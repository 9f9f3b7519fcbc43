import { PassSpec } from '@passwright/shared/schema'
import { buildPassJson, type PassJson } from '../../../src/apple/pass-json.ts'

/** Builds the pass.json of a spec, from which the card is drawn. */
export function toPassJson(spec: object, voided = false): PassJson {
  return buildPassJson(PassSpec.parse(spec), {
    serialNumber: '1',
    passTypeIdentifier: 'pass.com.example.card',
    teamIdentifier: 'EXAMPLE123',
    organizationName: 'Riverside Climbing Club',
    voided,
  })
}

const long =
  'The Extraordinarily Long Name of the Riverside Mountaineering and Climbing Association'
const field = (label: string, value: string | number, more = {}) => ({ label, value, ...more })
const times = (count: number, text: string) => text.repeat(count)

/** Passes that are difficult to lay out, by the difficulty. */
export const difficultPasses: Record<string, object> = {
  'has only a title': { title: 'Riverside Climbing Club' },
  'has every field full': {
    logoText: long.slice(0, 64),
    headerFields: [field('A rather long label', long), field('Points', 1250), field('W', 'WWWW')],
    primaryFields: [field(long.slice(0, 64), long)],
    secondaryFields: [long, 'B', long, 'x'].map((value) => field(long.slice(0, 64), value)),
    auxiliaryFields: [long, 'MMMMMMMMMMMM', 'iiiiiiiiiiiiii', '%%%%'].map((value) =>
      field('Label', value, { textAlignment: 'right' }),
    ),
    backFields: [
      field(times(2, 'Word without end'.replaceAll(' ', '')), times(80, 'Donaudampfschiff')),
      field('Terms', `${times(9, `${long}. `)}\n\n  Indented\tand tabbed\r\nlast`),
      field(long.slice(0, 64), ''),
      field('', times(3, 'WWWW MMMM @@@@ %%%% ')),
    ],
    barcodeValue: 'MEMBER-1042',
    barcodeFormat: 'PDF417',
    barcodeAltText: long,
  },
  'has numbers that fill their columns': {
    logoText: times(64, '0'),
    headerFields: [field('0', times(60, '0')), field('1', times(60, '0'))],
    primaryFields: [field(times(64, '0'), times(60, '0'))],
    secondaryFields: [1, 2, 3, 4].map((one) => field(times(9 * one, '0'), times(60, '0'))),
    auxiliaryFields: [field('1', times(24, '0')), field('2', 0, { textAlignment: 'right' })],
    backFields: [field(times(64, '0'), times(600, '0'))],
  },
  'is in Arabic': {
    logoText: 'نادي التسلق على ضفاف النهر',
    headerFields: [field('نقاط', '١٢٣'), field('سسسسسس', 'شششششششش')],
    primaryFields: [field('العضو', 'آدا المثال من نادي التسلق على ضفاف النهر الطويل')],
    secondaryFields: [
      field('المستوى', 'ذهبي'),
      field('منذ', '2019-05-04'),
      field('صصصصصص', times(6, 'ضصسش ')),
      field('Name', 'Ada Example'),
    ],
    backFields: [
      field('الشروط', `${times(8, 'كن لطيفا وأحضر حبلك الخاص. ')}\nHello (world) 123`),
      field('Mixed', times(5, 'Call نادي التسلق at 01-234 (ask for آدا) ')),
    ],
    barcodeValue: 'مرحبا',
    barcodeFormat: 'Aztec',
    barcodeAltText: 'مرحبا (12)',
  },
  'is in Hebrew, with characters that turn the direction': {
    title: 'מועדון הטיפוס על גדות הנהר',
    secondaryFields: [field('Name', '\u202eAda Example'), field('Next', '\u2067Neighbour')],
    auxiliaryFields: [field('שלום', 'עדה לדוגמה'), field('זהב', times(9, 'שלום '))],
    backFields: [field('תנאים', times(9, 'היו אדיבים והביאו חבל (משלכם), 12% הנחה! '))],
    barcodeValue: 'SHALOM',
    barcodeFormat: 'Code128',
  },
  'is in Japanese, Korean, Devanagari and Thai': {
    title: '川沿いクライミングクラブの会員証',
    headerFields: [field('ポイント', '1,250🎟')],
    secondaryFields: [field('レベル', 'ゴールド会員レベル特別'), field('국가', '대한민국 회원')],
    auxiliaryFields: [field('देश', 'नमस्ते दुनिया'), field('ไทย', 'สวัสดีชาวโลก')],
    backFields: [
      field('規約', times(6, '親切にしてください。ロープは各自でお持ちください。')),
      field('देश', times(9, 'नमस्ते दुनिया क्षत्रिय ')),
      field('ไทย', times(9, 'สวัสดีชาวโลก')),
    ],
    barcodeValue: 'Zürich 🎟',
    barcodeFormat: 'QR',
    barcodeAltText: '日本',
  },
  'is full of emoji and of signs that few fonts have': {
    title: '👨‍👩‍👧‍👦🎟❤️🇦🇹🏳️‍🌈'.repeat(3),
    secondaryFields: [field('🎟', times(9, '👨‍👩‍👧‍👦')), field('﷽', '﷽⸻𒀱①½™‰')],
    auxiliaryFields: [
      field('Z\u0337\u0321\u0353', `a${times(30, '\u0301')}`),
      field('\u200b', '\u0378\ue000'),
    ],
    backFields: [field('🎟', times(40, '🎟👨‍👩‍👧‍👦❤️🇦🇹🏳️‍🌈')), field('﷽', times(40, '﷽⸻𒀱①½™‰'))],
  },
}
