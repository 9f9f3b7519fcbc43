import type { Definition, InputField } from '../publishing/definition.ts'
import { startLambda } from './lambda.ts'

/** Returns the definition of the app with the input fields that its forms bring when *More Fields* is on. */
export async function readFullDefinition(folder: string): Promise<Definition> {
  const lambda = await startLambda({ folder })
  const run = async (event: object) => (await lambda.run(event)).results
  const app = (await run({ command: 'definition', bundle: {} })) as Definition
  for (const [key, create] of Object.entries(app.creates)) {
    create.operation.inputFields = (await run({
      command: 'execute',
      method: `creates.${key}.operation.inputFields`,
      bundle: { authData: {}, inputData: { moreFields: true }, meta: {} },
    })) as InputField[]
  }
  await lambda.stop()
  return app
}
