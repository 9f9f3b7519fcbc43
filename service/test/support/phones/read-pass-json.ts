import * as yauzl from 'yauzl'

/** Reads the pass.json of a .pkpass file, without verifying anything. */
export function readPassJson(file: Uint8Array): Promise<Record<string, unknown>> {
  const { promise, resolve, reject } = Promise.withResolvers<Record<string, unknown>>()
  yauzl.fromBuffer(Buffer.from(file), { lazyEntries: true }, (error, archive) => {
    if (error) return reject(error)
    archive.on('error', reject)
    archive.on('end', () => reject(new Error('There is no pass.json')))
    archive.on('entry', (entry: yauzl.Entry) => {
      if (entry.fileName !== 'pass.json') return archive.readEntry()
      archive.openReadStream(entry, (failure, stream) => {
        if (failure) return reject(failure)
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.on('error', reject)
        stream.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())))
      })
    })
    archive.readEntry()
  })
  return promise
}
