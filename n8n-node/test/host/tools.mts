import { createHash } from 'node:crypto'
import { eventually } from '../../../service/test/support/eventually.ts'
import type { House } from './house.mts'
import type { Execution, Item } from './n8n.mts'
import { chain, type Node, passwright, start, webhook } from './workflow.mts'

/** What the tests do in the house over and over. */
export interface Tools {
  /** The house, once it stands. */
  house: House
  /** Runs our node alone with these items, by hand. */
  run: (
    operation: string,
    parameters?: Record<string, unknown>,
    items?: object[],
    settings?: Record<string, unknown>,
  ) => Promise<Execution>
  /** The first item that our node gave; throws when it failed. */
  first: (execution: Execution) => Item
  /** A small pass. */
  club: { title: string; barcodeValue: string }
  /** The hash of the file as the service has it now. */
  current: (serialNumber: unknown) => Promise<string>
  /** The mails that arrived for an address. */
  mailsTo: (address: string) => Buffer[]
  /** Posts to a webhook of n8n's, once it is there. */
  posted: (path: string, body: unknown) => Promise<Response>
  /** A workflow behind a webhook that answers with the file of its last node. */
  answerOf: (path: string, nodes: Node[]) => Promise<(body: unknown) => Promise<Response>>
}

/** The tools for a house that need not stand yet. */
export function toolsFor(house: () => House): Tools {
  const posted = (path: string, body: unknown): Promise<Response> =>
    eventually(
      () =>
        fetch(`${house().n8n.url}/webhook/${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      ({ status }) => status !== 404,
    )
  return {
    get house() {
      return house()
    },
    async run(operation, parameters = {}, items = [{}], settings = {}) {
      const { n8n, credential } = house()
      const node = passwright(credential, operation, parameters, settings)
      const id = await n8n.addWorkflow(chain(operation, [start, node], items))
      return n8n.run(id, 'Start')
    },
    first(execution) {
      if (execution.error) throw new Error(JSON.stringify(execution.error))
      return execution.outputs('Passwright')[0]?.[0] as Item
    },
    club: { title: 'Riverside Climbing Club', barcodeValue: 'MEMBER-1042' },
    async current(serialNumber) {
      const { service, key } = house()
      const response = await fetch(`${service.url}/api/passes/${serialNumber}?format=pkpass`, {
        headers: { authorization: `Bearer ${key}` },
      })
      return sha256(Buffer.from(await response.arrayBuffer()))
    },
    mailsTo: (address) =>
      house()
        .mail.messages.filter(({ to }) => to.includes(address))
        .map(({ raw }) => raw),
    posted,
    async answerOf(path, nodes) {
      const hook = webhook(path, { responseMode: 'lastNode', responseData: 'firstEntryBinary' })
      const id = await house().n8n.addWorkflow(chain(path, [hook, ...nodes]))
      await house().n8n.activate(id)
      return (body) => posted(path, body)
    },
  }
}

/** By which two files are the same. */
export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
