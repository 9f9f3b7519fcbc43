import { randomBytes } from 'node:crypto'
import { buildSampleEvent } from '@passwright/shared'
import { describe, expect, it } from 'vitest'
import { buildWebhookHeaders } from '../../src/webhooks/signing.ts'
import { ensureDebianPackages } from '../support/run/debian.ts'
import {
  type SignedDelivery,
  verifyWithDocsJavaScript,
  verifyWithDocsPython,
  verifyWithPackage,
  verifyWithPython,
} from '../support/webhooks/verifiers.ts'

const hasPython = await ensureDebianPackages(['python3'], 'webhook signatures verified by Python')

const verifiers = [
  { name: 'the reference package', verify: verifyWithPackage, runs: true },
  { name: 'the JavaScript of the docs', verify: verifyWithDocsJavaScript, runs: true },
  { name: 'a Python script', verify: verifyWithPython, runs: hasPython },
  { name: 'the Python of the docs', verify: verifyWithDocsPython, runs: hasPython },
]

const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`
const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1000)

const id = 'evt_0000000a4f0d9c1b7e2a58d3'
const body = JSON.stringify({
  ...buildSampleEvent('pass.created'),
  data: { title: 'Frühstück 🎟️\u2028' },
})
const secret = newSecret()
const signed = (now: Date, ...secrets: string[]) => buildWebhookHeaders({ id, body, now, secrets })
const headers = signed(new Date(), secret)
const claim = (changes: Partial<SignedDelivery> = {}): SignedDelivery => ({
  headers,
  body,
  secret,
  ...changes,
})
const withHeaders = (changes: Record<string, string>) =>
  claim({ headers: { ...headers, ...changes } })
const without = (name: string) =>
  claim({ headers: Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name)) })

const valid: Record<string, SignedDelivery> = {
  'as sent': claim(),
  'four minutes late': claim({ headers: signed(secondsAgo(240), secret) }),
  'with the clock of the receiver four minutes slow': claim({
    headers: signed(secondsAgo(-240), secret),
  }),
  'beside a signature of another version': withHeaders({
    'webhook-signature': `v1a,AAAA ${headers['webhook-signature']}`,
  }),
}

const invalid: Record<string, SignedDelivery> = {
  'another secret': claim({ secret: newSecret() }),
  'another body': claim({ body: `${body} ` }),
  'another id': withHeaders({ 'webhook-id': `${id}0` }),
  'another timestamp': withHeaders({
    'webhook-timestamp': String(Number(headers['webhook-timestamp']) - 1),
  }),
  'an old timestamp': claim({ headers: signed(secondsAgo(360), secret) }),
  'a timestamp in the future': claim({ headers: signed(secondsAgo(-360), secret) }),
  'a timestamp that is not a number': withHeaders({ 'webhook-timestamp': 'now' }),
  'another version': withHeaders({
    'webhook-signature': headers['webhook-signature']!.replace('v1,', 'v2,'),
  }),
  'half a signature': withHeaders({
    'webhook-signature': headers['webhook-signature']!.slice(0, 20),
  }),
  'an empty signature': withHeaders({ 'webhook-signature': 'v1,' }),
  'no signature': without('webhook-signature'),
  'no id': without('webhook-id'),
  'no timestamp': without('webhook-timestamp'),
}

describe('the signature of a delivery', () => {
  describe.each(verifiers)('verified by $name', ({ verify, runs }) => {
    it.skipIf(!runs)('is valid as sent, and invalid after any change', async () => {
      const cases = { ...valid, ...invalid }
      const results = await verify(Object.values(cases))
      const actual = Object.fromEntries(
        Object.keys(cases).map((name, index) => [name, results[index]]),
      )
      expect(actual).toEqual({
        ...Object.fromEntries(Object.keys(valid).map((name) => [name, true])),
        ...Object.fromEntries(Object.keys(invalid).map((name) => [name, false])),
      })
    })

    it.skipIf(!runs)('is valid with the former and the new secret during a rotation', async () => {
      const [older, newer] = [newSecret(), newSecret()]
      const both = signed(new Date(), newer, older)
      const claims = [older, newer, newSecret()].map((other) =>
        claim({ headers: both, secret: other }),
      )
      expect(await verify(claims)).toEqual([true, true, false])
    })
  })

  it('matches the example in the specification', () => {
    const built = buildWebhookHeaders({
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      body: '{"test": 2432232314}',
      now: new Date(1_614_265_330_999),
      secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    })
    expect(built).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })
})
