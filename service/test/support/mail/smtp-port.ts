import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** The port that clients know, whether or not anybody listens. */
export interface SmtpDoor {
  open(): Promise<void>
  /** Hangs up on all visitors and listens no more. */
  close(): Promise<void>
  /** Hangs up on the one whom the server inside knows by this port. */
  hangUp(innerPort: number): void
  hangUpOnAll(): void
}

interface Household {
  port: number
  /** Where visitors are led. */
  innerPort: number
  knocked: () => void
  /** Told what comes without TLS. */
  heardInClear: (text: string) => void
  /** Takes the visitor in place of the server inside, and says whether it did. */
  receive: (visitor: Socket) => boolean
}

/**
 * Leads each visitor to a server inside by a connection of its own: a socket can then be cut at any moment,
 * where cutting it below a TLS handshake of this process would end the process (Node 24).
 */
export function makeSmtpDoor(household: Household): SmtpDoor {
  const visitors = new Set<Socket>()
  const byInnerPort = new Map<number | undefined, Socket>()
  const door = createServer((visitor) => {
    visitors.add(visitor)
    visitor.on('error', () => {})
    visitor.once('close', () => visitors.delete(visitor))
    listenInClear(visitor, household.heardInClear)
    household.knocked()
    if (household.receive(visitor)) return
    const inner = connect(household.innerPort, '127.0.0.1')
    inner.on('error', () => {})
    inner.once('connect', () => byInnerPort.set(inner.localPort, visitor))
    inner.once('close', () => visitor.destroySoon())
    visitor.once('close', () => inner.destroy())
    visitor.pipe(inner).pipe(visitor)
  })
  const hangUpOnAll = () => {
    for (const visitor of visitors) visitor.destroy()
  }
  return {
    async open() {
      if (!door.listening) await once(door.listen(household.port, '127.0.0.1'), 'listening')
    },
    async close() {
      if (!door.listening) return
      const closed = once(door, 'close')
      door.close()
      hangUpOnAll()
      await closed
    },
    hangUp: (innerPort) => void byInnerPort.get(innerPort)?.destroy(),
    hangUpOnAll,
  }
}

/** A TLS record of a handshake begins with the byte 22; from there on nothing is in clear. */
function listenInClear(visitor: Socket, heard: (text: string) => void): void {
  const listen = (bytes: Buffer) => {
    if (bytes[0] === 22) visitor.off('data', listen)
    else heard(bytes.toString('latin1'))
  }
  visitor.on('data', listen)
}
