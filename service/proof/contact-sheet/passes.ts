import { colorPresets } from '@passwright/shared/schema'
import sharp from 'sharp'

/** A pass of the contact sheet, with what it is there to show. */
export type SheetPass = Record<string, unknown> & { name: string; voided?: boolean }

const field = (label: string, value: string | number, more = {}) => ({ label, value, ...more })
const long =
  'The Extraordinarily Long Name of the Riverside Mountaineering and Climbing Association'

/** Makes the requests of all passes of the contact sheet. */
export async function createSheetPasses(): Promise<SheetPass[]> {
  const images = await createImages()
  const code = (barcodeFormat: 'QR' | 'PDF417' | 'Aztec' | 'Code128', barcodeValue = 'A-1042') => ({
    barcodeFormat,
    barcodeValue,
    barcodeAltText: barcodeValue,
  })
  const member = {
    title: 'Annual membership',
    logoText: 'Riverside Climbing Club',
    label: 'Member',
    value: 'Ada Example',
    headerFields: [field('Points', 1250, { numberStyle: 'decimal' })],
    secondaryFields: [field('Level', 'Gold'), field('Member since', '2024')],
    auxiliaryFields: [field('Valid until', '2031-03-01', { dateStyle: 'medium' })],
  }
  const ticket = {
    style: 'eventTicket',
    logoText: 'Open Air',
    primaryFields: [field('Event', 'The Beat Goes On')],
    secondaryFields: [field('Place', 'Riverside Hall'), field('Doors', '19:30')],
    auxiliaryFields: [
      field('Section', 'B', { row: 0 }),
      field('Row', 12, { row: 0 }),
      field('Seat', 7, { row: 0 }),
      field('Entrance', 'North gate', { row: 1 }),
      field('Price', 42.5, { currencyCode: 'EUR', row: 1 }),
    ],
    ...code('QR', 'TICKET-1042'),
  }
  const flight = {
    style: 'boardingPass',
    logoText: 'Skyport Air',
    headerFields: [field('Gate', 'A12')],
    primaryFields: [field('San Francisco', 'SFO'), field('London', 'LHR')],
    auxiliaryFields: [
      field('Passenger', 'Ada Example'),
      field('Boards', '2031-03-01T18:30:00+01:00', { timeStyle: 'short' }),
      field('Seat', '7A'),
    ],
    secondaryFields: [field('Class', 'Economy'), field('Group', '3'), field('Flight', 'SK 815')],
    ...code('PDF417', 'M1EXAMPLE/ADA E7A815 SFOLHR'),
  }
  const journey = (name: string, transitType: string, from: string, to: string) => ({
    ...flight,
    name,
    transitType,
    logoText: 'Riverside Lines',
    primaryFields: [field('From', from), field('To', to)],
  })
  const coupon = {
    style: 'coupon',
    logoText: 'Paw Planet',
    primaryFields: [field('Any premium dog food', '20% off')],
    auxiliaryFields: [field('Expires', '2031-04-24', { dateStyle: 'medium', isRelative: true })],
    ...code('PDF417', 'COUPON-1042'),
  }
  const storeCard = {
    style: 'storeCard',
    logoText: 'Coffee & Co',
    headerFields: [field('Stars', 7)],
    primaryFields: [field('Remaining balance', 21.75, { currencyCode: 'USD' })],
    auxiliaryFields: [field('Level', 'Silver'), field('Usual', 'Iced mocha')],
    ...code('QR', 'STORE-1042'),
  }
  const rtl = {
    logoText: 'نادي التسلق',
    headerFields: [field('نقاط', '١٢٥٠')],
    primaryFields: [field('العضو', 'آدا المثال')],
    secondaryFields: [field('المستوى', 'ذهبي'), field('منذ', '2019')],
    backFields: [field('الشروط', 'كن لطيفا وأحضر حبلك الخاص. Hello (world) 123')],
  }
  const backFields = [
    field('Terms', 'Be kind.\nBring your own rope.'),
    { ...field('Web', 'x'), attributedValue: 'See <a href="https://club.example/">our page</a>.' },
    { value: 'Without a label' },
  ]

  return [
    ...Object.keys(colorPresets).map((colorPreset) => ({
      ...member,
      ...code('QR'),
      name: `generic, ${colorPreset}`,
      colorPreset,
    })),
    {
      ...member,
      name: 'generic, light logo, all images',
      colorPreset: 'dark',
      logoURL: images.lightLogo,
      thumbnailURL: images.portrait,
      ...code('PDF417'),
      backFields,
    },
    {
      ...member,
      name: 'generic, dark logo on white',
      colorPreset: 'light',
      logoText: undefined,
      logoURL: images.darkLogo,
      ...code('Code128'),
    },
    { name: 'generic, only a title', title: 'Library card' },
    { ...member, name: 'generic, Aztec', color: '#7a1f3d', ...code('Aztec') },
    {
      name: 'generic, long texts',
      logoText: long.slice(0, 64),
      headerFields: [field('A rather long label', long), field('P', 7)],
      primaryFields: [field(long.slice(0, 64), long)],
      secondaryFields: [long, 'B', long, 'x'].map((value) => field('Label', value)),
      ...code('QR', long),
      backFields: [
        field(long.slice(0, 64), `${long}. `.repeat(4)),
        field('Endless', 'Donaudampfschiff'.repeat(12)),
      ],
    },
    { name: 'generic, right-to-left', ...rtl, ...code('QR'), colorPreset: 'green' },
    {
      name: 'generic, Japanese',
      logoText: 'リバーサイド',
      primaryFields: [field('会員', '山田太郎クライミング倶楽部')],
      secondaryFields: [field('等級', '金'), field('入会', '二〇二四年')],
      ...code('QR', '日本'),
      backFields: [field('規約', '親切にしてください。ロープは各自でお持ちください。'.repeat(3))],
    },
    {
      name: 'generic, emoji',
      logoText: 'Emoji 🎟️ Club',
      primaryFields: [field('Family', '👨‍👩‍👧‍👦 🏳️‍🌈 🧗🏽‍♀️')],
      ...code('QR', 'emoji 🎟'),
      colorPreset: 'purple',
    },
    { ...member, name: 'generic, voided', ...code('QR'), colorPreset: 'blue', voided: true },
    { ...coupon, name: 'coupon, no images', colorPreset: 'green' },
    {
      ...coupon,
      name: 'coupon, strip and logo',
      color: '#2f6b3a',
      stripURL: images.strip,
      logoURL: images.lightLogo,
      logoText: undefined,
    },
    {
      ...coupon,
      name: 'coupon, QR, light',
      colorPreset: 'light',
      ...code('QR'),
      secondaryFields: [field('Code', 'SPRING')],
    },
    {
      ...coupon,
      name: 'coupon, expired',
      colorPreset: 'red',
      stripURL: images.strip,
      expirationDate: '2020-01-01T00:00:00Z',
    },
    { ...storeCard, name: 'storeCard, no images', colorPreset: 'orange' },
    {
      ...storeCard,
      name: 'storeCard, strip and logo',
      color: '#3b2314',
      stripURL: images.strip,
      logoURL: images.lightLogo,
      backFields,
    },
    {
      ...storeCard,
      name: 'storeCard, long value',
      stripURL: images.strip,
      primaryFields: [field('Reward', 'A free iced mocha with everything')],
      ...code('Aztec'),
    },
    { ...storeCard, name: 'storeCard, right-to-left', ...rtl, colorPreset: 'purple' },
    { ...ticket, name: 'eventTicket, no images', colorPreset: 'dark' },
    {
      ...ticket,
      name: 'eventTicket, background and thumbnail',
      backgroundURL: images.scene,
      thumbnailURL: images.portrait,
      logoURL: images.lightLogo,
      logoText: undefined,
    },
    { ...ticket, name: 'eventTicket, strip', colorPreset: 'red', stripURL: images.strip },
    {
      ...ticket,
      name: 'eventTicket, thumbnail',
      colorPreset: 'light',
      thumbnailURL: images.portrait,
      logoURL: images.darkLogo,
      logoText: undefined,
      ...code('PDF417'),
    },
    {
      ...ticket,
      name: 'eventTicket, voided',
      colorPreset: 'blue',
      backgroundURL: images.scene,
      voided: true,
    },
    { ...flight, name: 'boardingPass, air', transitType: 'air', color: '#16406f' },
    {
      ...flight,
      name: 'boardingPass, all images',
      transitType: 'air',
      colorPreset: 'light',
      logoURL: images.darkLogo,
      logoText: undefined,
      footerURL: images.footer,
      ...code('QR'),
      backFields,
    },
    { ...journey('boardingPass, train', 'train', 'Berlin Hbf', 'Zürich HB'), colorPreset: 'red' },
    {
      ...journey('boardingPass, bus', 'bus', 'Riverside', 'Central Station'),
      colorPreset: 'green',
      ...code('Aztec'),
    },
    {
      ...journey('boardingPass, boat', 'boat', 'Dover', 'Calais'),
      colorPreset: 'blue',
      ...code('Code128', 'BOAT-7'),
    },
    {
      ...journey(
        'boardingPass, generic, long names',
        'generic',
        'Llanfairpwllgwyngyll',
        'Kirchberg am Wagram',
      ),
      colorPreset: 'purple',
    },
    {
      ...flight,
      name: 'boardingPass, right-to-left',
      transitType: 'train',
      logoText: 'خط النهر',
      primaryFields: [field('من', 'دبي'), field('إلى', 'أبوظبي')],
      colorPreset: 'orange',
    },
  ]
}

async function createImages() {
  const draw = async (width: number, height: number, content: string) => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${content}</svg>`
    const png = await sharp(Buffer.from(svg)).png().toBuffer()
    return `data:image/png;base64,${png.toString('base64')}`
  }
  const logo = (color: string) =>
    `<circle cx="75" cy="75" r="60" fill="none" stroke="${color}" stroke-width="18"/><path d="M40 105L75 40l35 65z" fill="${color}"/><path d="M170 50h240v20H170zm0 40h170v20H170z" fill="${color}"/>`
  const hills =
    '<defs><linearGradient id="a" x2="0" y2="1"><stop stop-color="#f7b267"/><stop offset="1" stop-color="#7d4e9e"/></linearGradient></defs><rect width="1125" height="1125" fill="url(#a)"/><circle cx="800" cy="180" r="90" fill="#ffe8b0"/><path d="M0 420l250-220 260 200 240-150 375 260v700H0z" fill="#3d2c5a"/>'
  return {
    lightLogo: await draw(480, 150, logo('#ffffff')),
    darkLogo: await draw(480, 150, logo('#1d2b4f')),
    portrait: await draw(
      270,
      270,
      '<rect width="270" height="270" fill="#d9c3a5"/><circle cx="135" cy="105" r="58" fill="#7a5236"/><path d="M25 270c0-130 220-130 220 0z" fill="#3b6a8f"/>',
    ),
    strip: await draw(1125, 432, hills),
    scene: await draw(540, 660, hills),
    footer: await draw(858, 45, '<path d="M0 8h858v30H0z" fill="#1d2b4f"/>'),
  }
}
