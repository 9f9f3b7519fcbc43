import { describe, expect, it } from 'vitest'
import { applyMergePatch } from '../../src/text/merge-patch.ts'

describe('a JSON merge patch', () => {
  /** RFC 7396, appendix A: the original, the patch, the result. */
  const rows: [original: string, patch: string, result: string][] = [
    ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
    ['{"a":"b"}', '{"a":null}', '{}'],
    ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
    ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
    ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
    ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
    ['["a","b"]', '["c","d"]', '["c","d"]'],
    ['{"a":"b"}', '["c"]', '["c"]'],
    ['{"a":"foo"}', 'null', 'null'],
    ['{"a":"foo"}', '"bar"', '"bar"'],
    ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
    ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
    ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
  ]
  it.each(rows)('applied to %s with %s gives the result of RFC 7396', (original, patch, result) => {
    expect(applyMergePatch(JSON.parse(original), JSON.parse(patch))).toEqual(JSON.parse(result))
  })

  it('changes neither its arguments nor the prototype of any object', () => {
    const original = { a: { b: 1 } }
    const merged = applyMergePatch(original, JSON.parse('{"a":{"c":2},"__proto__":{"evil":true}}'))
    expect(original).toEqual({ a: { b: 1 } })
    expect((merged as { evil?: boolean }).evil).toBeUndefined()
    expect(Object.keys(merged as object)).toEqual(['a', '__proto__'])
  })
})
