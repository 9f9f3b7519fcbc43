import { colorPresets } from '@passwright/shared/schema'
import type { PassEmailData } from '../../../src/pass-email/content.ts'
import { createTinyPng } from '../images/png.ts'

export const shareUrl = 'https://passes.example.com/p/Zk3vTqg0x8Lr2nYw5aBc7Q'

/** An ordinary pass. */
export const emailData: PassEmailData = {
  locale: 'en',
  name: 'Ada Example',
  subject: undefined,
  message: undefined,
  title: 'Annual membership',
  organizationName: 'Riverside Climbing Club',
  fields: [
    { label: 'Member', value: 'Ada Example' },
    { label: 'Valid until', value: '31 December 2027' },
  ],
  colors: colorPresets.blue,
  shareUrl,
  qr: createTinyPng(),
  status: 'valid',
  googleSaveUrl: null,
  hasBarcode: true,
  development: false,
}

/** Texts from callers, or from people who fill in the callers' forms. */
export const unusualTexts = {
  'that closes cells and opens scripts': `</td></tr></table><script>alert(1)</script><td x="`,
  'with all quotes': `"'\`«»“”„‘ & &amp; &#60;b&#62;`,
  'with line breaks': 'one\r\nBcc: eve@example.com\r\n\r\ntwo\u2028three\u0085four',
  'that turns the direction': 'a\u202egnp.exe\u2066x\u2069\u200f',
  'from right to left': 'نادي التسلق على ضفة النهر',
  'in Chinese, also outside the Basic Multilingual Plane': '河畔攀岩俱樂部𠮷野家',
  'with emoji': '🎟️🧗🏽‍♀️ 👩‍👩‍👧',
  'with control characters': '\u0000\u0001\u001b[31mred\u007f\u009b',
  'with half a surrogate pair': 'a\ud83cb',
  'that looks like a placeholder': '{{title}} {{name}} {{{name}}} {{ constructor }}',
  'that looks like replacement patterns': '$& $1 $` $$',
  'without a space': 'A'.repeat(128),
  'that ends a comment': '--> <![endif]--> <!--[if mso]>',
}

/** Builds email data with the text in every place that takes one. */
export function buildUnusualEmailData(text: string): PassEmailData {
  return {
    ...emailData,
    name: text,
    subject: `${text} {{name}} {{title}} {{organizationName}}`,
    message: `${text}\n\n{{name}}, {{title}}, {{organizationName}}\n${text}`,
    title: text,
    organizationName: `${text}!`,
    fields: Array.from({ length: 5 }, () => ({ label: text, value: text })),
  }
}
