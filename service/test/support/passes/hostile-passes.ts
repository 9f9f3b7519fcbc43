import type { PassJson } from '../../../src/apple/pass-json.ts'
import { toPassJson } from './sample-passes.ts'

/** Texts that would break out of an HTML page or an SVG image if they were not escaped. */
export const hostileTexts = [
  '</svg><script>alert(1)</script>',
  '</text></title><image href="https://evil.example/x.png"/>',
  '"><img src=x onerror=alert(1)>',
  "' onload='alert(1)",
  ']]><!ENTITY x SYSTEM "file:///etc/passwd">&x;',
  '<!--',
  '--><style>*{display:none}</style>',
  '&lt;script&gt;&#60;&#x3c;',
  'javascript:alert(1)',
  '\u0001\u0008\u000b\u001b\u007f\u0085\u009f\ufffe\uffff',
  '\u202e\u2066\u2069\u202c\u2028\u2029\ufeff',
  'url(#x) expression(alert(1))',
  '<?xml-stylesheet href="//evil.example/x.css"?>',
  '<foreignObject><iframe/></foreignObject>',
]

/** Creates a pass.json with the text in every field, also where a request could not put it. */
export function createHostilePass(text: string): PassJson {
  const field = { label: text.slice(0, 64), value: text }
  const texts = { logoText: text.slice(0, 64), description: `x${text}`, barcodeAltText: text }
  const fields = { headerFields: [field], primaryFields: [field], secondaryFields: [field] }
  return {
    ...toPassJson({ ...texts, ...fields, auxiliaryFields: [field], barcodeValue: text }),
    generic: {
      headerFields: [field],
      primaryFields: [{ ...field, textAlignment: text, currencyCode: text, dateStyle: text }],
      backFields: [field, { ...field, attributedValue: `<a href="${text}">${text}</a>` }],
    },
    backgroundColor: `rgb(1, 2, 3)${text}`,
    foregroundColor: text,
    labelColor: `rgb(1, 2, 3);${text}`,
  }
}
