import fc from 'fast-check'

/** The texts of a pass and its email that a caller chooses. */
export interface CallerTexts {
  title: string
  organizationName?: string
  logoText?: string
  name?: string
  subject?: string
  message?: string
}

/** Values that are not exactly one address, although some mail programs would find one or more in them. */
export const invalidAddresses: unknown[] = [
  'anna@wallet.test\r\nRCPT TO:<eve@wallet.test>',
  'anna@wallet.test>\r\nRCPT TO:<eve@wallet.test',
  'anna@wallet.test\neve@wallet.test',
  'anna@wallet.test\r\n.',
  'x: anna@wallet.test, eve@wallet.test;',
  'anna@wallet.test, eve@wallet.test',
  'anna@wallet.test;eve@wallet.test',
  'anna@wallet.test eve@wallet.test',
  '<eve@wallet.test> <anna@wallet.test>',
  'Anna <anna@wallet.test>',
  '<anna@wallet.test>',
  'anna@wallet.test (eve@wallet.test)',
  '"eve@a x"@wallet.test',
  '"anna"@wallet.test',
  'eve@a@wallet.test',
  'anna\0@wallet.test',
  'anna@wallet.test\0',
  'anna@wallet.test\u2028eve@wallet.test',
  'an\u200bna@wallet.test',
  '\u202eanna@wallet.test',
  'anna＠wallet.test',
  '',
  ' ',
  '<>',
  '@',
  'anna',
  'anna@',
  '@wallet.test',
  'anna @wallet.test',
  'anna@ wallet.test',
  '.anna@wallet.test',
  'an..na@wallet.test',
  'anna@wallet..test',
  'anna@-wallet.test',
  'anna@[127.0.0.1]',
  `${'a'.repeat(65)}@wallet.test`,
  `anna@${'wallet.'.repeat(40)}test`,
  ['anna@wallet.test', 'eve@wallet.test'],
  { address: 'anna@wallet.test', name: 'Anna' },
  7,
  null,
]

/** Texts that could become headers, commands, file names or markup if they were not escaped. */
export const hostileTexts = [
  'x\r\nBcc: eve@wallet.test',
  'x\nBcc: eve@wallet.test\n\nand a body',
  '\r\n\r\n<script>',
  'x\r\n.\r\nMAIL FROM:<eve@wallet.test>\r\nRCPT TO:<eve@wallet.test>\r\nDATA',
  '.\r\n..\r\n.',
  'eve@wallet.test, "x" <eve@wallet.test>',
  '"<eve@wallet.test>',
  'x: eve@wallet.test;',
  '\\" <eve@wallet.test>, \\',
  '(eve@wallet.test)',
  '=?utf-8?Q?x=0D=0ABcc:_eve=40wallet.test?=',
  '=?utf-8?B?IiA8ZXZlQHdhbGxldC50ZXN0Pg==?=',
  '../../../etc/passwd',
  '"; filename="eve.exe',
  'x.exe\u202e\u2066ssapkp.\u2069',
  'x\u0001\u001b[31m\u007f\u0085\u2028\u2029',
  '\ud800 lonely',
  '{{title}}'.repeat(3),
  'Ω'.repeat(64),
  'x'.repeat(64),
]

const addressPiece = fc.constantFrom(
  ...['anna', 'eve', '@', '@wallet.test', 'eve@wallet.test', '.', '+', '%', '!', "'", 'ü', 'я'],
  ...[',', ';', ':', '<', '>', '(', ')', '"', '\\', ' ', '\t', '\r\n', '\0', '\u2028', '\u200b'],
  ...['[127.0.0.1]', '=?utf-8?q?eve=40wallet.test?=', 'RCPT TO:<eve@wallet.test>', '🎟', '。'],
)

/** Mostly invalid, but valid often enough that emails are sent. */
export const oddAddress = fc.oneof(
  fc.array(addressPiece, { maxLength: 6 }).map((pieces) => pieces.join('')),
  fc
    .tuple(
      fc.array(addressPiece, { minLength: 1, maxLength: 2 }),
      fc.constantFrom('wallet.test', 'bücher.test', 'WALLET。test'),
    )
    .map(([pieces, domain]) => `${pieces.join('')}@${domain}`),
  fc.emailAddress(),
)

const oddText = (maxLength: number) =>
  fc.oneof(
    fc.string({ unit: 'binary', maxLength }),
    fc.string({ unit: 'grapheme', maxLength }),
    fc.constantFrom(...hostileTexts).map((text) => text.slice(0, maxLength)),
    fc
      .array(
        fc.constantFrom(
          '\r\n',
          '\n',
          '\r',
          'Bcc: eve@wallet.test',
          ' ',
          '.',
          '<',
          '>',
          'ü',
          '=?utf-8?q?x?=',
        ),
        { maxLength: 8 },
      )
      .map((pieces) => pieces.join('').slice(0, maxLength)),
  )

/** The texts of an email, with one of them odd or all of them. */
export const oddTexts: fc.Arbitrary<CallerTexts> = fc
  .record({
    title: oddText(64),
    organizationName: oddText(64),
    name: oddText(128),
    subject: oddText(200),
    message: oddText(2_000),
  })
  .chain((texts) =>
    // Most of each batch must be accepted, so mostly one text is odd.
    fc
      .constantFrom<(keyof typeof texts)[]>(
        ['title'],
        ['organizationName'],
        ['name'],
        ['subject'],
        ['message'],
        [],
      )
      .map((oddKeys) =>
        oddKeys.length === 0
          ? texts
          : { title: 'Pass', ...Object.fromEntries(oddKeys.map((key) => [key, texts[key]])) },
      ),
  )
