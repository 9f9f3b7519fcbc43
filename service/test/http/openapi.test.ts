import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { buildOpenApi } from '../../src/http/openapi.ts'

const api = buildOpenApi('http://localhost:3000') as {
  info: object
  components: { schemas: object }
}

describe('/openapi.json', () => {
  it('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate(structuredClone(api))
    expect(result.errors).toBeUndefined()
    expect(result.valid).toBe(true)
  })

  it('matches the frozen copy in docs/openapi.json', async () => {
    const unversioned = { ...api, info: { ...api.info, version: '' } }
    await expect(`${JSON.stringify(unversioned, null, 2)}\n`).toMatchFileSnapshot(
      '../../docs/openapi.json',
    )
  })

  it('describes each field with its label from the forms', () => {
    const text = JSON.stringify(api)
    expect(text).toContain('"title":"Barcode Format"')
    expect(text).toContain('"enum":["QR","PDF417","Aztec","Code128"]')
  })

  it('contains every schema that it references', () => {
    const references = [...JSON.stringify(api).matchAll(/#\/components\/schemas\/(\w+)/g)]
    expect(references.length).toBeGreaterThan(5)
    for (const [, name] of references) expect(api.components.schemas).toHaveProperty(name ?? '')
  })
})
